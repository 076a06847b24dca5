/**
 * Queries of the registration module: upstream's service and our own.
 *
 * Spec: 01 §3.8.
 * @module
 */
import { EmptySchema } from "@bufbuild/protobuf/wkt";
import { toBase64, utf8ToBytes } from "@enclavenet/common";
import { decode, enclavenetRegistration as own, secretRegistration } from "@enclavenet/proto";
import type { Context } from "../../baseapp/context.ts";
import { type QueryRoute, queryRoute } from "../../baseapp/query-route.ts";
import { paginate } from "../../support/paginate.ts";
import { ErrUnknownAddress } from "../../support/sdk-errors.ts";
import { StatusError } from "../../support/status-error.ts";
import { ErrInvalidRegistration } from "./errors.ts";
import { ALLOWED_PREFIX, MachineList } from "./machines.ts";
import { NODE_PREFIX, PROGRAM_PREFIX, RegistrationStore } from "./store.ts";

const SERVICE = "secret.registration.v1beta1.Query";
const OWN_SERVICE = "enclavenet.registration.v1.Query";

/** JSON text in the field order of upstream's Go structure. */
function registrationKeyJson(ctx: Context): Uint8Array {
  const store = new RegistrationStore(ctx);
  const bytes = (key: Uint8Array) => ({ bytes: toBase64(key) });
  const document = { reg_info: null, node_exch_key: bytes(store.nodeExchangeKey), io_exch_key: bytes(store.ioKey) };
  return utf8ToBytes(JSON.stringify(document));
}

function encryptedSeed(ctx: Context, publicKey: Uint8Array): Uint8Array {
  if (publicKey.length === 0) throw ErrInvalidRegistration.wrap("public key");
  const info = new RegistrationStore(ctx).info(publicKey);
  if (info === undefined) throw ErrUnknownAddress.wrap("Node has not been authenticated yet");
  return info.encryptedSeed;
}

function evidence(ctx: Context) {
  const store = new RegistrationStore(ctx);
  const { evidence, ioKey: ioPublicKey, nodeExchangeKey: seedExchangePublicKey } = store;
  if (evidence === undefined) throw new StatusError("NotFound", "the network was born without evidence");
  return { evidence, ioPublicKey, seedExchangePublicKey };
}

function nodes(ctx: Context, { pagination: request }: own.QueryNodesRequest) {
  const { kv } = new RegistrationStore(ctx);
  const { items, pagination } = paginate(kv, NODE_PREFIX, request, (_, value) => decode(own.NodeSchema, value));
  return { nodes: [...items], pagination };
}

function node(ctx: Context, { publicKey }: own.QueryNodeRequest) {
  const found = new RegistrationStore(ctx).node(publicKey);
  if (found === undefined) throw new StatusError("NotFound", "no node has registered under this key");
  return { node: found };
}

function machines(ctx: Context, { pagination: request }: own.QueryMachinesRequest) {
  const { kv, restricted } = new MachineList(ctx);
  const { items, pagination } = paginate(kv, ALLOWED_PREFIX, request, (_, value) => decode(own.MachineSchema, value));
  return { restricted, machines: [...items], pagination };
}

function programs(ctx: Context, { pagination: request }: own.QueryProgramsRequest) {
  const { kv } = new RegistrationStore(ctx);
  const read = (_: Uint8Array, value: Uint8Array) => decode(own.ApprovedProgramSchema, value);
  const { items, pagination } = paginate(kv, PROGRAM_PREFIX, request, read);
  return { programs: [...items], pagination };
}

export function registrationQueries(): readonly QueryRoute[] {
  const r = secretRegistration;
  return [
    queryRoute(SERVICE, "TxKey", EmptySchema, r.KeySchema, (ctx) => ({ key: new RegistrationStore(ctx).ioKey })),
    queryRoute(SERVICE, "RegistrationKey", EmptySchema, r.KeySchema, (ctx) => ({ key: registrationKeyJson(ctx) })),
    queryRoute(
      SERVICE,
      "EncryptedSeed",
      r.QueryEncryptedSeedRequestSchema,
      r.QueryEncryptedSeedResponseSchema,
      (ctx, { pubKey }) => ({ encryptedSeed: encryptedSeed(ctx, pubKey) }),
    ),
    queryRoute(OWN_SERVICE, "Evidence", EmptySchema, own.QueryEvidenceResponseSchema, evidence),
    queryRoute(OWN_SERVICE, "Nodes", own.QueryNodesRequestSchema, own.QueryNodesResponseSchema, nodes),
    queryRoute(OWN_SERVICE, "Machines", own.QueryMachinesRequestSchema, own.QueryMachinesResponseSchema, machines),
    queryRoute(OWN_SERVICE, "Programs", own.QueryProgramsRequestSchema, own.QueryProgramsResponseSchema, programs),
    queryRoute(OWN_SERVICE, "Node", own.QueryNodeRequestSchema, own.QueryNodeResponseSchema, node),
  ];
}
