/**
 * The list of the machines that may register, where a network has one: who is on it, and who may take whose place.
 *
 * Spec: 01 §4.7 (rules of a registration and of a swap). Upstream keeps the list in the enclave's program and lets governance add to it;
 * here it is state of the chain, and a machine that nobody has bound yet can be replaced by nobody.
 * @module
 */
import { equalBytes } from "@enclavenet/common";
import { create, decode, encode, enclavenetRegistration as own } from "@enclavenet/proto";
import { type KVStore, prefixEnd } from "@enclavenet/store";
import type { Context } from "../../baseapp/context.ts";
import { ErrAuthenticateFailed, ErrInvalidRegistration } from "./errors.ts";
import { RegistrationStore } from "./store.ts";

export const MACHINE_ID_BYTES = 20;
/** Machines by id. */
export const ALLOWED_PREFIX = Uint8Array.of(0x16);
const RESTRICTED_KEY = Uint8Array.of(0x17);
/** Most ids in one message. */
const MAX_IDS = 64;

const isZero = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0);

function keyOf(machineId: Uint8Array): Uint8Array {
  return Uint8Array.of(ALLOWED_PREFIX[0] as number, ...machineId);
}

/** The list of one state. */
export class MachineList {
  readonly kv: KVStore;

  constructor(ctx: Context) {
    ({ kv: this.kv } = new RegistrationStore(ctx));
  }

  /** Whether only machines of the list may register. */
  get restricted(): boolean {
    return this.kv.get(RESTRICTED_KEY) !== undefined;
  }

  setRestricted(restricted: boolean): void {
    if (restricted) this.kv.set(RESTRICTED_KEY, Uint8Array.of(1));
    else this.kv.delete(RESTRICTED_KEY);
  }

  machine(machineId: Uint8Array): own.Machine | undefined {
    const stored = this.kv.get(keyOf(machineId));
    return stored && decode(own.MachineSchema, stored);
  }

  get machines(): readonly own.Machine[] {
    return [...this.kv.iterator(ALLOWED_PREFIX, prefixEnd(ALLOWED_PREFIX))].map(([, value]) =>
      decode(own.MachineSchema, value),
    );
  }

  set(machineId: Uint8Array, owner: Uint8Array): void {
    this.kv.set(keyOf(machineId), encode(own.MachineSchema, create(own.MachineSchema, { machineId, owner })));
  }

  remove(machineId: Uint8Array): void {
    this.kv.delete(keyOf(machineId));
  }
}

/** What a certificate says of its machine, and the machine whose place it is to take; zeros: none. */
export interface Arrival {
  readonly machineId: Uint8Array;
  readonly owner: Uint8Array;
  readonly replaced: Uint8Array;
}

/** SECURITY: who names no owner, or finds none, replaces nobody: upstream's zero owner is anybody (spec 01 §4.7, trap). */
function swap(list: MachineList, { machineId, owner, replaced }: Arrival): void {
  const before = list.machine(replaced);
  const isOwners = before !== undefined && !isZero(owner) && equalBytes(before.owner, owner);
  if (!isOwners) throw ErrAuthenticateFailed.wrap("the machine to replace is not one of this owner");
  if (list.machine(machineId) !== undefined) throw ErrAuthenticateFailed.wrap("the machine is on the list already");
  list.remove(replaced);
}

/** Lets a machine in, where there is a list. Throws register 2. */
export function admitMachine(ctx: Context, arrival: Arrival): void {
  const list = new MachineList(ctx);
  if (!list.restricted) return;
  const { machineId, owner, replaced } = arrival;
  if (machineId.length !== MACHINE_ID_BYTES) throw ErrAuthenticateFailed.wrap("the platform has no machine id");
  if (!isZero(replaced) && !equalBytes(replaced, machineId)) swap(list, arrival);
  else if (list.machine(machineId) === undefined) throw ErrAuthenticateFailed.wrap("the machine is not on the list");
  list.set(machineId, owner);
}

/** Throws register 8 for a message whose ids are none, or too many. */
export function checkMachineUpdate({ allow, forbid }: own.MsgUpdateMachines): void {
  const ids = [...allow, ...forbid];
  if (ids.length > MAX_IDS) throw ErrInvalidRegistration.wrap(`more than ${MAX_IDS} machines`);
  if (ids.some(({ length }) => length !== MACHINE_ID_BYTES)) {
    throw ErrInvalidRegistration.wrap("a machine id has 20 bytes");
  }
}

/** Changes the list. A machine that is allowed again keeps its owner. */
export function updateMachines(ctx: Context, { allow, forbid, restricted }: own.MsgUpdateMachines): void {
  const list = new MachineList(ctx);
  for (const id of allow) if (list.machine(id) === undefined) list.set(id, new Uint8Array(0));
  for (const id of forbid) list.remove(id);
  list.setRestricted(restricted);
}
