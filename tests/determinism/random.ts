/**
 * Pseudo-random choices of the determinism run: SHA-256 over a seed and a counter, integers only, so that every program
 * draws the same ones.
 * @module
 */
import { createHash } from "node:crypto";

/** A stream of choices. */
export class Random {
  readonly #seed: string;
  #counter = 0;

  constructor(seed: string) {
    this.#seed = seed;
  }

  /** 32 bytes that no other call gives. */
  bytes32(): Uint8Array {
    this.#counter++;
    return new Uint8Array(createHash("sha256").update(`${this.#seed}/${this.#counter}`).digest());
  }

  /** `length` bytes. */
  bytes(length: number): Uint8Array {
    const out = new Uint8Array(length);
    for (let at = 0; at < length; at += 32) out.set(this.bytes32().subarray(0, length - at), at);
    return out;
  }

  /** An integer from 0 to `end` - 1. */
  below(end: number): number {
    const draw = this.bytes32();
    return Number(new DataView(draw.buffer).getBigUint64(0) % BigInt(end));
  }

  /** An integer from `low` to `high`. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  /** True once in `n` draws. */
  oneIn(n: number): boolean {
    return this.below(n) === 0;
  }

  /** One of the values. */
  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)] as T;
  }

  /** One of the entries, as often as its weight says. */
  weighted<T>(entries: readonly (readonly [weight: number, value: T])[]): T {
    let draw = this.below(entries.reduce((sum, [weight]) => sum + weight, 0));
    for (const [weight, value] of entries) {
      draw -= weight;
      if (draw < 0) return value;
    }
    throw new Error("weights are positive");
  }
}
