// Times for people: the local time in a zone, with UTC beside it.

import { DateTime, IANAZone } from 'luxon';
import type { ReaderLanguage } from '../../domain/language.ts';
import { dayText } from '../../domain/number-text.ts';
import { formatInstant, type Instant } from '../../domain/time.ts';

/** `2026-01-31 17:00:00 (UTC+8)`; with milliseconds only if there are any. `zone` is an IANA name. */
export function localTime(at: Instant, zone: string, lang: ReaderLanguage = 'en'): string {
  const local = DateTime.fromMillis(at, { zone, locale: 'en' });
  const format = at % 1000 === 0 ? "yyyy-MM-dd HH:mm:ss '(UTC'Z')'" : "yyyy-MM-dd HH:mm:ss.SSS '(UTC'Z')'";
  return dayText(local.toFormat(format), lang);
}

/** `2026-01-31 17:00:00 (UTC+8) / 2026-01-31 09:00:00Z`. */
export function localAndUtc(at: Instant, zone: string, lang: ReaderLanguage = 'en'): string {
  return `${localTime(at, zone, lang)} / ${dayText(formatInstant(at).replace('T', ' '), lang)}`;
}

/** Zone offsets change only at a quarter of an hour, so one look-up serves the whole quarter. */
const QUARTER_MS = 900_000;
const KNOWN_MAX = 100_000;

/** The instant as milliseconds of the zone's wall clock read as if they were UTC: the form of a spreadsheet's date. */
export function wallClock(zone: string): (at: Instant) => number {
  const rules = IANAZone.create(zone);
  const known = new Map<number, number>();
  return (at) => {
    const quarter = Math.floor(at / QUARTER_MS);
    let offset = known.get(quarter);
    if (offset === undefined) {
      offset = rules.offset(quarter * QUARTER_MS) * 60_000;
      if (known.size >= KNOWN_MAX) known.clear();
      known.set(quarter, offset);
    }
    return at + offset;
  };
}
