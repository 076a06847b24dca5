/**
 * Decimals with 18 digits as the SDK's LegacyDec: an integer scaled by 10^18. Their protobuf text is the scaled
 * integer (spec 04 §2.2).
 * @module
 */
import { plainError } from "./errors.ts";

/** 10^18: one. */
const DECIMAL_ONE = 1_000_000_000_000_000_000n;

const DECIMAL_TEXT = /^(-?)([0-9]{1,60})(?:\.([0-9]{1,18}))?$/;

/** The scaled integer of text such as `0.0125`. Throws a plain error on anything else. */
function parseDecimal(text: string): bigint {
  const match = DECIMAL_TEXT.exec(text);
  if (match === null) throw plainError(`failed to set decimal string with base 10: ${text}`);
  const [, sign, whole = "", fraction = ""] = match;
  const value = BigInt(whole) * DECIMAL_ONE + BigInt(fraction.padEnd(18, "0"));
  return sign === "-" ? -value : value;
}

/** The integer that is not below the decimal. Only for decimals that are not negative. */
export function ceilDecimal(value: bigint): bigint {
  return (value + DECIMAL_ONE - 1n) / DECIMAL_ONE;
}

/** The nearest integer, halves to the even one. Only for decimals that are not negative. */
export function roundDecimalHalfEven(value: bigint): bigint {
  const whole = value / DECIMAL_ONE;
  const twice = (value % DECIMAL_ONE) * 2n;
  if (twice < DECIMAL_ONE || (twice === DECIMAL_ONE && whole % 2n === 0n)) return whole;
  return whole + 1n;
}

/** A price of gas in one denomination. */
export interface GasPrice {
  readonly denom: string;
  /** Scaled by 10^18. */
  readonly price: bigint;
}

/** Prices of text such as `0.0125uscrt,0.1uatom`; no prices for empty text. */
export function parseGasPrices(text: string): GasPrice[] {
  if (text.trim() === "") return [];
  return text.split(",").map((part) => {
    const match = /^([0-9]+(?:\.[0-9]+)?)([a-zA-Z][a-zA-Z0-9/:._-]{2,127})$/.exec(part.trim());
    if (match === null) throw plainError(`invalid decimal coin expression: ${part}`);
    return { price: parseDecimal(match[1] as string), denom: match[2] as string };
  });
}
