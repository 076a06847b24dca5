/**
 * Times as seconds since the Unix epoch: of certificates (RFC 5280 §4.1.2.5) and of Intel's JSON (RFC 3339, UTC).
 * Reckoned here and not with `Date`, so that no locale, clock or leniency comes in.
 * @module
 */
import { type AttestationCode, refuse } from "../errors.ts";
import { type DerValue, TAG } from "./der.ts";

const MONTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** Days from 1970-01-01 to the first day of `year`, which is 1970 or later. */
function daysBefore(year: number): number {
  const before = year - 1;
  const leaps = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400);
  return (year - 1970) * 365 + leaps - 477;
}

/** Seconds of a UTC date from 1970 to 9999; undefined when there is no such date. */
function seconds(fields: readonly number[]): number | undefined {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = fields;
  if (year < 1970 || year > 9999 || month < 1 || month > 12) return undefined;
  const daysIn = (at: number): number => (MONTHS[at - 1] as number) + (at === 2 && isLeap(year) ? 1 : 0);
  if (day < 1 || day > daysIn(month) || hour > 23 || minute > 59 || second > 59) return undefined;
  let days = daysBefore(year) + day - 1;
  for (let at = 1; at < month; at++) days += daysIn(at);
  return ((days * 24 + hour) * 60 + minute) * 60 + second;
}

const UTC = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/;
const GENERALIZED = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/;
const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z$/;

function match(pattern: RegExp, text: string): number[] | undefined {
  return pattern.exec(text)?.slice(1).map(Number);
}

/** UTCTime or GeneralizedTime. RFC 5280 §4.1.2.5.1: years from 50 are of the last century, and lie before the epoch here. */
export function derTime(value: DerValue): number {
  const text = String.fromCharCode(...value.content.subarray(0, 16));
  const isUtc = value.tag === TAG.utcTime;
  if (!isUtc && value.tag !== TAG.generalizedTime) refuse("DER_FORMAT", "expected a time");
  const fields = match(isUtc ? UTC : GENERALIZED, text) ?? [];
  const [year = 0, ...rest] = fields;
  const full = isUtc ? [year + (year < 50 ? 2000 : 1900), ...rest] : fields;
  return seconds(full) ?? refuse("DER_FORMAT", "not a time");
}

/** A time in Intel's JSON. */
export function jsonTime(text: string, code: AttestationCode, name: string): number {
  return seconds(match(RFC3339, text) ?? []) ?? refuse(code, `${name} is not a time in UTC`);
}

/** For people: `2025-06-19T10:56:11Z`. */
export function timeText(unix: number): string {
  let days = Math.floor(unix / 86_400);
  let year = 1970;
  while (days >= 365 + (isLeap(year) ? 1 : 0)) days -= 365 + (isLeap(year++) ? 1 : 0);
  let month = 1;
  const daysIn = (at: number): number => (MONTHS[at - 1] as number) + (at === 2 && isLeap(year) ? 1 : 0);
  while (days >= daysIn(month)) days -= daysIn(month++);
  const two = (value: number): string => String(value).padStart(2, "0");
  const rest = unix % 86_400;
  const clock = [rest / 3600, (rest / 60) % 60, rest % 60].map((part) => two(Math.floor(part))).join(":");
  return `${year}-${two(month)}-${two(days + 1)}T${clock}Z`;
}
