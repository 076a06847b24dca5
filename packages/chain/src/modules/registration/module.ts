/**
 * The registration module: the network's public keys. Registration of nodes comes with the attestation room.
 *
 * Spec: 01 §2.3 (genesis), §2.4 (store), §3.8 (queries).
 * @module
 */
import { EmptySchema } from "@bufbuild/protobuf/wkt";
import { toBase64, utf8ToBytes } from "@enclavenet/common";
import { create, decode, encode, secretRegistration } from "@enclavenet/proto";
import type { Context } from "../../baseapp/context.ts";
import type { ChainModule } from "../../baseapp/module.ts";
import { type QueryRoute, queryRoute } from "../../baseapp/query-route.ts";
import { defineError } from "../../support/errors.ts";
import { genesisError, readGenesis, writeGenesis } from "../../support/genesis-json.ts";
import type { JsonValue } from "../../support/json-value.ts";
import { prefixed } from "../../support/keys.ts";
import { ErrUnknownAddress } from "../../support/sdk-errors.ts";

const REGISTER_STORE = "register";
const SERVICE = "secret.registration.v1beta1.Query";
const NODE_EXCHANGE_KEY = prefixed(0x02, utf8ToBytes("NodeExchMasterKey"));
const IO_EXCHANGE_KEY = prefixed(0x02, utf8ToBytes("IoExchMasterKey"));

const ErrInvalidRegistration = defineError("register", 8, "invalid");

const nodeKey = (publicKey: Uint8Array): Uint8Array => prefixed(0x01, publicKey);

/** Names that a genesis document may use instead of the protobuf names. */
const GENESIS_ALIASES: Readonly<Record<string, string>> = {
  reg_info: "registration",
  node_exch_key: "node_exch_master_key",
  io_exch_key: "io_master_key",
};

function masterKey(ctx: Context, key: Uint8Array): Uint8Array {
  const stored = ctx.kvStore(REGISTER_STORE).get(key);
  if (stored === undefined) throw ErrUnknownAddress.wrap("Chain has not been initialized yet");
  return decode(secretRegistration.MasterKeySchema, stored).bytes;
}

function setMasterKey(ctx: Context, key: Uint8Array, master: secretRegistration.MasterKey): void {
  ctx.kvStore(REGISTER_STORE).set(key, encode(secretRegistration.MasterKeySchema, master));
}

/** JSON text in the field order of upstream's Go structure. */
function registrationKeyJson(ctx: Context): Uint8Array {
  const bytes = (key: Uint8Array) => ({ bytes: toBase64(masterKey(ctx, key)) });
  const document = { reg_info: null, node_exch_key: bytes(NODE_EXCHANGE_KEY), io_exch_key: bytes(IO_EXCHANGE_KEY) };
  return utf8ToBytes(JSON.stringify(document));
}

function encryptedSeed(ctx: Context, publicKey: Uint8Array): Uint8Array {
  if (publicKey.length === 0) throw ErrInvalidRegistration.wrap("public key");
  const stored = ctx.kvStore(REGISTER_STORE).get(nodeKey(publicKey));
  if (stored === undefined) throw ErrUnknownAddress.wrap("Node has not been authenticated yet");
  return decode(secretRegistration.RegistrationNodeInfoSchema, stored).encryptedSeed;
}

function registrationQueries(): readonly QueryRoute[] {
  const r = secretRegistration;
  return [
    queryRoute(SERVICE, "TxKey", EmptySchema, r.KeySchema, (ctx) => ({ key: masterKey(ctx, IO_EXCHANGE_KEY) })),
    queryRoute(SERVICE, "RegistrationKey", EmptySchema, r.KeySchema, (ctx) => ({ key: registrationKeyJson(ctx) })),
    queryRoute(
      SERVICE,
      "EncryptedSeed",
      r.QueryEncryptedSeedRequestSchema,
      r.QueryEncryptedSeedResponseSchema,
      (ctx, { pubKey }) => ({ encryptedSeed: encryptedSeed(ctx, pubKey) }),
    ),
  ];
}

function withProtoNames(json: JsonValue): JsonValue {
  if (typeof json !== "object" || json === null || Array.isArray(json)) return json;
  return Object.fromEntries(
    Object.entries(json).map(([key, value]) => [GENESIS_ALIASES[key] ?? key, value as JsonValue]),
  );
}

function initGenesis(ctx: Context, json: JsonValue): void {
  const state = readGenesis(secretRegistration.GenesisStateSchema, withProtoNames(json));
  const { nodeExchMasterKey, ioMasterKey, registration } = state;
  if (nodeExchMasterKey === undefined || ioMasterKey === undefined) {
    throw genesisError("register: Cannot start without MasterKey set");
  }
  if (registration.length > 0) throw genesisError("register: registered nodes cannot be taken over yet");
  setMasterKey(ctx, NODE_EXCHANGE_KEY, nodeExchMasterKey);
  setMasterKey(ctx, IO_EXCHANGE_KEY, ioMasterKey);
}

function exportGenesis(ctx: Context): JsonValue {
  const state = create(secretRegistration.GenesisStateSchema, {
    nodeExchMasterKey: { bytes: masterKey(ctx, NODE_EXCHANGE_KEY) },
    ioMasterKey: { bytes: masterKey(ctx, IO_EXCHANGE_KEY) },
  });
  return writeGenesis(secretRegistration.GenesisStateSchema, state);
}

export function registrationModule(): ChainModule {
  return { name: "register", messages: [], queries: registrationQueries(), initGenesis, exportGenesis };
}
