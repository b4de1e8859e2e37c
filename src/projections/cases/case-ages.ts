// How old a case is: in business days of the rules' zone, from the day on which it was opened to today.

import type { Calendar, Day } from '../../domain/calendar.ts';
import type { Instant } from '../../domain/time.ts';

/** By the least number of business days of each. */
const BUCKETS = [
  ['0', 0],
  ['1-2', 1],
  ['3-5', 3],
  ['6-10', 6],
  ['11+', 11],
] as const;
export const AGES = BUCKETS.map(([name]) => name);
export type Age = (typeof AGES)[number];

export const DUES = ['overdue', 'today', 'later', 'none'] as const;
export type Due = (typeof DUES)[number];

/** Older ones are shown as so many days. */
const DAYS_MAX = 1_000;

export class Ageing {
  private readonly calendar: Calendar;
  private readonly now: Instant;
  private readonly today: Day;
  /** What was opened before is in the bucket, or in an older one; the oldest first. */
  private readonly before: readonly (readonly [name: Age, before: Instant])[];

  constructor(calendar: Calendar, now: Instant) {
    this.calendar = calendar;
    this.now = now;
    this.today = calendar.dayOf(now);
    this.before = BUCKETS.toReversed().map(([name, days]) => [name, days === 0 ? Infinity : this.openedBefore(days)]);
  }

  bucketOf(openedAt: Instant | null): Age {
    if (openedAt === null) return '0';
    return this.before.find(([, before]) => openedAt < before)![0];
  }

  /** Business days; null where nobody knows since when it is open. */
  daysOf(openedAt: Instant | null): number | null {
    if (openedAt === null) return null;
    const { calendar, today } = this;
    let days = 0;
    for (let day = calendar.dayOf(openedAt); days < DAYS_MAX; days++) {
      day = calendar.businessDayAfter(day, 1);
      if (day > today) break;
    }
    return days;
  }

  dueOf(dueAt: Instant | null): Due {
    if (dueAt === null) return 'none';
    if (dueAt <= this.now) return 'overdue';
    return this.calendar.dayOf(dueAt) <= this.today ? 'today' : 'later';
  }

  /** The end of the last day from which so many business days have passed. */
  private openedBefore(days: number): Instant {
    const { calendar, today } = this;
    let day = today - days;
    while (calendar.businessDayAfter(day, days) > today) day--;
    return calendar.startOf(day + 1);
  }
}
