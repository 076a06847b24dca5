/**
 * Digests of a block's outputs. The first execution records them, a second one must repeat them: re-execution with other
 * state, as a fork would need, is refused before its output leaves the enclave.
 * @module
 */
import { equalBytes } from "@enclavenet/common";
import { EnclaveError } from "@enclavenet/enclave-api";

export class OutputLog {
  readonly #expected: readonly Uint8Array[];
  readonly #digests: Uint8Array[] = [];

  /** `expected`: digests of the finished first execution, empty when there was none. */
  constructor(expected: readonly Uint8Array[]) {
    this.#expected = expected;
  }

  /** Adds the digest of the next output. Throws `OutputDiffers` when the first execution gave another one here. */
  add(digest: Uint8Array): void {
    const expected = this.#expected[this.#digests.length];
    const replay = this.#expected.length > 0;
    if (replay && (expected === undefined || !equalBytes(expected, digest))) throw new EnclaveError("OutputDiffers");
    this.#digests.push(digest);
  }

  /** All digests, at the end of the block. */
  finish(): readonly Uint8Array[] {
    if (this.#digests.length < this.#expected.length) throw new EnclaveError("OutputDiffers");
    return this.#digests;
  }
}
