/**
 * Bound on what a call makes the host do. Gas bounds most of it, but the protocol's gas of an import does not depend on
 * the size of its arguments, and some imports cost next to nothing: bytes and calls are counted, too, in units of about a
 * nanosecond. A call may use a fixed allowance, and beyond it one unit per wasm gas that it has spent. Counting is of
 * sizes alone, so that it is the same on every node.
 * @module
 */
import { VmError } from "../errors.ts";

/**
 * Units that are free. A unit takes half a nanosecond or less, so that they are over in about ten times what the least call
 * pays for, its 20 000 SDK gas (docs/protocol/gas.md). No contract seen uses a twentieth.
 */
export const HOST_WORK_ALLOWANCE = 16_777_216;
/** Units of one call of a backend function; one more per byte that crosses. */
export const WORK_PER_HOST_CALL = 1_000;
/** Units of a query more than of other calls: one that is refused costs no gas, and takes as long as reading and answering it. */
export const WORK_PER_QUERY = 24_000;
/** Units per byte of a query, which is read as JSON, number by number and key by key. */
export const WORK_PER_QUERY_BYTE = 128;
/** Units per byte of a key to write, which is held in memory until the call ends and pays at its end only. */
export const WORK_PER_KEY_BYTE = 64;
/** Names of records up to this length are read and removed at a unit per byte: those of contracts are. */
export const SHORT_NAME_BYTES = 256;
/** Units per byte beyond it: names are encrypted, compared and written down at many places on their way to the store. */
export const WORK_PER_LONG_NAME_BYTE = 64;
/** Units per byte of an address, which is computed on word by word. */
export const WORK_PER_ADDRESS_BYTE = 32;
/** Units per byte of a message to sign or to verify: it is hashed, by one scheme twice. */
export const WORK_PER_MESSAGE_BYTE = 8;

/** Work of one call. */
export class HostWork {
  private done = 0;

  /** Starts a new call. */
  reset(): void {
    this.done = 0;
  }

  /** Adds work; `spentGas` is asked beyond the allowance only. Fails the call as out of gas. */
  add(units: number, spentGas: () => bigint): void {
    this.done += units;
    if (this.done > HOST_WORK_ALLOWANCE && BigInt(this.done - HOST_WORK_ALLOWANCE) > spentGas()) {
      throw new VmError("OutOfGas", "work of the host");
    }
  }
}
