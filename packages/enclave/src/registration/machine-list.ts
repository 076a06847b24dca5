/**
 * The network's list of machines, as the enclave believes it: what the chain's state held before the block, proven by its header.
 *
 * Spec: 01 §4.7 (rules of a registration and of a swap); the chain's own copy of the rule is in its `registration/machines.ts`.
 * Trust: with the records proven, no host can let its own enclave answer for a machine that the network does not allow, whatever it
 * says of the list, of who changed it, or of what became of a transaction. Where state is not proven the host is believed.
 * @module
 */
import { BytesFormatError, concatBytes, equalBytes, fromHex, LocalError, toHex } from "@enclavenet/common";
import { EnclaveError } from "@enclavenet/enclave-api";
import { decodeListedMachine } from "@enclavenet/wire";
import type { HostCalls } from "../host-calls.ts";
import type { BlockState } from "../state-proofs/block-state.ts";
import type { ChainRecord } from "../state-proofs/chain-records.ts";
import { unproven } from "../state-proofs/unproven.ts";

const MACHINE = 0x16;
const MACHINE_ID_BYTES = 20;

/** Present while only machines of the list may register. */
const restricted: ChainRecord = { id: "machines", store: "register", key: Uint8Array.of(0x17), kept: true };

function ownerOf(stored: Uint8Array): Uint8Array {
  try {
    return decodeListedMachine(stored).owner;
  } catch (error) {
    if (error instanceof LocalError) unproven("record of a machine");
    throw error;
  }
}

/** What counts of a machine is that it is listed, and whose it is. */
function machineRecord(machineId: Uint8Array): ChainRecord {
  const key = concatBytes(Uint8Array.of(MACHINE), machineId);
  return { id: `machine ${toHex(machineId)}`, store: "register", key, part: ownerOf, kept: true };
}

/** Only a machine id counts; anything else names none (spec 01 §3.3). */
function replacedMachine(text: string): Uint8Array | undefined {
  try {
    const id = fromHex(text);
    return id.length === MACHINE_ID_BYTES && id.some((byte) => byte !== 0) ? id : undefined;
  } catch (error) {
    if (error instanceof BytesFormatError) return undefined;
    throw error;
  }
}

/** A machine that asks to be let in, for the validator `owner`, in place of the machine that `replaced` names, if it is an id. */
export interface Arrival {
  readonly machineId: Uint8Array;
  readonly owner: Uint8Array;
  readonly replaced: string;
}

function mayTakePlace(owner: Uint8Array, before: Uint8Array | undefined): boolean {
  // check: machine-owner
  if (before === undefined || owner.every((byte) => byte === 0) || !equalBytes(before, owner)) return false;
  return true;
}

/** Throws `NodeNotAllowed` for a machine that is not on the network's list, where it has one, `StateUnproven`. */
export function demandListedMachine(state: BlockState | undefined, host: HostCalls, arrival: Arrival): void {
  if (state === undefined) return;
  // A list of genesis is proven from the second block on.
  // check: machines-first-block
  if (state.empty) throw new EnclaveError("NodeNotAllowed", { check: "first block" });
  if (state.kept(host, restricted) === undefined) return;
  const { machineId, owner } = arrival;
  if (machineId.length !== MACHINE_ID_BYTES) throw new EnclaveError("NodeNotAllowed", { check: "no machine id" });
  const known = state.kept(host, machineRecord(machineId));
  const replaced = replacedMachine(arrival.replaced);
  const isAllowed =
    replaced === undefined || equalBytes(replaced, machineId)
      ? known !== undefined
      : known === undefined && mayTakePlace(owner, state.kept(host, machineRecord(replaced)));
  // check: machine-listed
  if (!isAllowed) throw new EnclaveError("NodeNotAllowed", { check: "list of machines" });
}
