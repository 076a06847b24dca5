/**
 * Gas that fast loops have charged and not yet written down, by the place in the emitted module (see `loop-plan.ts`). V8
 * names the place of a trap, and an access beyond memory is the one trap that such a loop does not announce.
 * @module
 */

/** Pairs (first byte, gas that is owed from there on), bytes ascending. Plain data: modules are posted to workers. */
export type OwedGas = Uint32Array;

/** Collects the pairs while a module is emitted. */
export class OwedGasWriter {
  /** Bytes by which fast loops may still make the module longer. */
  room: number;
  readonly #pairs: number[] = [];
  #last = 0;

  constructor(room: number) {
    this.room = room;
  }

  /** From `place` on, `gas` is owed. */
  note(place: number, gas: number): void {
    if (gas === this.#last) return;
    this.#last = gas;
    this.#pairs.push(place, gas);
  }

  /** Index of the next pair. */
  get next(): number {
    return this.#pairs.length;
  }

  /** Moves the places of the pairs from index `from` on. */
  shift(from: number, bytes: number): void {
    for (let i = from; i < this.#pairs.length; i += 2) this.#pairs[i] = (this.#pairs[i] as number) + bytes;
  }

  finish(): OwedGas {
    return Uint32Array.from(this.#pairs);
  }
}

/** What is owed at byte `place` of the module. */
export function owedAt(owed: OwedGas, place: number): number {
  let [low, high] = [0, owed.length / 2];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((owed[2 * middle] as number) <= place) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? 0 : (owed[2 * low - 1] as number);
}
