/**
 * Points of the curve of Ed25519 in the memory of the wasm module: decoding, tables, sums of multiples.
 * RFC 8032 §5.1; decoding as ZIP-215 wants it. For public values only.
 * @module
 */
import { littleEndianInteger } from "../../edwards-encoding.ts";
import { V8, type WasmMemory } from "../v8.ts";
import { digitsOf } from "./digits.ts";
import { ELEMENT_BYTES, edwardsWasm, LIMBS, POINT_BYTES, SCRATCH_BYTES } from "./field-wasm.ts";

const PRIME = 2n ** 255n - 19n;
/** d = −121665 / 121666. RFC 8032 §5.1 */
const D = 37095705934669439343138083508754565189542113879843219016388785533085940283555n;
/** 2^((p−1)/4): a square root of −1. */
const ROOT_OF_MINUS_ONE = 19681161376707505956807079304988542015446066515923890162744021073123829784752n;
const BASE_X = 15112221349535400772501151409588531511454012693041857206046113283949847762202n;
const BASE_Y = 46316835694926478169428394003475163141307993866256225615783033603165251855960n;

/** Windows of digits: of points that come once, and of the base point, whose multiples are computed once. */
const WINDOW = 5;
const BASE_WINDOW = 7;
/** Two limbs together: 26 and 25 bits. */
const LOW_BITS = 26;
const PAIR_BITS = 51;
const PAIR_SHIFT = BigInt(PAIR_BITS);
const COORDINATES = 4;
/** The second half of a base point's scalar starts here. */
export const HALF_BITS = 127;
const DIGITS = HALF_BITS + 1;

interface Functions {
  readonly memory: WasmMemory;
  mul(out: number, a: number, b: number): void;
  add(out: number, a: number, b: number): void;
  sub(out: number, a: number, b: number): void;
  squareTimes(out: number, a: number, times: number): void;
  double(point: number): void;
  doubleWithoutT(point: number): void;
  addPoint(point: number, addend: number): void;
  subPoint(point: number, addend: number): void;
  addend(out: number, point: number, d2: number): void;
}

/** Addends of a point's odd multiples, for digits of `window`. */
interface Table {
  readonly at: number;
  readonly window: number;
}

/** One part of a sum. */
interface Multiple {
  readonly table: Table;
  readonly digits: Int8Array;
}

const negated = (digits: Int8Array): Int8Array => digits.map((digit) => -digit);

/** The curve over one instance of the module. */
export class EdwardsCurve {
  private readonly wasm: Functions;
  private readonly words: Int32Array;
  private next = SCRATCH_BYTES;
  private readonly d: number;
  private readonly d2: number;
  private readonly zero: number;
  private readonly one: number;
  private readonly rootOfMinusOne: number;
  private readonly temporary: number[];
  /** Of the base point, and of its multiple by 2^127. */
  private readonly baseTables: readonly [Table, Table];
  /** Of the two points of a signature. */
  private readonly pointTables: readonly [Table, Table];
  private readonly accumulator: number;
  private readonly addend: number;
  /** Places for the two points of a signature. */
  readonly first: number;
  readonly second: number;

  constructor() {
    this.wasm = new V8.Instance(new V8.Module(edwardsWasm()), {}).exports as unknown as Functions;
    this.words = new Int32Array(this.wasm.memory.buffer);
    this.d = this.element(D);
    this.d2 = this.element((2n * D) % PRIME);
    this.zero = this.element(0n);
    this.one = this.element(1n);
    this.rootOfMinusOne = this.element(ROOT_OF_MINUS_ONE);
    this.temporary = Array.from({ length: 8 }, () => this.element(0n));
    this.accumulator = this.take(POINT_BYTES);
    this.addend = this.take(POINT_BYTES);
    this.first = this.take(POINT_BYTES);
    this.second = this.take(POINT_BYTES);
    this.pointTables = [this.table(WINDOW), this.table(WINDOW)];
    this.baseTables = [this.table(BASE_WINDOW), this.table(BASE_WINDOW)];
    this.write(this.first, BASE_X);
    this.write(this.first + ELEMENT_BYTES, BASE_Y);
    this.complete(this.first);
    this.copy(this.second, this.first, COORDINATES);
    for (let i = 0; i < HALF_BITS; i++) this.wasm.double(this.second);
    this.fillTable(this.baseTables[0], this.first);
    this.fillTable(this.baseTables[1], this.second);
  }

