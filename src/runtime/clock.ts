// The clock of everything that depends on time. Pure code receives the time as a value; live code asks a clock, so
// that a simulation can run a week in a minute.

import { setTimeout as delay } from 'node:timers/promises';
import type { Instant } from '../domain/time.ts';

export interface Clock {
  now(): Instant;
  /** Resolves after this many milliseconds of this clock, or as soon as the signal aborts; never rejects. */
  sleep(millis: number, signal?: AbortSignal): Promise<void>;
}

/** The longest time that setTimeout accepts. */
const TIMER_MAX = 2 ** 31 - 1;

export const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  sleep: (millis, signal) => pause(millis, signal),
};

/** A clock that showed `from` when the machine's clock showed `since`, and runs `speed` times as fast. */
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
    // Only the signal ends a pause early, and its owner knows that.
  }
}
