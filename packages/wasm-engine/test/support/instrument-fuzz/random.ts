/**
 * A small generator of numbers: the same seed and index give the same module everywhere.
 * @module
 */

/** 32 bits from a counter and a key, after the finalizer of MurmurHash3. */
function mix(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

/** Numbers drawn for module `index` of a run with `seed`. */
export class Random {
  #state: number;
  readonly #key: number;

  constructor(seed: number, index: number) {
    this.#key = mix(mix(seed) ^ index);
    this.#state = mix(index + 0x9e3779b9) ^ seed;
  }

  u32(): number {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    return mix(this.#state ^ this.#key);
  }

  /** From 0 to below `limit`. */
  below(limit: number): number {
    return this.u32() % limit;
  }

  /** From `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  /** True in `percent` of 100 cases; fractions count. */
  chance(percent: number): boolean {
    return this.u32() < percent * 42_949_672.96;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }

  /** Values at which integer operators change their behaviour, small ones, and any. */
  i32(): number {
    switch (this.below(6)) {
      case 0:
        return this.pick([0, 1, -1, 0x7fffffff, -0x80000000, 31, 32, 255, -128, 0xffff]);
      case 1:
        return this.u32() | 0;
      default:
        return this.between(-4, 40);
    }
  }

  i64(): bigint {
    switch (this.below(5)) {
      case 0:
        return this.pick([0n, 1n, -1n, 2n ** 63n - 1n, -(2n ** 63n), 63n, 64n, 0xffffffffn, -(2n ** 31n)]);
      case 1:
        return BigInt.asIntN(64, (BigInt(this.u32()) << 32n) | BigInt(this.u32()));
      default:
        return BigInt(this.i32());
    }
  }
}
