// The clock of everything that runs by time. The pure folders are told the time; what runs live asks a clock, so that a
// trial may run a week in a minute.

import { setTimeout as delay } from 'node:timers/promises';
import type { Instant } from '../domain/time.ts';

export interface Clock {
  now(): Instant;
  /** Resolves after so many milliseconds of this clock, or as soon as the signal aborts; never rejects. */
  sleep(millis: number, signal?: AbortSignal): Promise<void>;
}

/** setTimeout takes no longer time than this. */
const TIMER_MAX = 2 ** 31 - 1;

export const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  sleep: (millis, signal) => pause(millis, signal),
};

/** A clock that showed `from` when the machine's showed `since`, and runs `speed` times as fast. */
export function fastClock(from: Instant, speed: number, since = Date.now()): Clock {
  return {
    now: () => from + Math.floor((Date.now() - since) * speed),
    sleep: (millis, signal) => pause(millis / speed, signal),
  };
}

async function pause(millis: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await delay(Math.max(0, Math.min(Math.ceil(millis), TIMER_MAX)), undefined, signal === undefined ? {} : { signal });
  } catch {
    // Only the signal ends a pause early, and who gave it knows.
  }
}
