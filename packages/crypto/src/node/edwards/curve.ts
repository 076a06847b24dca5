/**
 * Points of the curve of Ed25519 in the memory of the wasm module: decoding, tables, sums of two multiples.
 * RFC 8032 §5.1; decoding as ZIP-215 wants it. For public values only.
 * @module
 */
import { littleEndianInteger } from "../../edwards-encoding.ts";
import { V8, type WasmMemory } from "../v8.ts";
import { ELEMENT_BYTES, edwardsWasm, LIMBS, POINT_BYTES, SCRATCH_BYTES } from "./field-wasm.ts";

const PRIME = 2n ** 255n - 19n;
/** d = −121665 / 121666. RFC 8032 §5.1 */
const D = 37095705934669439343138083508754565189542113879843219016388785533085940283555n;
/** 2^((p−1)/4): a square root of −1. */
const ROOT_OF_MINUS_ONE = 19681161376707505956807079304988542015446066515923890162744021073123829784752n;
const BASE_X = 15112221349535400772501151409588531511454012693041857206046113283949847762202n;
const BASE_Y = 46316835694926478169428394003475163141307993866256225615783033603165251855960n;

/** Windows of the scalars: digits are odd and between −15 and 15. */
const WINDOW = 5;
const ODD_MULTIPLES = 8;

interface Functions {
  readonly memory: WasmMemory;
  mul(out: number, a: number, b: number): void;
  add(out: number, a: number, b: number): void;
  sub(out: number, a: number, b: number): void;
  double(point: number): void;
  addPoint(point: number, addend: number): void;
}

/** Digits of a scalar below 2^253, lowest first: at most one of five neighbours is not 0. */
function digitsOf(scalar: bigint): Int8Array {
  const bits = scalar.toString(2);
  const digits = new Int8Array(260);
  const bit = (at: number): number => (bits.charCodeAt(bits.length - 1 - at) === 49 ? 1 : 0);
  let carry = 0;
  for (let at = 0; at < digits.length - WINDOW; ) {
    if (((bit(at) + carry) & 1) === 0) {
      carry = (bit(at) + carry) >> 1;
      at++;
      continue;
    }
    let value = carry;
    for (let i = 0; i < WINDOW; i++) value += bit(at + i) << i;
    carry = value > 16 ? 1 : 0;
    digits[at] = value - 32 * carry;
    at += WINDOW;
  }
  return digits;
}

/** The curve over one instance of the module. */
export class EdwardsCurve {
  private readonly wasm: Functions;
  private readonly view: DataView;
  private next = SCRATCH_BYTES;
  private readonly d: number;
  private readonly d2: number;
  private readonly one: number;
  private readonly rootOfMinusOne: number;
  private readonly temporary: number[];
  private readonly baseTable: number;
  private readonly keyTable: number;
  private readonly accumulator: number;
  private readonly addend: number;
  private readonly opposite: number;
  /** Places for the two points of a signature. */
  readonly first: number;
  readonly second: number;

