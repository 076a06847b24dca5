/**
 * Genesis of the registration module: upstream's part, and our own with evidence, authority and the states of nodes.
 *
 * Spec: 01 §2.3.
 * @module
 */
import { AttestationError, certifiedPublicKey } from "@enclavenet/attestation";
import { create, enclavenetRegistration as own, secretRegistration } from "@enclavenet/proto";
import type { Context } from "../../baseapp/context.ts";
import { formatAddress, parseAddress } from "../../support/address.ts";
import { genesisError, readGenesis, writeGenesis } from "../../support/genesis-json.ts";
import type { JsonValue } from "../../support/json-value.ts";
import { MACHINE_ID_BYTES, MachineList } from "./machines.ts";
import { RegistrationStore } from "./store.ts";

/** Names that a genesis document may use instead of the protobuf names. */
const GENESIS_ALIASES: Readonly<Record<string, string>> = {
  reg_info: "registration",
  node_exch_key: "node_exch_master_key",
  io_exch_key: "io_master_key",
};

function withProtoNames(json: JsonValue): JsonValue {
  if (typeof json !== "object" || json === null || Array.isArray(json)) return json;
  return Object.fromEntries(
    Object.entries(json).map(([key, value]) => [GENESIS_ALIASES[key] ?? key, value as JsonValue]),
  );
}

function publicKeyOf(certificate: Uint8Array): Uint8Array {
  try {
    return certifiedPublicKey(certificate);
  } catch (error) {
    if (!(error instanceof AttestationError)) throw error;
    throw genesisError(`register: a certificate is none: ${error.message}`);
  }
}

/** What a genesis document says of its network. */
export interface GenesisNetwork {
  readonly ioPublicKey: Uint8Array;
  readonly seedExchangePublicKey: Uint8Array;
  /** Absent in networks that were begun before there was evidence. */
  readonly evidence: own.NetworkEvidence | undefined;
}

function registerState(json: JsonValue) {
  const state = readGenesis(secretRegistration.GenesisStateSchema, withProtoNames(json));
  const { nodeExchMasterKey, ioMasterKey, registration } = state;
  if (nodeExchMasterKey === undefined || ioMasterKey === undefined) {
    throw genesisError("register: Cannot start without MasterKey set");
  }
  return { nodeExchMasterKey, ioMasterKey, registration };
}

/** Keys and evidence that stand in `app_state`, unverified. Throws LocalError `CHAIN_GENESIS`. */
export function genesisNetwork(appState: JsonValue): GenesisNetwork {
  const { register = {}, nodes = {} } = (appState ?? {}) as Readonly<Record<string, JsonValue>>;
  const { ioMasterKey, nodeExchMasterKey } = registerState(register);
  const { evidence } = readGenesis(own.GenesisStateSchema, nodes);
  return { ioPublicKey: ioMasterKey.bytes, seedExchangePublicKey: nodeExchMasterKey.bytes, evidence };
}

export function initRegister(ctx: Context, json: JsonValue): void {
  const { nodeExchMasterKey, ioMasterKey, registration } = registerState(json);
  const store = new RegistrationStore(ctx);
  store.setMasterKeys(nodeExchMasterKey, ioMasterKey);
  for (const { certificate, encryptedSeed } of registration) {
    store.setInfo(publicKeyOf(certificate), certificate, encryptedSeed);
  }
}

export function exportRegister(ctx: Context): JsonValue {
  const { nodeExchangeKey, ioKey, infos } = new RegistrationStore(ctx);
  const state = create(secretRegistration.GenesisStateSchema, {
    nodeExchMasterKey: { bytes: nodeExchangeKey },
    ioMasterKey: { bytes: ioKey },
    registration: [...infos],
  });
  return writeGenesis(secretRegistration.GenesisStateSchema, state);
}

/** Our own part, which stands behind upstream's: the evidence is about the keys there. */
export function initNodes(ctx: Context, json: JsonValue): void {
  const { evidence, authority, nodes, machines } = readGenesis(own.GenesisStateSchema, json);
  const store = new RegistrationStore(ctx);
  if (evidence !== undefined) store.setEvidence(evidence);
  if (authority !== "") store.setAuthority(parseAddress(authority));
  for (const node of nodes) store.setNode(node);
  if (machines !== undefined) initMachines(ctx, machines);
}

function initMachines(ctx: Context, { restricted, machines }: own.MachineList): void {
  const list = new MachineList(ctx);
  list.setRestricted(restricted);
  for (const { machineId, owner } of machines) {
    if (machineId.length !== MACHINE_ID_BYTES) throw genesisError("nodes: a machine id has 20 bytes");
    list.set(machineId, owner);
  }
}

export function exportNodes(ctx: Context): JsonValue {
  const { evidence, authority, nodes } = new RegistrationStore(ctx);
  const { restricted, machines } = new MachineList(ctx);
  const state = create(own.GenesisStateSchema, {
    ...(evidence === undefined ? {} : { evidence }),
    authority: authority === undefined ? "" : formatAddress(authority),
    nodes: [...nodes],
    ...(restricted || machines.length > 0 ? { machines: { restricted, machines: [...machines] } } : {}),
  });
  return writeGenesis(own.GenesisStateSchema, state);
}
