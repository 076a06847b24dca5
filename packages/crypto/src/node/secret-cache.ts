/**
 * Bounded cache of what a secret was expanded to (cipher and key objects), least recently used out first.
 *
 * Keyed by the identity of the `SecretBytes` object, so that no copy of a secret serves as a map key. A wiped secret
 * is refused before the cache is asked; its expansion stays in OpenSSL's memory until it falls out.
 * @module
 */
import { cryptoUsageError } from "../errors.ts";
import type { SecretBytes } from "../secret-bytes.ts";

/** Maps secrets to expansions made by `expand`. */
export class SecretCache<T> {
  readonly #entries = new Map<SecretBytes, T>();
  readonly #capacity: number;
  readonly #expand: (bytes: Uint8Array) => T;
  #lastSecret: SecretBytes | undefined;
  #lastValue: T | undefined;

  constructor(capacity: number, expand: (bytes: Uint8Array) => T) {
    if (!Number.isInteger(capacity) || capacity < 1) throw cryptoUsageError("cache capacity must be positive");
    this.#capacity = capacity;
    this.#expand = expand;
  }

  /** Number of cached expansions. */
  get size(): number {
    return this.#entries.size;
  }

  /** Expansion of `secret`, made now or earlier. Throws when the secret was wiped. */
  get(secret: SecretBytes): T {
    const bytes = secret.expose();
    // PERF: runs of operations under one key skip the reordering.
    if (secret === this.#lastSecret) return this.#lastValue as T;
    const known = this.#entries.get(secret);
    const value = known ?? this.#expand(bytes);
    if (known !== undefined) this.#entries.delete(secret);
    this.#entries.set(secret, value);
    if (this.#entries.size > this.#capacity) this.#evictOldest();
    this.#lastSecret = secret;
    this.#lastValue = value;
    return value;
  }

  #evictOldest(): void {
    for (const secret of this.#entries.keys()) {
      this.#entries.delete(secret);
      return;
    }
  }
}
