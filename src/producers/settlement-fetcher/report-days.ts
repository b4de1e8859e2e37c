// The day and time at which a report is fetched. Days are in the account's zone: a local hour comes once on every day,
// also when the clocks change.

import { DateTime } from 'luxon';
import type { Instant } from '../../domain/time.ts';

export interface FetchTime {
  /** `HH:MM`: when the report of the day before is fetched. */
  readonly at: string;
  /** An IANA name. */
  readonly zone: string;
}

/**
 * When the report of a date, `YYYY-MM-DD`, is fetched: on the next day. An hour that the clocks skip comes one hour
 * later; an hour that they repeat is taken the second time.
 */
export function dueAt(date: string, { at, zone }: FetchTime): Instant {
  const [hour, minute] = [Number(at.slice(0, 2)), Number(at.slice(3))];
  const { year, month, day } = DateTime.fromISO(date, { zone: 'utc' }).plus({ days: 1 });
  // From noon, which every day has once: otherwise today's offset would decide which of two hours is meant.
  return DateTime.fromObject({ year, month, day, hour: 12 }, { zone }).set({ hour, minute }).toMillis();
}

/** The dates from `days` before the instant's date to that date, in the zone, oldest first. */
export function datesBack(now: Instant, days: number, { zone }: FetchTime): readonly string[] {
  const today = DateTime.fromISO(DateTime.fromMillis(now, { zone }).toISODate()!, { zone: 'utc' });
  return Array.from({ length: days + 1 }, (_, at) => today.minus({ days: days - at }).toISODate()!);
}

/** The next time after an instant at which reports are fetched. */
export function nextTime(now: Instant, time: FetchTime): Instant {
  const [yesterday, today] = datesBack(now, 1, time) as [string, string];
  const due = dueAt(yesterday, time);
  return due > now ? due : dueAt(today, time);
}

/** All dates from the first to the last, inclusive; none if the last is earlier. */
export function datesBetween(first: string, last: string): readonly string[] {
  const from = DateTime.fromISO(first, { zone: 'utc' });
  const days = DateTime.fromISO(last, { zone: 'utc' }).diff(from, 'days').days;
  return Array.from({ length: Math.max(0, days + 1) }, (_, at) => from.plus({ days: at }).toISODate()!);
}
