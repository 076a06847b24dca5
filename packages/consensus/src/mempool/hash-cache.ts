/**
 * Bounded set of transaction hashes, least recently pushed dropped first.
 * @module
 */

/** Hashes in hexadecimal. */
export class HashCache {
  readonly #capacity: number;
  readonly #hashes = new Set<string>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  has(hash: string): boolean {
    return this.#hashes.has(hash);
  }

  /** Adds `hash` or makes it the most recent. */
  push(hash: string): void {
    this.#hashes.delete(hash);
    this.#hashes.add(hash);
    if (this.#hashes.size <= this.#capacity) return;
    for (const oldest of this.#hashes) {
      this.#hashes.delete(oldest);
      return;
    }
  }

  remove(hash: string): void {
    this.#hashes.delete(hash);
  }
}
