/**
 * Exact decimals for query operands and attribute values: no float, so that 2^63 and 2^63+1 differ.
 * @module
 */

/** `units` / 10^`scale`. */
export interface Decimal {
  readonly units: bigint;
  readonly scale: number;
}

/** Longer digit strings are not numbers: bigint parsing is quadratic and attribute values come from contracts. */
const MAX_LENGTH = 128;
const PATTERN = /^(-?)(\d+)(?:\.(\d+))?$/;

/** The decimal that `text` writes in full, or undefined. */
export function tryParseDecimal(text: string): Decimal | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const match = PATTERN.exec(text);
  if (match === null) return undefined;
  const fraction = match[3] ?? "";
  const units = BigInt(`${match[2]}${fraction}`);
  return { units: match[1] === "-" ? -units : units, scale: fraction.length };
}

/** Negative, zero or positive. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  const scale = Math.max(a.scale, b.scale);
  const left = a.units * 10n ** BigInt(scale - a.scale);
  const right = b.units * 10n ** BigInt(scale - b.scale);
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
