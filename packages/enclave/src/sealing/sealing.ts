/**
 * Sealed storage of the enclave: named records that only this enclave can open. What seals them is the backend's affair:
 * a TEE's sealing key, or, for the software enclave, a key that lies beside the data.
 * @module
 */

/** Named sealed records. */
export interface SealedStorage {
  /** The record's plaintext, undefined when there is none. Throws `SealingFailed` when it cannot be opened. */
  load(name: string): Uint8Array | undefined;
  /** Seals and stores the record; returns after it is durable, and a crash leaves the old or the new one whole. */
  save(name: string, plaintext: Uint8Array): void;
}
