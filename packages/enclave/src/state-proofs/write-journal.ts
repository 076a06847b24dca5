/**
 * What the calls of one block wrote, as far as this enclave can know it: every write, and of every call whether it took effect.
 *
 * The chain drops the writes of transactions and submessages that fail, and the host alone hears of some failures (gas on its
 * side, coins that are not there). So the host may answer with what was there before a call, but that answer counts as a
 * statement that the call had no effect, and from then on the enclave holds the host to it. A call whose writes were seen by a
 * later transaction can no longer have failed. A wrong statement shows in the next header: its app hash is over the state that the
 * honest validators have, and records are proven against that.
 * @module
 */
import { type RecordDigest, sameRecord } from "./proven-records.ts";
import { unproven } from "./unproven.ts";

/** A call that may write. */
export interface WritingCall {
  /** Its transaction's position in the block. */
  readonly txIndex: number;
  /** Whether its writes took effect: unknown until the call fails or the host's answers say so. */
  effect: "unknown" | "none" | "lasting";
}

interface Write {
  readonly call: WritingCall;
  readonly digest: RecordDigest;
}

export class WriteJournal {
  /** Id of the record → its writes, oldest first. */
  readonly #writes = new Map<string, Write[]>();

  /** Notes a write, or with an undefined digest a removal. */
  add(id: string, call: WritingCall, digest: RecordDigest): void {
    const writes = this.#writes.get(id);
    if (writes === undefined) this.#writes.set(id, [{ call, digest }]);
    else writes.push({ call, digest });
  }

  /**
   * Whether the record may hold `found` because of a write of this block; if not, all its writes had no effect. Throws
   * `StateUnproven` when a write is missing that lasts, or that `reader` itself made.
   */
  explains(id: string, found: RecordDigest, reader: WritingCall): boolean {
    const writes = this.#writes.get(id) ?? [];
    for (let i = writes.length - 1; i >= 0; i--) {
      const { call, digest } = writes[i] as Write;
      if (call.effect === "none") continue;
      if (sameRecord(digest, found)) {
        if (call.txIndex !== reader.txIndex) call.effect = "lasting";
        return true;
      }
      // check: write-missing
      if (call.effect === "lasting" || call === reader) unproven("a write of this block is missing");
      call.effect = "none";
    }
    return false;
  }
}
