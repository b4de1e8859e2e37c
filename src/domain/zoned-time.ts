// Times as a clock on the wall shows them in a zone, and the instants that they are.

import { IANAZone } from 'luxon';
import { cachedOffset } from './calendar.ts';
import type { Instant } from './time.ts';

/** Milliseconds since 1970-01-01T00:00 on the clock of a zone. */
export type LocalTime = number;

export interface ZonedTime {
  /** `absent`: clocks were set forward over it; `double`: they were set back, so it came twice. */
  instantOf(local: LocalTime): Instant | 'absent' | 'double';
  localOf(at: Instant): LocalTime;
}

const DAY_MS = 86_400_000;
/** Clocks change only at a quarter of an hour, so one answer serves the whole quarter. */
const QUARTER_MS = 900_000;
const KNOWN_MAX = 100_000;

export function zonedTime(zone: string): ZonedTime {
  // Luxon asks the tables of zones, which take long to load, even for the one whose offset is always 0.
  const offsetAt = zone === 'UTC' ? () => 0 : cachedOffset(IANAZone.create(zone));
  const known = new Map<number, number | 'absent' | 'double'>();
  const offsetOf = (local: LocalTime) => {
    const quarter = Math.floor(local / QUARTER_MS);
    let offset = known.get(quarter);
    if (offset === undefined) {
      offset = findOffset(quarter * QUARTER_MS, offsetAt);
      if (known.size >= KNOWN_MAX) known.clear();
      known.set(quarter, offset);
    }
    return offset;
  };
  return {
    instantOf: (local) => {
      const offset = offsetOf(local);
      return typeof offset === 'number' ? local - offset : offset;
    },
    localOf: (at) => at + offsetAt(at),
  };
}

/** The offset under which a clock shows this time: that of the day before, of the day after, of both or of neither. */
function findOffset(local: LocalTime, offsetAt: (at: Instant) => number): number | 'absent' | 'double' {
  const offsets = new Set([offsetAt(local - DAY_MS), offsetAt(local + DAY_MS)]);
  const [fitting, another] = [...offsets].filter((offset) => offsetAt(local - offset) === offset);
  if (another !== undefined) return 'double';
  return fitting ?? 'absent';
}
