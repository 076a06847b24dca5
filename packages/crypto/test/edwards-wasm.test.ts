/**
 * The wasm curve behind ZIP-215: field arithmetic against big integers up to the largest sums that the formulas make, scalars of
 * half the size and their digits against their definitions, and verdicts against the other implementation on signatures made
 * to be nearly right.
 */
import { concatBytes } from "@enclavenet/common";
import { ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { digitsOf } from "../src/node/edwards/digits.ts";
import { ELEMENT_BYTES, edwardsWasm, LIMBS, SCRATCH_BYTES } from "../src/node/edwards/field-wasm.ts";
import { halfSizeOf } from "../src/node/edwards/half-size.ts";
import { V8 } from "../src/node/v8.ts";
import { noble, node } from "./support/doors.ts";

const PRIME = 2n ** 255n - 19n;
const { Point } = ed25519;
const ORDER = Point.Fn.ORDER;

interface Field {
  readonly memory: { readonly buffer: ArrayBuffer };
  mul(out: number, a: number, b: number): void;
  add(out: number, a: number, b: number): void;
  sub(out: number, a: number, b: number): void;
  square(out: number, a: number): void;
  squareTimes(out: number, a: number, times: number): void;
}

const field = new V8.Instance(new V8.Module(edwardsWasm()), {}).exports as unknown as Field;
const [OUT, A, B] = [0, 1, 2].map((i) => SCRATCH_BYTES + i * ELEMENT_BYTES) as [number, number, number];
const view = new DataView(field.memory.buffer);
const weight = (limb: number): bigint => BigInt(Math.ceil(25.5 * limb));

function write(at: number, limbs: readonly bigint[]): bigint {
  for (const [i, limb] of limbs.entries()) view.setBigInt64(at + 8 * i, limb, true);
  return limbs.reduce((sum, limb, i) => sum + (limb << weight(i)), 0n);
}

function readLimbs(at: number): bigint[] {
  return Array.from({ length: LIMBS }, (_, i) => view.getBigInt64(at + 8 * i, true));
}

const modulo = (value: bigint): bigint => ((value % PRIME) + PRIME) % PRIME;
const value = (at: number): bigint => modulo(readLimbs(at).reduce((sum, limb, i) => sum + (limb << weight(i)), 0n));

/** Limbs of a sum of up to four products, extremes often. */
const limbs = fc.tuple(
  ...Array.from({ length: LIMBS }, (_, i) => {
    const max = 4n * 2n ** (i % 2 === 0 ? 25n : 24n) + 2n ** 16n;
    return fc.oneof(fc.constantFrom(-max, max, 0n), fc.bigInt({ min: -max, max }));
  }),
);

describe("field arithmetic", () => {
  it("multiplies the largest sums that are made, and its results are small again", () => {
    fc.assert(
      fc.property(limbs, limbs, (a, b) => {
        const expected = modulo(write(A, a) * write(B, b));
        field.mul(OUT, A, B);
        expect(value(OUT)).toBe(expected);
        readLimbs(OUT).forEach((limb, i) => {
          const bound = 2n ** (i % 2 === 0 ? 25n : 24n) + 2n ** 14n;
          expect(limb <= bound && limb >= -bound).toBe(true);
        });
      }),
      { numRuns: 2_000 },
    );
  });

  it("adds, subtracts, and works in place", () => {
    fc.assert(
      fc.property(limbs, limbs, (a, b) => {
        const [x, y] = [write(A, a), write(B, b)];
        field.add(OUT, A, B);
        expect(value(OUT)).toBe(modulo(x + y));
        field.sub(OUT, A, B);
        expect(value(OUT)).toBe(modulo(x - y));
        field.mul(A, A, A);
        expect(value(A)).toBe(modulo(x * x));
      }),
      { numRuns: 300 },
    );
  });

  it("squares as it multiplies, once and many times", () => {
    fc.assert(
      fc.property(limbs, fc.integer({ min: 1, max: 20 }), (a, times) => {
        const x = write(A, a);
        field.mul(B, A, A);
        field.square(OUT, A);
        expect(readLimbs(OUT)).toEqual(readLimbs(B));
        field.squareTimes(A, A, times);
        let expected = modulo(x);
        for (let i = 0; i < times; i++) expected = modulo(expected * expected);
        expect(value(A)).toBe(expected);
      }),
      { numRuns: 1_000 },
    );
  });
});

const HALF = 127;
const atMostHalf = fc.oneof(
  fc.constantFrom(0n, 1n, 2n ** 127n - 1n, 2n ** 126n, 2n ** 126n - 1n),
  fc.bigInt({ min: 0n, max: 2n ** 127n - 1n }),
);

describe("scalars", () => {
  it("have two numbers of half the size for each of them", () => {
    // Quotients of one alone, and of one huge; the ends of what fits; any other.
    const k = fc.oneof(
      fc.constantFrom(
        0n,
        1n,
        2n ** 127n - 1n,
        2n ** 127n,
        2n ** 127n + 1n,
        ORDER - 1n,
        ORDER - 2n,
        ORDER / 2n,
        ORDER / 3n,
      ),
      fc.constant((ORDER * 618033988749894848204586834365638n) / 10n ** 33n),
      fc.bigInt({ min: 1n, max: 2n ** 128n }).map((d) => ORDER / d),
      fc.bigInt({ min: 0n, max: ORDER - 1n }),
    );
    fc.assert(
      fc.property(k, (scalar) => {
        const { a, b } = halfSizeOf(scalar, ORDER, HALF);
        expect((a - b * scalar) % ORDER).toBe(0n);
        expect(a >= 0n && a < 2n ** 127n).toBe(true);
        expect(b !== 0n && b < 2n ** 126n && b > -(2n ** 126n)).toBe(true);
      }),
      { numRuns: 5_000 },
    );
  });

  it("are the sum of their digits, which are odd, small and far between", () => {
    fc.assert(
      fc.property(atMostHalf, fc.constantFrom(5, 7), (scalar, window) => {
        const digits = [...digitsOf(scalar, window, HALF + 1)];
        expect(digits.reduceRight((sum, digit) => 2n * sum + BigInt(digit), 0n)).toBe(scalar);
        const places = digits.flatMap((digit, at) => (digit === 0 ? [] : [at]));
        for (const at of places) expect(Math.abs((digits[at] as number) % 2)).toBe(1);
        for (const digit of digits) expect(Math.abs(digit)).toBeLessThan(2 ** (window - 1));
        places.slice(1).forEach((at, i) => {
          expect(at - (places[i] as number)).toBeGreaterThanOrEqual(window);
        });
      }),
      { numRuns: 200 },
    );
  });
});

const littleEndian = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`);
const TORSION = Point.fromHex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", true);
const scalar = fc.oneof(
  fc.constantFrom(1n, 2n, 15n, 16n, 17n, 31n, 32n, ORDER - 1n, ORDER - 16n, 2n ** 252n, 2n ** 252n - 1n),
  fc.bigInt({ min: 1n, max: ORDER - 1n }),
);
const eighth = fc.bigInt({ min: 0n, max: 7n });

describe("verdicts", () => {
  it("agree on keys and commitments with any part of small order, right and nearly right", () => {
    const seen = { good: 0, bad: 0 };
    fc.assert(
      fc.property(scalar, scalar, eighth, eighth, fc.nat(3), (a, r, ta, tr, wrong) => {
        const publicKey = Point.BASE.multiply(a).add(TORSION.multiplyUnsafe(ta)).toBytes();
        const commitment = Point.BASE.multiply(r).add(TORSION.multiplyUnsafe(tr)).toBytes();
        const message = Uint8Array.of(Number(ta));
        const k = littleEndian(sha512(concatBytes(commitment, publicKey, message))) % ORDER;
        const s = (r + k * a + (wrong === 1 ? 1n : 0n)) % ORDER;
        if (wrong === 2) commitment[31] = (commitment[31] as number) ^ 0x80;
        if (wrong === 3) publicKey[0] = (publicKey[0] as number) ^ 1;
        const signature = concatBytes(commitment, Point.Fn.toBytes(s));
        const verdict = node.ed25519VerifyZip215(message, signature, publicKey);
        expect(verdict).toBe(noble.ed25519VerifyZip215(message, signature, publicKey));
        if (wrong === 0) expect(verdict).toBe(true);
        seen[verdict ? "good" : "bad"]++;
      }),
      { numRuns: 200 },
    );
    expect(seen.good).toBeGreaterThan(20);
    expect(seen.bad).toBeGreaterThan(20);
  }, 30_000);

  it("agree on which 32 bytes are a point", () => {
    const seen = { yes: 0, no: 0 };
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
        const verdict = node.ed25519IsPublicKey(bytes);
        expect(verdict).toBe(noble.ed25519IsPublicKey(bytes));
        seen[verdict ? "yes" : "no"]++;
      }),
      { numRuns: 500 },
    );
    expect(Math.min(seen.yes, seen.no)).toBeGreaterThan(50);
    for (let low = 0; low < 256; low++) {
      for (const [middle, high] of [
        [0xff, 0x7f],
        [0xff, 0xff],
        [0, 0],
        [0, 0x80],
      ] as const) {
        const bytes = Uint8Array.of(low, ...new Array<number>(30).fill(middle), high);
        expect(node.ed25519IsPublicKey(bytes)).toBe(noble.ed25519IsPublicKey(bytes));
      }
    }
  }, 30_000);
});
