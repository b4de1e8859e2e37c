// When somebody who said "not now" may be asked again.

import type { Instant } from '../../domain/time.ts';

const WAIT_MILLIS_MIN = 1_000;
/** A header that says next year is a mistake, and must not silence an account for a year. */
export const WAIT_MILLIS_MAX = 24 * 3_600_000;

/** Reads Retry-After (RFC 9110, section 10.2.3): seconds, or a date. Undefined where there is none that can be read. */
export function retryAt(header: string | undefined, now: Instant): Instant | undefined {
  const text = header?.trim() ?? '';
  const wait = /^\d{1,9}$/.test(text) ? Number(text) * 1_000 : dateOf(text) - now;
  if (Number.isNaN(wait)) return undefined;
  return now + Math.min(Math.max(wait, WAIT_MILLIS_MIN), WAIT_MILLIS_MAX);
}

/** An HTTP date is in GMT and begins with its day; other texts that Date.parse takes are not meant. */
function dateOf(text: string): number {
  return /^[A-Z][a-z]{2,8},? .+ \d\d:\d\d:\d\d GMT$/.test(text) ? Date.parse(text) : Number.NaN;
}
