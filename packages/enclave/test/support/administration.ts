/**
 * Contracts with an admin, the messages that administer them, and two more codes: one that behaves like the counter under
 * another hash, and a puppet that answers with the message it gets.
 * @module
 */
import { toHex } from "@enclavenet/common";
import type { EcallRequest, EcallResponse } from "@enclavenet/enclave-api";
import { encodeMsgClearAdmin, encodeMsgMigrateContract, encodeMsgUpdateAdmin } from "@enclavenet/wire";
import { puppetWasm } from "../../../../tests/support/puppet.ts";
import { type AnyMessage, signTx, type User } from "./chain.ts";
import { addCode, instantiateCode, type OtherContract } from "./probes.ts";
import { GAS, type World } from "./world.ts";

export type Administered = ReturnType<World["instantiate"]>;

const NO_BYTES = new Uint8Array(0);

interface Parties {
  readonly sender: string;
  readonly contract: string;
  readonly callbackSig?: Uint8Array;
}

export function migrateMsg(parties: Parties, msg: Uint8Array): AnyMessage {
  const message = { callbackSig: NO_BYTES, codeId: 2n, callbackCodeHash: "", msg, ...parties };
  return { typeUrl: "/secret.compute.v1beta1.MsgMigrateContract", value: encodeMsgMigrateContract(message) };
}

export function updateAdminMsg(parties: Parties, newAdmin: string): AnyMessage {
  const message = { callbackSig: NO_BYTES, newAdmin, ...parties };
  return { typeUrl: "/secret.compute.v1beta1.MsgUpdateAdmin", value: encodeMsgUpdateAdmin(message) };
}

export function clearAdminMsg(parties: Parties): AnyMessage {
  const message = { callbackSig: NO_BYTES, ...parties };
  return { typeUrl: "/secret.compute.v1beta1.MsgClearAdmin", value: encodeMsgClearAdmin(message) };
}

/** A contract that `admin` administers. */
export function administered(world: World, n: number, admin: Uint8Array): Administered {
  return world.instantiate(n, 5, world.bech32(admin));
}

/** The counter under another hash: a custom section is appended. */
export function secondCode(world: World): Uint8Array {
  const first = world.host.codes.get(toHex(world.codeHash)) ?? NO_BYTES;
  return addCode(world, Uint8Array.from([...first, 0, 3, 1, 0x76, 2]));
}

const NOTHING = { Ok: { messages: [], attributes: [], events: [], data: null } };

/** A puppet, made by alice. */
export function puppet(world: World, n: number): OtherContract {
  return instantiateCode(world, n, puppetWasm(), NOTHING);
}

/** What the puppet has to say so that it emits these Wasm messages. */
export function emitting(...messages: readonly object[]): object {
  const list = messages.map((wasm) => ({ id: 0, msg: { wasm }, gas_limit: null, reply_on: "never" }));
  return { Ok: { ...NOTHING.Ok, messages: list } };
}

/** Opens a block with one message of `user`. */
export function open(world: World, user: User, message: AnyMessage): void {
  world.begin([signTx(user, [message])]);
}

export interface MigrateOptions {
  readonly codeHash?: Uint8Array;
  readonly currentCodeHash?: Uint8Array;
  readonly msg?: Uint8Array;
  readonly request?: Partial<EcallRequest<"migrate">>;
}

/** Migrates in a block of its own, which stays open. */
export function migrate(
  world: World,
  user: User,
  contract: Administered,
  options: MigrateOptions = {},
): EcallResponse<"migrate"> {
  const { codeHash = world.codeHash, currentCodeHash = world.codeHash } = options;
  const msg = options.msg ?? user.encrypt(world.ioPublicKey, codeHash, { count: 50 });
  open(world, user, migrateMsg({ sender: world.bech32(user.address), contract: world.bech32(contract.address) }, msg));
  const request = {
    origin: world.origin(),
    currentCodeHash,
    codeHash,
    contractKey: contract.key,
    adminProof: contract.adminProof,
    gasLimit: GAS,
    ...options.request,
  };
  const answer = world.enclave.call("migrate", request, world.host.handlers(contract.address));
  world.host.apply(contract.address, answer.result.writes);
  const key = { og: contract.key.og, current: answer.contractKey, proof: answer.proof };
  world.host.note(contract.address, key, contract.adminProof);
  return answer;
}

/** Runs the change of admin at the first position of the open block. */
export function changeAdmin(
  world: World,
  name: "updateAdmin" | "clearAdmin",
  contract: Administered,
  request: Partial<EcallRequest<"updateAdmin">> = {},
): Uint8Array {
  const { adminProof } = world.enclave.call(
    name,
    {
      origin: world.origin(),
      codeHash: world.codeHash,
      contractKey: contract.key,
      adminProof: contract.adminProof,
      ...request,
    },
    world.host.handlers(contract.address),
  );
  world.host.note(contract.address, contract.key, adminProof);
  return adminProof;
}
