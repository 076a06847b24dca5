/**
 * Failures of the parts, merged into one: the first that explains what happened.
 * @module
 */
import { diskError, LocalError } from "@enclavenet/common";

/** Time in which an enclave whose channel has closed is seen to end. */
const ENCLAVE_EXIT_MS = 1_000;

/** Collects failures until the node stops. */
export class FailureWatch {
  /** Resolves with the reason when the network cannot go on. */
  readonly failed: Promise<Error>;
  #resolve: (error: Error) => void = () => {};
  #stopping = false;

  constructor() {
    this.failed = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  report(error: Error): void {
    if (this.#stopping) return;
    // Whoever calls the enclave learns of its end before the main thread does, and does not know how it ended.
    if (LocalError.is(error, "ENCLAVE_CHANNEL_CLOSED")) setTimeout(() => this.#resolve(error), ENCLAVE_EXIT_MS).unref();
    else this.#resolve(diskError(error) ?? error);
  }

  /** From now on, parts that end do so because they should. */
  stopping(): void {
    this.#stopping = true;
  }
}
