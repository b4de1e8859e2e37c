// The five simulated days: Monday 1 to Friday 5 June 2026 in Asia/Shanghai. The gateway's bank in Kampala is closed on
// Wednesday, Martyrs' Day, so the week has a day without a settlement report.

import { dateOfDay, dayOfDate } from '../../../domain/calendar.ts';
import type { Instant } from '../../../domain/time.ts';

export const ZONE = 'Asia/Shanghai';
export const HOLIDAY = '2026-06-03';
/** Days are numbered from 1. */
export const DAY_COUNT = 5;
/** People work in the morning after this day. */
export const WORKED_AFTER = 3;

export const SECOND_MS = 1000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

const MONDAY = '2026-06-01';
const START: Instant = Date.UTC(2026, 4, 31, 16);

/** Midnight at the beginning of a day. Day 6 begins when the simulation ends. */
export function startOfDay(day: number): Instant {
  return START + (day - 1) * DAY_MS;
}

export function dayAt(at: Instant): number {
  return Math.floor((at - START) / DAY_MS) + 1;
}

export function dateOfSimulatedDay(day: number): string {
  return dateOfDay(dayOfDate(MONDAY) + day - 1);
}

/**
 * The day whose settlement report has what happened on a day: the bank's next working day, which is also the last day
 * allowed. Tuesday's is in Thursday's report; Wednesday's counts as Thursday's and is in Friday's. Undefined if the
 * report comes after the simulation.
 */
export function reportDay(day: number): number | undefined {
  return [undefined, 2, 4, 5, 5][day];
}
