// The time that a command is given as --as-of. A slip of a key must not carry a ledger away: nothing but an epoch
// brings it back.

import { HesabuError } from '../domain/errors.ts';
import { formatInstant, type Instant, parseInstant } from '../domain/time.ts';

/** A time beyond the clock by more than this must be meant. */
const AHEAD_MILLIS_MAX = 86_400_000;

/** Throws HESABU_TIME_INVALID. No mapping says the zone of a command's option. */
export function readOptionTime(text: string, option: string): Instant {
  const at = parseInstant(text);
  if (at !== undefined) return at;
  throw new HesabuError('HESABU_TIME_INVALID', {
    where: option,
    expected: 'a real time with an offset',
    found: `"${text}"`,
    remedy: 'Write it like 2026-01-31T12:00:00+03:00, or like 2026-01-31T09:00:00Z.',
  });
}

/** Throws HESABU_TIME_INVALID, and without `future` HESABU_AS_OF_FUTURE for more than a day after `now`. */
export function readAsOf(text: string, now: Instant, future = false): Instant {
  const at = readOptionTime(text, '--as-of');
  if (future || at - now <= AHEAD_MILLIS_MAX) return at;
  throw new HesabuError('HESABU_AS_OF_FUTURE', {
    where: '--as-of',
    expected: `at most a day after the clock, which shows ${formatInstant(now)}`,
    found: formatInstant(at),
  });
}
