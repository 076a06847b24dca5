/**
 * Two numbers of half the size for one scalar: a ≡ b·k modulo the order of the group. An equation with k, multiplied by b, has
 * scalars of 127 bits where it had 253, and half the doublings (Antipa et al., "Accelerated verification of ECDSA signatures";
 * Pornin, "Optimized lattice basis reduction in dimension 2, and fast Schnorr and EdDSA signature verification").
 *
 * The two are a remainder and a cofactor of Euclid's algorithm, found in Lehmer's way: many steps on the leading bits, then
 * one on the whole numbers (Knuth, The Art of Computer Programming, §4.5.2, algorithm L). For public values.
 * @module
 */

/** Bits of a leading part: quotients of such numbers are exact in a double. */
const LEADING_BITS = 50;

/** Two remainders, the larger first, and what each is a multiple of k by. */
interface State {
  readonly larger: bigint;
  readonly smaller: bigint;
  readonly ofLarger: bigint;
  readonly ofSmaller: bigint;
}

type Matrix = readonly [number, number, number, number];

/** Steps whose quotients the leading parts decide, as one matrix; they end where the smaller one falls below `end`. */
function leadingSteps(larger: number, smaller: number, end: number): Matrix {
  let [x, y] = [larger, smaller];
  let [a, b, c, d] = [1, 0, 0, 1];
  while (y >= end && y + c !== 0 && y + d !== 0) {
    const quotient = Math.floor((x + a) / (y + c));
    if (quotient !== Math.floor((x + b) / (y + d))) break;
    [a, b, c, d] = [c, d, a - quotient * c, b - quotient * d];
    [x, y] = [y, x - quotient * y];
  }
  return [a, b, c, d];
}

function reduced(state: State, halfBits: number): State {
  const { larger, smaller, ofLarger, ofSmaller } = state;
  const shift = BigInt(Math.max(0, larger.toString(16).length * 4 - LEADING_BITS));
  const end = 2 ** Math.max(0, halfBits - Number(shift));
  const [a, b, c, d] = leadingSteps(Number(larger >> shift), Number(smaller >> shift), end);
  if (b === 0) {
    const quotient = larger / smaller;
    return {
      larger: smaller,
      smaller: larger - quotient * smaller,
      ofLarger: ofSmaller,
      ofSmaller: ofLarger - quotient * ofSmaller,
    };
  }
  const [A, B, C, D] = [BigInt(a), BigInt(b), BigInt(c), BigInt(d)];
  return {
    larger: A * larger + B * smaller,
    smaller: C * larger + D * smaller,
    ofLarger: A * ofLarger + B * ofSmaller,
    ofSmaller: C * ofLarger + D * ofSmaller,
  };
}

/**
 * a and b with a ≡ b·k modulo `order`: 0 ≤ a < 2^halfBits, and 0 < |b| ≤ order / 2^halfBits. `k` is below `order`.
 *
 * b stays that small because |b| times the remainder before a never exceeds the order; it is no multiple of the order then.
 */
export function halfSizeOf(k: bigint, order: bigint, halfBits: number): { readonly a: bigint; readonly b: bigint } {
  const enough = 1n << BigInt(halfBits);
  let state: State = { larger: order, smaller: k, ofLarger: 0n, ofSmaller: 1n };
  while (state.smaller >= enough) state = reduced(state, halfBits);
  return { a: state.smaller, b: state.ofSmaller };
}