  private table(window: number): Table {
    return { at: this.take(2 ** (window - 2) * POINT_BYTES), window };
  }

  private take(bytes: number): number {
    const at = this.next;
    this.next += bytes;
    return at;
  }

  private element(value: bigint): number {
    const at = this.take(ELEMENT_BYTES);
    this.write(at, value);
    return at;
  }

  /** Writes a number below 2^255. PERF: two limbs at a time, which a double holds. */
  private write(at: number, value: bigint): void {
    const words = this.words;
    for (let pair = 0; pair < LIMBS / 2; pair++) {
      const bits = Number(BigInt.asUintN(PAIR_BITS, value >> BigInt(pair * PAIR_BITS)));
      const low = bits % 2 ** LOW_BITS;
      const word = at / 4 + 4 * pair;
      words[word] = low;
      words[word + 1] = 0;
      words[word + 2] = (bits - low) / 2 ** LOW_BITS;
      words[word + 3] = 0;
    }
  }

  /** The number from 0 to p − 1 of an element whose limbs fit into 32 bits, as those of products and their sums do. */
  private value(at: number): bigint {
    let sum = 0n;
    for (let pair = LIMBS / 2 - 1; pair >= 0; pair--) {
      const word = at / 4 + 4 * pair;
      sum =
        (sum << PAIR_SHIFT) + BigInt((this.words[word] as number) + (this.words[word + 2] as number) * 2 ** LOW_BITS);
    }
    const rest = sum % PRIME;
    return rest < 0n ? rest + PRIME : rest;
  }

  private copy(to: number, from: number, elements: number): void {
    for (let i = 0; i < elements; i++) this.wasm.add(to + i * ELEMENT_BYTES, from + i * ELEMENT_BYTES, this.zero);
  }

  /** Sets Z and T of a point in its place. */
  private complete(point: number): void {
    this.copy(point + 2 * ELEMENT_BYTES, this.one, 1);
    this.wasm.mul(point + 3 * ELEMENT_BYTES, point, point + ELEMENT_BYTES);
  }

  /** out = a^(2^times) · b, which is not `out`. */
  private squareTimes(out: number, a: number, times: number, b: number): void {
    this.wasm.squareTimes(out, a, times);
    this.wasm.mul(out, out, b);
  }

  /** out = a^(2^252 − 3); out is neither a nor one of the last five temporaries. */
  private power(out: number, a: number): void {
    const { mul, squareTimes } = this.wasm;
    const [t0, t1, t2, t3, t4] = this.temporary.slice(3) as [number, number, number, number, number];
    squareTimes(t0, a, 1); // 2
    this.squareTimes(t1, t0, 2, a); // 9
    mul(t0, t0, t1); // 11
    this.squareTimes(t0, t0, 1, t1); // 2^5 − 1
    this.squareTimes(t1, t0, 5, t0); // 2^10 − 1
    this.squareTimes(t2, t1, 10, t1); // 2^20 − 1
    this.squareTimes(t3, t2, 20, t2); // 2^40 − 1
    this.squareTimes(t3, t3, 10, t1); // 2^50 − 1
    this.squareTimes(t2, t3, 50, t3); // 2^100 − 1
    this.squareTimes(t4, t2, 100, t2); // 2^200 − 1
    this.squareTimes(t4, t4, 50, t3); // 2^250 − 1
    this.squareTimes(out, t4, 2, a); // 2^252 − 3
  }

