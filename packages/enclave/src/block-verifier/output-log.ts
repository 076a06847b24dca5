/**
 * Digests of a block's outputs. The first execution records them, a second one must repeat them: re-execution with other
 * state, as a fork would need, is refused before its output leaves the enclave.
 * @module
 */
import { equalBytes } from "@enclavenet/common";
import { EnclaveError } from "@enclavenet/enclave-api";

/** Digests that a first execution left, and whether it came to its end. */
export interface RecordedOutputs {
  readonly digests: readonly Uint8Array[];
  readonly complete: boolean;
}

export class OutputLog {
  readonly #expected: RecordedOutputs;
  readonly #digests: Uint8Array[] = [];

  constructor(expected: RecordedOutputs = { digests: [], complete: false }) {
    this.#expected = expected;
  }

  /** Adds the digest of the next output. Throws `OutputDiffers` when the first execution gave another one here. */
  add(digest: Uint8Array): void {
    const expected = this.#expected.digests[this.#digests.length];
    const known = expected !== undefined || this.#expected.complete;
    // check: output-digest
    if (known && (expected === undefined || !equalBytes(expected, digest))) throw new EnclaveError("OutputDiffers");
    this.#digests.push(digest);
  }

  /** What this execution has put out so far; with a longer first one, what that had put out. */
  get recorded(): readonly Uint8Array[] {
    const before = this.#expected.digests;
    return before.length > this.#digests.length ? before : this.#digests;
  }

  /** All digests, at the end of the block. */
  finish(): readonly Uint8Array[] {
    if (this.#digests.length < this.#expected.digests.length) throw new EnclaveError("OutputDiffers");
    return this.#digests;
  }
}
