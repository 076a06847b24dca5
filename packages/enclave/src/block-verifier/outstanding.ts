/**
 * What was given out and may come back, each as often as it was given.
 * @module
 */

/** A bag of names. */
export class Outstanding {
  readonly #counts = new Map<string, number>();

  add(name: string): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  /** Takes one back; false when there is none. */
  take(name: string): boolean {
    const count = this.#counts.get(name) ?? 0;
    if (count === 0) return false;
    if (count === 1) this.#counts.delete(name);
    else this.#counts.set(name, count - 1);
    return true;
  }

  clear(): void {
    this.#counts.clear();
  }
}
