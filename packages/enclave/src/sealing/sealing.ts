/**
 * Sealed storage of the enclave: named records that only this enclave can open. What seals them is the backend's affair:
 * a TEE's sealing key, or, for the software enclave, a key that lies beside the data.
 * @module
 */

/** Named sealed records. */
export interface SealedStorage {
  /** The record's plaintext, undefined when there is none. Throws `SealingFailed` when it cannot be opened. */
  load(name: string): Uint8Array | undefined;
  /**
   * Seals and stores the record; returns after it is durable, and a crash leaves the old or the new one whole. Throws
   * `SealingWriteFailed`, which leaves the old one.
   */
  save(name: string, plaintext: Uint8Array): void;
  /** A record that changes with every block. */
  journal(name: string): SealedJournal;
}

/** The latest state of a record that changes often. The same promises as {@link SealedStorage}, cheaper to keep. */
export interface SealedJournal {
  load(): Uint8Array | undefined;
  save(plaintext: Uint8Array): void;
}