  constructor() {
    this.wasm = new V8.Instance(new V8.Module(edwardsWasm()), {}).exports as unknown as Functions;
    this.view = new DataView(this.wasm.memory.buffer);
    this.d = this.element(D);
    this.d2 = this.element((2n * D) % PRIME);
    this.one = this.element(1n);
    this.rootOfMinusOne = this.element(ROOT_OF_MINUS_ONE);
    this.temporary = Array.from({ length: 8 }, () => this.element(0n));
    this.accumulator = this.take(POINT_BYTES);
    this.addend = this.take(POINT_BYTES);
    this.opposite = this.take(POINT_BYTES);
    this.first = this.take(POINT_BYTES);
    this.second = this.take(POINT_BYTES);
    this.keyTable = this.take(2 * ODD_MULTIPLES * POINT_BYTES);
    this.baseTable = this.take(2 * ODD_MULTIPLES * POINT_BYTES);
    this.setPoint(this.first, BASE_X, BASE_Y);
    this.fillTable(this.baseTable, this.first);
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

  /** Writes a number below 2^255. */
  private write(at: number, value: bigint): void {
    let rest = value;
    for (let limb = 0; limb < LIMBS; limb++) {
      const bits = limb % 2 === 0 ? 26n : 25n;
      this.view.setBigInt64(at + 8 * limb, rest & ((1n << bits) - 1n), true);
      rest >>= bits;
    }
  }

  /** The number from 0 to p − 1. */
  private value(at: number): bigint {
    let sum = 0n;
    for (let limb = LIMBS - 1; limb >= 0; limb--) {
      sum = (sum << (limb % 2 === 0 ? 26n : 25n)) + this.view.getBigInt64(at + 8 * limb, true);
    }
    const rest = sum % PRIME;
    return rest < 0n ? rest + PRIME : rest;
  }

  private copy(to: number, from: number, bytes: number): void {
    new Uint8Array(this.wasm.memory.buffer).copyWithin(to, from, from + bytes);
  }

  private setPoint(point: number, x: bigint, y: bigint): void {
    this.write(point, x);
    this.write(point + ELEMENT_BYTES, y);
    this.write(point + 2 * ELEMENT_BYTES, 1n);
    this.wasm.mul(point + 3 * ELEMENT_BYTES, point, point + ELEMENT_BYTES);
  }

  /** out = a^(2^times) · b. */
  private squareTimes(out: number, a: number, times: number, b: number): void {
    const { mul } = this.wasm;
    mul(out, a, a);
    for (let i = 1; i < times; i++) mul(out, out, out);
    mul(out, out, b);
  }

  /** out = a^(2^252 − 3); out is neither a nor one of the last five temporaries. */
  private power(out: number, a: number): void {
    const { mul } = this.wasm;
    const [t0, t1, t2, t3, t4] = this.temporary.slice(3) as [number, number, number, number, number];
    mul(t0, a, a); // 2
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
    const root = this.value(x);
    const isOdd = (root & 1n) === 1n;
    const wantsOdd = encoded >> 255n === 1n;
    this.setPoint(point, isOdd === wantsOdd || root === 0n ? root : PRIME - root, this.value(y));
    return true;
  }

  /** Makes addends of a point and of its opposite. */
  private addends(plus: number, minus: number, point: number): void {
    const { add, sub, mul } = this.wasm;
    const [x, y, z, t] = [0, 1, 2, 3].map((i) => point + i * ELEMENT_BYTES) as [number, number, number, number];
    const [first, second, third, fourth] = [0, 1, 2, 3].map((i) => i * ELEMENT_BYTES) as [
      number,
      number,
      number,
      number,
    ];
    add(plus + first, y, x);
    sub(plus + second, y, x);
    add(plus + third, z, z);
    mul(plus + fourth, t, this.d2);
    this.copy(minus + first, plus + second, ELEMENT_BYTES);
    this.copy(minus + second, plus + first, ELEMENT_BYTES);
    this.copy(minus + third, plus + third, ELEMENT_BYTES);
    this.write(this.temporary[0] as number, 0n);
    sub(minus + fourth, this.temporary[0] as number, plus + fourth);
  }

  /** Addends of P, 3P, … 15P, then of their opposites. `point` is used up. */
  private fillTable(table: number, point: number): void {
    const opposites = table + ODD_MULTIPLES * POINT_BYTES;
    this.copy(this.accumulator, point, POINT_BYTES);
    this.wasm.double(this.accumulator);
    this.addends(this.addend, this.opposite, this.accumulator);
    for (let i = 0; i < ODD_MULTIPLES; i++) {
      this.addends(table + i * POINT_BYTES, opposites + i * POINT_BYTES, point);
      this.wasm.addPoint(point, this.addend);
    }
  }

  private addDigit(table: number, digit: number): void {
    if (digit === 0) return;
    const index = digit > 0 ? (digit - 1) >> 1 : ODD_MULTIPLES + ((-digit - 1) >> 1);
    this.wasm.addPoint(this.accumulator, table + index * POINT_BYTES);
  }

  /** Whether [8]([s]B − [k]A − R) is the identity, for `a` and `r` that were decoded; both are used up. */
  isSum(s: bigint, k: bigint, a: number, r: number): boolean {
    const { accumulator, wasm } = this;
    this.fillTable(this.keyTable, a);
    this.setPoint(accumulator, 0n, 1n);
    const [ofBase, ofKey] = [digitsOf(s), digitsOf(k)];
    for (let at = ofBase.length - 1; at >= 0; at--) {
      wasm.double(accumulator);
      this.addDigit(this.baseTable, ofBase[at] as number);
      this.addDigit(this.keyTable, -(ofKey[at] as number));
    }
    this.addends(this.addend, this.opposite, r);
    wasm.addPoint(accumulator, this.opposite);
    for (let i = 0; i < 3; i++) wasm.double(accumulator);
    const [x, y, z] = [0, 1, 2].map((i) => this.value(accumulator + i * ELEMENT_BYTES));
    return x === 0n && y === z;
  }
}
