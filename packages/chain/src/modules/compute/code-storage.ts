/**
 * Where the wasm bytes of codes live: outside the hashed stores, keyed by their SHA-256.
 *
 * The hash is in the state (CodeInfo, spec 03 §5.1), so consensus covers the bytes without carrying them through the
 * tree, as upstream keeps them in a folder of their own. Bytes are put while a block executes and may belong to a
 * transaction or block that never commits: an extra entry under its own hash harms nobody, a missing one would.
 * @module
 */
import { toHex } from "@enclavenet/common";

/** Content-addressed storage of wasm. */
export interface CodeStorage {
  /** The bytes whose SHA-256 is `codeHash`, or undefined. */
  get(codeHash: Uint8Array): Uint8Array | undefined;
  /** Stores bytes under their hash; durable not later than the commit of the block that put them. Idempotent. */
  put(codeHash: Uint8Array, wasm: Uint8Array): void;
}

/** Keeps codes in memory, for tests and in-process networks without a home. */
export class MemoryCodeStorage implements CodeStorage {
  readonly #codes = new Map<string, Uint8Array>();

  get(codeHash: Uint8Array): Uint8Array | undefined {
    return this.#codes.get(toHex(codeHash));
  }

  put(codeHash: Uint8Array, wasm: Uint8Array): void {
    this.#codes.set(toHex(codeHash), wasm.slice());
  }
}
