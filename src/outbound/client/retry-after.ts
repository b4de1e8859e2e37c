// When a service that said "not now" may be called again.

import type { Instant } from '../../domain/time.ts';

const WAIT_MILLIS_MIN = 1_000;
/** A Retry-After in a year is a mistake and must not stop an account for a year. */
export const WAIT_MILLIS_MAX = 24 * 3_600_000;

/** Reads Retry-After (RFC 9110, section 10.2.3): seconds, or a date. Undefined if it is missing or invalid. */
export function retryAt(header: string | undefined, now: Instant): Instant | undefined {
  const text = header?.trim() ?? '';
  const wait = /^\d{1,9}$/.test(text) ? Number(text) * 1_000 : dateOf(text) - now;
  if (Number.isNaN(wait)) return undefined;
  return now + Math.min(Math.max(wait, WAIT_MILLIS_MIN), WAIT_MILLIS_MAX);
}

/** An HTTP date is in GMT and begins with its day; Date.parse accepts other texts too, which are not valid here. */
function dateOf(text: string): number {
  return /^[A-Z][a-z]{2,8},? .+ \d\d:\d\d:\d\d GMT$/.test(text) ? Date.parse(text) : Number.NaN;
}
