/**
 * How far this enclave has executed, sealed, so that a restarted one neither goes back nor takes another block at the
 * same height, and gives the same outputs when the last block is executed again after a crash (architecture §3).
 * @module
 */
import {
  bytes,
  decode,
  EnclaveError,
  encode,
  fixedBytes,
  type Infer,
  list,
  struct,
  u64,
} from "@enclavenet/enclave-api";
import type { SealedJournal, SealedStorage } from "../sealing/sealing.ts";

const RECORD = "progress";

const progressSchema = struct({
  /** Height of the last opened block, 0 before the first. */
  height: u64,
  blockHash: fixedBytes(32),
  timeNs: u64,
  /** Protobuf ValidatorSet that signs the block at `height`. */
  validatorSet: bytes,
  /** Protobuf ValidatorSet that signs the next block. */
  nextValidatorSet: bytes,
  /** SHA-256 of each output of that block, in order; empty until it was closed. */
  outputDigests: list(fixedBytes(32)),
});

/** The last opened block. */
export type Progress = Infer<typeof progressSchema>;

/** Loads and stores the progress record. */
export class ProgressStore {
  readonly #journal: SealedJournal;
  #current: Progress | undefined;

  constructor(storage: SealedStorage) {
    this.#journal = storage.journal(RECORD);
    const sealed = this.#journal.load();
    if (sealed === undefined) return;
    try {
      this.#current = decode(progressSchema, sealed);
    } catch {
      throw new EnclaveError("SealingFailed", { check: "progress record" });
    }
  }

  get current(): Progress | undefined {
    return this.#current;
  }

  save(progress: Progress): void {
    this.#journal.save(encode(progressSchema, progress));
    this.#current = progress;
  }
}
