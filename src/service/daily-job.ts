// A job that runs once for each day that has ended in its own zone, such as the day's report.

import { DateTime } from 'luxon';
import type { Instant } from '../domain/time.ts';
import type { Clock } from '../runtime/clock.ts';

export interface DailyJob {
  readonly zone: string;
  /** How long after midnight the job runs, so that everything of the day has been read. */
  readonly delayMillis: number;
  /** Whether the job for a day, `YYYY-MM-DD`, is done. Days that ended while the service was down run at the start. */
  isDone(day: string): boolean;
  /** Must not reject. */
  run(day: string): Promise<void>;
}

/** The last day that ended, and when the next one is due. */
function lastDay(now: Instant, { zone, delayMillis }: Pick<DailyJob, 'zone' | 'delayMillis'>) {
  const shifted = DateTime.fromMillis(now - delayMillis, { zone });
  const midnight = shifted.startOf('day');
  return {
    day: midnight.minus({ days: 1 }).toISODate()!,
    nextAt: midnight.plus({ days: 1 }).toMillis() + delayMillis,
  };
}

/** Resolves when the signal aborts. */
export async function runDailyJob(clock: Clock, work: DailyJob, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const { day, nextAt } = lastDay(clock.now(), work);
    if (!work.isDone(day)) await work.run(day);
    await clock.sleep(Math.max(1_000, nextAt - clock.now()), signal);
  }
}
