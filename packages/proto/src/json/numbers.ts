/**
 * Numbers as text: whole numbers, and decimals of 18 places whose protobuf form is the integer times 10^18
 * (spec 04 §2.2).
 * @module
 */
import { LocalError } from "@enclavenet/common";

const PLACES = 18;
const INTEGER = /^(0|-?[1-9]\d{0,77})$/;
const DECIMAL = /^(-?)(\d{1,60})(?:\.(\d{1,18}))?$/;

function notANumber(text: string): LocalError {
  return new LocalError("PROTO_NUMBER", `${JSON.stringify(text.slice(0, 80))} is not a number of the demanded form`);
}

/** Text of a whole number in its only form; the empty text is zero. Throws `PROTO_NUMBER`. */
export function canonicalInteger(text: string): string {
  if (text === "") return "0";
  if (!INTEGER.test(text)) throw notANumber(text);
  return text;
}

/** "50000000000000000" → "0.050000000000000000"; the empty text is zero. Throws `PROTO_NUMBER`. */
export function decimalFromWire(wire: string): string {
  const integer = canonicalInteger(wire);
  const sign = integer.startsWith("-") ? "-" : "";
  const digits = integer.slice(sign.length).padStart(PLACES + 1, "0");
  return `${sign}${digits.slice(0, -PLACES)}.${digits.slice(-PLACES)}`;
}

/** "0.05" → "50000000000000000". Throws `PROTO_NUMBER` for more than 18 places. */
export function decimalToWire(text: string): string {
  const match = DECIMAL.exec(text);
  if (match === null) throw notANumber(text);
  const [, sign, whole, fraction = ""] = match;
  return BigInt(`${sign}${whole}${fraction.padEnd(PLACES, "0")}`).toString();
}
