/**
 * RFC 3339 times with nanoseconds, as Go prints and CometBFT accepts them: up to nine fractional digits, trailing
 * zeros trimmed, `Z` when in UTC (spec 04 §5.1).
 * @module
 */
import { LocalError, NANOS_PER_SECOND } from "@enclavenet/common";

const PATTERN = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})$/;
function offsetMinutes(zone: string): number | undefined {
  if (zone === "Z") return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(4, 6));
  if (hours > 23 || minutes > 59) return undefined;
  return (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes);
}

/** Nanoseconds since the Unix epoch, or undefined when `text` is not an RFC 3339 time of an existing date. */
export function tryParseRfc3339(text: string): bigint | undefined {
  const match = PATTERN.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const offset = offsetMinutes(match[8] as string);
  if (offset === undefined || hour > 23 || minute > 59 || second > 59) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  const nanos = BigInt((match[7] ?? "").padEnd(9, "0"));
  return (BigInt(date.getTime()) / 1000n - BigInt(offset) * 60n) * NANOS_PER_SECOND + nanos;
}

/** Nanoseconds since the Unix epoch. Throws LocalError `TIME_FORMAT`. */
export function parseRfc3339(text: string): bigint {
  const ns = tryParseRfc3339(text);
  if (ns === undefined) throw new LocalError("TIME_FORMAT", "not an RFC 3339 time");
  return ns;
}

/** UTC text with as many fractional digits as needed. */
export function formatRfc3339(timeNs: bigint): string {
  const nanos = ((timeNs % NANOS_PER_SECOND) + NANOS_PER_SECOND) % NANOS_PER_SECOND;
  const seconds = (timeNs - nanos) / NANOS_PER_SECOND;
  const whole = new Date(Number(seconds) * 1000).toISOString().slice(0, -5);
  const fraction = nanos === 0n ? "" : `.${nanos.toString().padStart(9, "0").replace(/0+$/, "")}`;
  return `${whole}${fraction}Z`;
}
