/**
 * Each signed transaction runs once: not again at another position of its block, and where state is proven not again in a later one.
 * @module
 */
import { EnclaveError } from "@enclavenet/enclave-api";

interface SignedPosition {
  readonly txIndex: number;
  /** As the sender signed it. */
  readonly sequence: bigint;
  readonly transactionHash: string;
}

/** The transactions of one block that ran. */
export class FirstRuns {
  /** Hash of a transaction whose messages ran → where the block has it; a block may have it twice. */
  readonly #firstIndex = new Map<string, number>();

  /**
   * `next`: the sender's sequence as the block found it, where it is proven. Throws `FailedTxVerification`.
   *
   * SECURITY: validators sign a block before its transactions are checked, so that it may have old ones and the same one twice.
   */
  demand({ txIndex, sequence, transactionHash }: SignedPosition, next: () => bigint | undefined): void {
    // check: sequence-earlier-block
    if (sequence < (next() ?? 0n)) {
      throw new EnclaveError("FailedTxVerification", { check: "sequence of an earlier block" });
    }
    // check: sequence-this-block
    if ((this.#firstIndex.get(transactionHash) ?? txIndex) !== txIndex) {
      throw new EnclaveError("FailedTxVerification", { check: "transaction ran in this block" });
    }
    this.#firstIndex.set(transactionHash, txIndex);
  }
}
