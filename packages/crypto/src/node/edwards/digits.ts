/**
 * Digits of scalars for sums of multiples: odd or zero, so that half as many multiples are kept, and seldom not zero.
 * For public values: how long it takes depends on the scalar.
 * @module
 */

/**
 * `length` digits of a scalar below 2^(length − 1), lowest first. Of `window` neighbours at most one is not 0; digits lie between
 * −2^(window − 1) and 2^(window − 1).
 */
export function digitsOf(scalar: bigint, window: number, length: number): Int8Array {
  const bits = scalar.toString(2);
  const digits = new Int8Array(length);
  const top = bits.length - 1;
  const bit = (at: number): number => (at <= top && bits.charCodeAt(top - at) === 49 ? 1 : 0);
  let carry = 0;
  for (let at = 0; at <= top + carry; ) {
    if (((bit(at) + carry) & 1) === 0) {
      at++;
      continue;
    }
    let value = carry;
    for (let i = 0; i < window; i++) value += bit(at + i) << i;
    carry = value >> (window - 1);
    digits[at] = value - (carry << window);
    at += window;
  }
  return digits;
}
