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
  /** By the day on which something was opened, once somebody asked. */
  private readonly days = new Map<Day, number>();
  private readonly tomorrow: Instant;
  /** By bucket: what was opened before is in it, or in an older one. */
  private readonly before: readonly Instant[];

  constructor(calendar: Calendar, now: Instant) {
    this.calendar = calendar;
    this.now = now;
    this.today = calendar.dayOf(now);
    this.tomorrow = calendar.startOf(this.today + 1);
    this.before = BUCKETS.map(([, days]) => (days === 0 ? Number.POSITIVE_INFINITY : this.openedBefore(days)));
  }

  /** Its number among the ages. */
  bucketOf(openedAt: Instant | null): number {
    if (openedAt === null) return 0;
    let bucket = this.before.length - 1;
    while (openedAt >= this.before[bucket]!) bucket--;
    return bucket;
  }

  /** Business days; null where nobody knows since when it is open. */
  daysOf(openedAt: Instant | null): number | null {
    if (openedAt === null) return null;
    const opened = this.calendar.dayOf(openedAt);
    let days = this.days.get(opened);
    if (days === undefined) {
      days = this.daysSince(opened);
      this.days.set(opened, days);
    }
    return days;
  }

  /** Its number among the dues. */
  dueOf(dueAt: Instant | null): number {
    if (dueAt === null) return DUES.indexOf('none');
    if (dueAt <= this.now) return DUES.indexOf('overdue');
    return DUES.indexOf(dueAt < this.tomorrow ? 'today' : 'later');
  }

  private daysSince(opened: Day): number {
    const { calendar, today } = this;
    let days = 0;
    for (let day = opened; days < DAYS_MAX; days++) {
      day = calendar.businessDayAfter(day, 1);
      if (day > today) break;
    }
    return days;
  }

  /** The end of the last day from which so many business days have passed. */
  private openedBefore(days: number): Instant {
    const { calendar, today } = this;
    let day = today - days;
    while (calendar.businessDayAfter(day, days) > today) day--;
    return calendar.startOf(day + 1);
  }
}
