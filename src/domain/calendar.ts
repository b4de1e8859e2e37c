// Business time: the day of an instant in a time zone, the start of that day, and which days are business days. Days
// are whole numbers since 1970-01-01, so that no local clock and no time of day can slip in.

import { IANAZone } from 'luxon';
import type { Instant } from './time.ts';

/** Days since 1970-01-01. */
export type Day = number;

const DAY_MS = 86_400_000;
/** Zone offsets change only at a quarter of an hour, so one lookup serves the whole quarter. */
const QUARTER_MS = 900_000;

export interface Calendar {
  /** The day that an instant falls on in the calendar's zone. */
  dayOf(at: Instant): Day;
  /** The instant at which a day begins in the zone: midnight, or the first moment after a clock change. */
  startOf(day: Day): Instant;
  /** The first business day from the given day on, plus `days` business days. */
  businessDayAfter(day: Day, days: number): Day;
}

/** `weekend` holds ISO weekdays (1 Monday to 7 Sunday); `holidays` holds dates. */
export interface CalendarRules {
  readonly zone: string;
  readonly weekend: readonly number[];
  readonly holidays: readonly string[];
}

/** Abbreviations are none: CST is China's and Chicago's. */
const ABBREVIATION = /^(?!UTC$|GMT$)[A-Za-z]{2,4}$/;

export function isZone(name: string): boolean {
  return IANAZone.isValidZone(name) && !ABBREVIATION.test(name);
}

export function makeCalendar(rules: CalendarRules): Calendar {
  const offsetAt = cachedOffset(IANAZone.create(rules.zone));
  const holidays = new Set(rules.holidays.map(dayOfDate));
  const weekend = new Set(rules.weekend);
  // 1970-01-01 was a Thursday, ISO weekday 4.
  const starts = new Map<Day, Instant>();
  const isWorked = (day: Day) => !weekend.has(((((day + 3) % 7) + 7) % 7) + 1) && !holidays.has(day);
  return {
    dayOf: (at) => Math.floor((at + offsetAt(at)) / DAY_MS),
    startOf: (day) => {
      let start = starts.get(day);
      if (start === undefined) {
        const guess = day * DAY_MS - offsetAt(day * DAY_MS);
        start = day * DAY_MS - offsetAt(guess);
        if (starts.size >= KNOWN_DAYS_MAX) starts.clear();
        starts.set(day, start);
      }
      return start;
    },
    businessDayAfter: (day, days) => {
      if (weekend.size >= 7) return day + days;
      while (!isWorked(day)) day++;
      for (let left = days; left > 0; left--) {
        day++;
        while (!isWorked(day)) day++;
      }
      return day;
    },
  };
}

/** The offset of a zone at an instant, in milliseconds. */
export function cachedOffset(zone: IANAZone): (at: Instant) => number {
  const known = new Map<number, number>();
  return (at) => {
    const quarter = Math.floor(at / QUARTER_MS);
    let offset = known.get(quarter);
    if (offset === undefined) {
      offset = zone.offset(quarter * QUARTER_MS) * 60_000;
      if (known.size > 100_000) known.clear();
      known.set(quarter, offset);
    }
    return offset;
  };
}

/** Reports name the same few days many times. */
const knownDays = new Map<string, Day>();
const KNOWN_DAYS_MAX = 10_000;

/** The day number of a checked date text, `YYYY-MM-DD`. */
export function dayOfDate(date: string): Day {
  let day = knownDays.get(date);
  if (day === undefined) {
    day = Date.UTC(+date.slice(0, 4), +date.slice(5, 7) - 1, +date.slice(8, 10)) / DAY_MS;
    if (knownDays.size >= KNOWN_DAYS_MAX) knownDays.clear();
    knownDays.set(date, day);
  }
  return day;
}

/** The date text of a day number. */
export function dateOfDay(day: Day): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}