  /**
   * Decodes 32 bytes to a point, as ZIP-215 does: y may be p or more, and x = 0 may have a sign. False when there is none.
   * RFC 8032 §5.1.3: x = u v³ (u v⁷)^((p−5)/8), or that times √−1.
   */
  decode(point: number, bytes: Uint8Array): boolean {
    const { mul, add, sub } = this.wasm;
    const encoded = littleEndianInteger(bytes);
    const [u, v, w] = this.temporary as [number, number, number];
    const [x, y, z] = [point, point + ELEMENT_BYTES, point + 2 * ELEMENT_BYTES];
    this.write(y, encoded & (2n ** 255n - 1n));
    mul(u, y, y);
    mul(v, u, this.d);
    add(v, v, this.one);
    sub(u, u, this.one);
    mul(w, v, v);
    mul(w, w, v); // v³
    mul(x, w, w);
    mul(x, x, v); // v⁷
    mul(x, x, u);
    mul(w, w, u); // u v³
    this.power(z, x);
    mul(x, z, w);
    mul(w, x, x);
    mul(w, w, v); // v x²
    const square = this.value(u);
    const found = this.value(w);
    if (found !== square) {
      if (found !== (square === 0n ? 0n : PRIME - square)) return false;
      mul(x, x, this.rootOfMinusOne);
    }
    // −0 is 0, so that the sign of x = 0 says nothing.
    const isOdd = (this.value(x) & 1n) === 1n;
    if (isOdd !== encoded >> 255n > 0n) sub(x, this.zero, x);
    this.complete(point);
    return true;
  }

  /** Addends of P, 3P, 5P and so on. `point` is used up. */
  private fillTable({ at, window }: Table, point: number): void {
    const { addend, double, addPoint } = this.wasm;
    this.copy(this.accumulator, point, COORDINATES);
    double(this.accumulator);
    addend(this.addend, this.accumulator, this.d2);
    for (let i = 0; i < 2 ** (window - 2); i++) {
      if (i > 0) addPoint(point, this.addend);
      addend(at + i * POINT_BYTES, point, this.d2);
    }
  }

  /** Adds `digit` times the point of the table; digits are odd or 0. */
  private addDigit({ at }: Table, digit: number): void {
    if (digit === 0) return;
    if (digit > 0) this.wasm.addPoint(this.accumulator, at + ((digit - 1) >> 1) * POINT_BYTES);
    else this.wasm.subPoint(this.accumulator, at + ((-digit - 1) >> 1) * POINT_BYTES);
  }

  /** Leaves the sum in the accumulator. */
  private sumUp(multiples: readonly Multiple[]): void {
    const { double, doubleWithoutT } = this.wasm;
    const { accumulator, zero, one } = this;
    [zero, one, one, zero].forEach((coordinate, i) => {
      this.copy(accumulator + i * ELEMENT_BYTES, coordinate, 1);
    });
    for (let at = DIGITS - 1; at >= 0; at--) {
      let isAdded = false;
      for (const { digits } of multiples) isAdded ||= digits[at] !== 0;
      // PERF: only an addition reads T, and nothing reads it at the end.
      if (isAdded) double(accumulator);
      else doubleWithoutT(accumulator);
      for (const { table, digits } of multiples) this.addDigit(table, digits[at] as number);
    }
  }

  /**
   * Whether [8]([base]B − [a]A − [r]R) is the identity, for A and R that were decoded to the two places; both are used up.
   * `base` is below the order, `a` and the amount of `r` below 2^127.
   */
  isSum(base: bigint, a: bigint, r: bigint): boolean {
    this.fillTable(this.pointTables[0], this.first);
    this.fillTable(this.pointTables[1], this.second);
    const ofR = digitsOf(r < 0n ? -r : r, WINDOW, DIGITS);
    this.sumUp([
      { table: this.baseTables[0], digits: digitsOf(BigInt.asUintN(HALF_BITS, base), BASE_WINDOW, DIGITS) },
      { table: this.baseTables[1], digits: digitsOf(base >> BigInt(HALF_BITS), BASE_WINDOW, DIGITS) },
      { table: this.pointTables[0], digits: negated(digitsOf(a, WINDOW, DIGITS)) },
      { table: this.pointTables[1], digits: r < 0n ? ofR : negated(ofR) },
    ]);
    for (let i = 0; i < 3; i++) this.wasm.doubleWithoutT(this.accumulator);
    const [x, y, z] = [0, 1, 2].map((i) => this.value(this.accumulator + i * ELEMENT_BYTES));
    return x === 0n && y === z;
  }
}
