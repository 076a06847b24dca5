/**
 * A bounded memory: the entry that was used longest ago makes room.
 * @module
 */
import { byteName } from "@enclavenet/common";

/** At most `capacity` values by byte string. */
export class Recent<V> {
  readonly #capacity: number;
  readonly #entries = new Map<string, V>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get(key: Uint8Array): V | undefined {
    return this.#entries.get(byteName(key));
  }

  /** Stores the value and counts as a use. */
  set(key: Uint8Array, value: V): void {
    const name = byteName(key);
    this.#entries.delete(name);
    this.#entries.set(name, value);
    const oldest = this.#entries.keys().next().value;
    if (this.#entries.size > this.#capacity && oldest !== undefined) this.#entries.delete(oldest);
  }
}
