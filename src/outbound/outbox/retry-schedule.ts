// When a message that was not accepted is sent again.

import type { Instant } from '../../domain/time.ts';
import { stableFraction } from '../../runtime/stable-fraction.ts';

export const RETRY_PERIOD_MILLIS = 3 * 24 * 3_600_000;
const FIRST_MILLIS = 5_000;
const FACTOR = 3;
const WAIT_MILLIS_MAX = 8 * 3_600_000;
/** A wait is longer by up to this part of it, so that messages which failed together do not come back together. */
const JITTER = 0.2;

/**
 * When to send again after the nth attempt failed now; null to give up. The last attempt is made at the end of the
 * retry period, even if the target asked for a longer wait; a target that is paused beyond it gets the message after
 * its pause.
 */
export function retryAfter(
  message: string,
  putAt: Instant,
  attempts: number,
  now: Instant,
  requested: Instant | undefined,
): Instant | null {
  const end = putAt + RETRY_PERIOD_MILLIS;
  const wait = Math.min(FIRST_MILLIS * FACTOR ** (attempts - 1), WAIT_MILLIS_MAX);
  const due = Math.ceil(now + wait * (1 + JITTER * stableFraction(message, attempts)));
  return now >= end ? null : Math.min(Math.max(due, requested ?? 0), end);
}
