// Instants are milliseconds since 1970 UTC, whole numbers. Reads and writes ISO 8601 times and durations.

import { Duration } from 'luxon';

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number;

const ISO = /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(Z|z|[+-]\d{2}(?::?\d{2})?)$/;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Reads an ISO 8601 time with an offset or Z; undefined if it has none or is not a real time (31 June). */
export function parseInstant(text: string): Instant | undefined {
  const quick = parseUtcSeconds(text);
  if (quick !== undefined) return quick;
  const match = ISO.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute] = [+match[1]!, +match[2]!, +match[3]!, +match[4]!, +match[5]!];
  const second = match[6] === undefined ? 0 : +match[6];
  if (!isRealDate(year, month, day) || hour > 23 || minute > 59 || second > 59) return undefined;
  const offset = offsetMinutes(match[8]!);
  if (offset === undefined) return undefined;
  const millis = match[7] === undefined ? 0 : +match[7].padEnd(3, '0').slice(0, 3);
  return Date.UTC(year, month - 1, day, hour, minute, second, millis) - offset * 60_000;
}

/** The most common form, `2026-01-31T09:00:00Z`, read without a regular expression. */
function parseUtcSeconds(text: string): Instant | undefined {
  if (text.length !== 20 || text.charCodeAt(19) !== 90 || text.charCodeAt(10) !== 84) return undefined;
  if (text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45) return undefined;
  if (text.charCodeAt(13) !== 58 || text.charCodeAt(16) !== 58) return undefined;
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const second = twoDigits(text, 17);
  // Any NaN fails a comparison here and goes to the general form, which rejects it.
  if (!(year >= 0 && hour <= 23 && minute <= 59 && second <= 59 && isRealDate(year, month, day))) return undefined;
  return dayNumber(year, month, day) * 86_400_000 + ((hour * 60 + minute) * 60 + second) * 1000;
}

/**
 * Days since 1970-01-01 of a date from the year 1 on: years counted from March, so that a leap day ends its year, and
 * 153 days in any five months from there.
 */
function dayNumber(year: number, month: number, day: number): number {
  const shifted = month > 2 ? year : year - 1;
  const leapDays = ((shifted / 4) | 0) - ((shifted / 100) | 0) + ((shifted / 400) | 0);
  const dayOfYear = ((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) | 0;
  return shifted * 365 + leapDays + dayOfYear + day - 719_469;
}

/** What `dayOf` returns where there is no such date: a number below that of every date. */
export const NO_DAY = -1_000_000;

/** Days since 1970-01-01 of a date, or NO_DAY. */
export function dayOf(year: number, month: number, day: number): number {
  return isRealDate(year, month, day) ? dayNumber(year, month, day) : NO_DAY;
}

function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const units = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && units >= 0 && units <= 9 ? tens * 10 + units : Number.NaN;
}

function offsetMinutes(text: string): number | undefined {
  if (text === 'Z' || text === 'z') return 0;
  const digits = text.slice(1).replace(':', '').padEnd(4, '0');
  const [hours, minutes] = [+digits.slice(0, 2), +digits.slice(2)];
  if (hours > 18 || minutes > 59) return undefined;
  return (text[0] === '-' ? -1 : 1) * (hours * 60 + minutes);
}

/** Of what a source says: money on phones began in 2007, and a date of 1899, 1970 or 9999 stands for "none". */
export const CLAIM_YEARS = 'from the year 2000 to 2099';
const FIRST_CLAIM = Date.UTC(2000, 0, 1);
const AFTER_CLAIMS = Date.UTC(2100, 0, 1);

/** Whether a source can mean a time: one far away is a slip or a placeholder, and would stand open or late for ever. */
export function isClaimTime(at: Instant): boolean {
  return at >= FIRST_CLAIM && at < AFTER_CLAIMS;
}

/** As `isClaimTime`, of a real date `YYYY-MM-DD`. */
export function isClaimDate(date: string): boolean {
  return date >= '2000' && date < '2100';
}

/** Whether a text is a real calendar date, `YYYY-MM-DD`. */
export function isDate(text: string): boolean {
  const match = DATE.exec(text);
  return match !== null && isRealDate(+match[1]!, +match[2]!, +match[3]!);
}

/** The date of an ISO 8601 date or time as it is written, whatever its offset; undefined for any other text. */
export function dateAsWritten(text: string): string | undefined {
  if (isDate(text)) return text;
  const isTime = parseInstant(text) !== undefined || parseInstant(`${text}Z`) !== undefined;
  return isTime ? text.slice(0, 10) : undefined;
}

function isRealDate(year: number, month: number, day: number): boolean {
  if (!(year >= 1 && month >= 1 && month <= 12 && day >= 1)) return false;
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return day <= MONTH_DAYS[month - 1]! + (leap ? 1 : 0);
}

/** Writes an instant in UTC: `2026-01-31T09:00:00Z`, with milliseconds only if there are any. */
export function formatInstant(at: Instant): string {
  const text = new Date(at).toISOString();
  return text.endsWith('.000Z') ? `${text.slice(0, 19)}Z` : text;
}

/** Reads an ISO 8601 duration of fixed length ("PT15M", "P1D" is 24 hours) as milliseconds; undefined if invalid. */
export function parseDuration(text: string): number | undefined {
  const duration = Duration.fromISO(text);
  if (!duration.isValid || duration.years !== 0 || duration.months !== 0) return undefined;
  const millis = duration.toMillis();
  return millis >= 0 ? millis : undefined;
}

/** The later of two times, of which either may be unknown. */
export function later(left: Instant | null, right: Instant | null): Instant | null {
  if (left === null || right === null) return left ?? right;
  return left > right ? left : right;
}

/** The earlier of two times, of which either may be unknown. */
export function earlier(left: Instant | null, right: Instant | null): Instant | null {
  if (left === null || right === null) return left ?? right;
  return left < right ? left : right;
}

/** The latest of some times, passing over those that are unknown. */
export function latest(times: readonly (Instant | null)[]): Instant | null {
  let last: Instant | null = null;
  for (const time of times) last = later(last, time);
  return last;
}

/** The earliest of some times, passing over those that are unknown. */
export function earliest(times: readonly (Instant | null)[]): Instant | null {
  let first: Instant | null = null;
  for (const time of times) first = earlier(first, time);
  return first;
}
