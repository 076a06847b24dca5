/**
 * Text forms of Timestamp and Duration: RFC 3339 in UTC and seconds with "s", fractions of 0, 3, 6 or 9 digits
 * (spec 04 §2.2).
 * @module
 */
import { create } from "@bufbuild/protobuf";
import { type Duration, DurationSchema, type Timestamp, TimestampSchema } from "@bufbuild/protobuf/wkt";
import { LocalError } from "@enclavenet/common";

const FIRST_SECOND = -62135596800n;
const LAST_SECOND = 253402300799n;
const MAX_DURATION_SECONDS = 315576000000n;
const TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;
const DURATION = /^(-?)(\d{1,12})(?:\.(\d{1,9}))?s$/;

function badTime(what: string): LocalError {
  return new LocalError("PROTO_TIME", `bad ${what}`);
}

/** ".5" with as many groups of three digits as needed; empty for zero. */
function fractionText(nanos: number): string {
  if (nanos === 0) return "";
  const digits = String(nanos).padStart(9, "0");
  if (digits.endsWith("000000")) return `.${digits.slice(0, 3)}`;
  return digits.endsWith("000") ? `.${digits.slice(0, 6)}` : `.${digits}`;
}

/** "2024-01-01T00:00:00.5Z" form of a timestamp. Throws `PROTO_TIME` outside years 1 to 9999. */
export function timestampToText(time: Timestamp): string {
  const { seconds, nanos } = time;
  if (seconds < FIRST_SECOND || seconds > LAST_SECOND || nanos < 0 || nanos > 999_999_999) throw badTime("timestamp");
  const date = new Date(Number(seconds) * 1000);
  return `${date.toISOString().slice(0, 19)}${fractionText(nanos)}Z`;
}

/** Timestamp of an RFC 3339 text. Throws `PROTO_TIME`. */
export function timestampFromText(text: string): Timestamp {
  const match = TIME.exec(text);
  if (match === null) throw badTime("timestamp");
  const [, local, fraction = "", zone] = match as unknown as [string, string, string | undefined, string];
  const milliseconds = Date.parse(`${local}${zone}`);
  const localMilliseconds = Date.parse(`${local}Z`);
  // V8 lets 30 February pass as 2 March: what was read must print as what was written.
  const isReal = !Number.isNaN(milliseconds) && new Date(localMilliseconds).toISOString().startsWith(local);
  const seconds = isReal ? BigInt(milliseconds / 1000) : LAST_SECOND + 1n;
  if (seconds < FIRST_SECOND || seconds > LAST_SECOND) throw badTime("timestamp");
  return create(TimestampSchema, { seconds, nanos: Number(fraction.padEnd(9, "0")) });
}

/** "90s" form of a duration. Throws `PROTO_TIME` when the parts disagree in sign or are out of range. */
export function durationToText(duration: Duration): string {
  const { seconds, nanos } = duration;
  const isMixed = (seconds > 0n && nanos < 0) || (seconds < 0n && nanos > 0);
  const magnitude = seconds < 0n ? -seconds : seconds;
  if (isMixed || magnitude > MAX_DURATION_SECONDS || Math.abs(nanos) > 999_999_999) throw badTime("duration");
  const sign = seconds < 0n || nanos < 0 ? "-" : "";
  return `${sign}${magnitude}${fractionText(Math.abs(nanos))}s`;
}

/** Duration of a text in seconds. Throws `PROTO_TIME`. */
export function durationFromText(text: string): Duration {
  const match = DURATION.exec(text);
  if (match === null) throw badTime("duration");
  const [, sign, whole, fraction = ""] = match as unknown as [string, string, string, string | undefined];
  const seconds = BigInt(whole);
  if (seconds > MAX_DURATION_SECONDS) throw badTime("duration");
  const nanos = Number(fraction.padEnd(9, "0"));
  return create(DurationSchema, sign === "-" ? { seconds: -seconds, nanos: -nanos } : { seconds, nanos });
}
