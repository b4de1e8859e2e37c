// Dates and times in the forms of a mapping, in the tokens of Luxon, and times without an offset in the zone of a file.
// A form of figures alone is read by position; one with names or offsets is read by Luxon.

import { DateTime } from 'luxon';
import { dateAsWritten, isDate, parseInstant } from '../../domain/time.ts';
import { type LocalTime, type ZonedTime, zonedTime } from '../../domain/zoned-time.ts';
import type { TimeFault, TimeReader } from '../formats/time-reader.ts';

/** A token with figures: how many it has at least and at most, and the place of its value. */
const FIGURES: Readonly<Record<string, readonly [least: number, most: number, place: number]>> = {
  yyyy: [4, 4, 0],
  M: [1, 2, 1],
  MM: [2, 2, 1],
  L: [1, 2, 1],
  LL: [2, 2, 1],
  d: [1, 2, 2],
  dd: [2, 2, 2],
  H: [1, 2, 3],
  HH: [2, 2, 3],
  m: [1, 2, 4],
  mm: [2, 2, 4],
  s: [1, 2, 5],
  ss: [2, 2, 5],
  S: [1, 3, 6],
  SSS: [3, 3, 6],
};
const HOUR = 3;
/** Seconds or milliseconds since 1970; their sizes, from 1973 to 2286, tell one from the other. */
const SINCE_1970: Readonly<Record<string, readonly [size: RegExp, unit: number]>> = {
  X: [/^\d{9,10}(?:\.\d{1,6})?$/, 1000],
  x: [/^\d{12,13}$/, 1],
};
/** What Luxon reads: years of two figures, names of months and days, halves of days, offsets. */
const NAMED = /^(?:yy|MMMM?|LLLL?|EEEE?|cccc?|hh?|a|Z{1,3}|z)$/;
const OFFSET = /^(?:Z{1,3}|z)$/;
const DAY_MS = 86_400_000;
const BREAK = /\s*[\r\n]\s*/;
const KNOWN_MAX = 10_000;
/** A sample that shows every token: no two of its figures are the same. */
const SAMPLE = '2026-11-25T13:47:58.369Z';

type Token = { readonly text: string } | { readonly token: string };

/** Letters in quotes and the T of ISO 8601 stand for themselves. */
function tokensOf(form: string): Token[] {
  const parts = form.match(/'[^']*'|T|([A-SU-Za-z])\1*|[^A-Za-z']+/g) ?? [];
  return parts.map((part) => {
    if (part.startsWith("'")) return { text: part.slice(1, -1) };
    return part === 'T' || !/[A-Za-z]/.test(part) ? { text: part } : { token: part };
  });
}

/** Whether a text is a form of dates, or of dates with times, that can be read back. */
export function isTimeForm(form: string): boolean {
  if (form in SINCE_1970) return true;
  const tokens = tokensOf(form).flatMap((part) => ('token' in part ? [part.token] : []));
  if (tokens.some((token) => !(token in FIGURES) && !NAMED.test(token))) return false;
  const read = luxonForm(form);
  const sample = DateTime.fromISO(SAMPLE, { zone: 'utc' });
  return (
    /[dD]/.test(tokens.join('')) &&
    DateTime.fromFormat(sample.toFormat(read), read, { zone: 'utc' }).hasSame(sample, 'day')
  );
}

function luxonForm(form: string): string {
  return tokensOf(form)
    .map((part) => ('token' in part ? part.token : `'${part.text}'`))
    .join('');
}

/** What a form reads: a time on a clock, or an instant with its offset; `hasTime` where it tells the hour. */
interface Found {
  readonly local: LocalTime;
  /** In milliseconds; null where the text has none. */
  readonly offset: number | null;
  readonly hasTime: boolean;
}

type ReadForm = (text: string) => Found | undefined;

function readerOf(form: string): ReadForm {
  const since = SINCE_1970[form];
  if (since !== undefined) return sinceReader(...since);
  const tokens = tokensOf(form);
  const isFigures = tokens.every((part) => 'text' in part || part.token in FIGURES);
  return isFigures ? figuresReader(tokens) : namesReader(form, tokens);
}

/** Digits of seconds beyond milliseconds are cut off. */
function sinceReader(size: RegExp, unit: number): ReadForm {
  return (text) => {
    if (!size.test(text)) return undefined;
    const [whole, part = ''] = text.split('.');
    const local = Number(whole) * unit + Number(part.slice(0, 3).padEnd(3, '0'));
    return { local, offset: 0, hasTime: true };
  };
}

/** Reads from left to right. It gives the same object again: a caller takes what it needs at once. */
function figuresReader(tokens: readonly Token[]): ReadForm {
  const values = [0, 0, 0, 0, 0, 0, 0];
  const steps = tokens.map((part) => ('text' in part ? part.text : FIGURES[part.token]!));
  const hasTime = steps.some((step) => typeof step !== 'string' && step[2] === HOUR);
  const found = { local: 0, offset: null, hasTime };
  let lastDay = -1;
  let dayStart = 0;
  return (text) => {
    let at = 0;
    for (const step of steps) {
      if (typeof step === 'string') {
        if (!text.startsWith(step, at)) return undefined;
        at += step.length;
      } else {
        const [least, most, place] = step;
        let [value, size] = [0, 0];
        for (; size < most; size++) {
          const figure = text.charCodeAt(at + size) - 48;
          if (!(figure >= 0 && figure <= 9)) break;
          value = value * 10 + figure;
        }
        if (size < least) return undefined;
        at += size;
        values[place] = value;
      }
    }
    if (at !== text.length) return undefined;
    const [year, month, day, hour, minute, second, millis] = values as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    if (hour > 23 || minute > 59 || second > 59) return undefined;
    const named = (year * 100 + month) * 100 + day;
    if (named !== lastDay) {
      const start = startOfDay(year, month, day);
      if (start === undefined) return undefined;
      [lastDay, dayStart] = [named, start];
    }
    found.local = dayStart + ((hour * 60 + minute) * 60 + second) * 1000 + millis;
    return found;
  };
}

function startOfDay(year: number, month: number, day: number): number | undefined {
  const at = Date.UTC(year, month - 1, day);
  const date = new Date(at);
  return year >= 1000 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? at : undefined;
}

function namesReader(form: string, tokens: readonly Token[]): ReadForm {
  const written = luxonForm(form);
  const names = tokens.flatMap((part) => ('token' in part ? [part.token] : []));
  const hasOffset = names.some((token) => OFFSET.test(token));
  const hasTime = names.some((token) => /^[Hh]/.test(token));
  return remembered((text) => {
    const read = DateTime.fromFormat(text, written, { setZone: true, zone: 'utc', locale: 'en' });
    if (!read.isValid) return undefined;
    const offset = hasOffset ? read.offset * 60_000 : null;
    return { local: read.toMillis() + read.offset * 60_000, offset, hasTime };
  });
}

/** A file has the same days, and often the same minutes, many times. */
function remembered<Value>(read: (text: string) => Value): (text: string) => Value {
  const known = new Map<string, Value>();
  return (text) => {
    if (known.has(text)) return known.get(text) as Value;
    const value = read(text);
    if (known.size >= KNOWN_MAX) known.clear();
    known.set(text, value);
    return value;
  };
}

/** ISO 8601 without an offset. */
function isoLocal(text: string): Found | undefined {
  const local = parseInstant(`${text}Z`);
  return local === undefined ? undefined : { local, offset: null, hasTime: true };
}

/** How a mapping says that dates and times are written; null where it says nothing. */
export function timeReader(dates: readonly string[] = [], zone: string | undefined): TimeReader | null {
  if (dates.length === 0 && zone === undefined) return null;
  const readers = dates.map(readerOf);
  const zoned = zone === undefined ? undefined : zonedTime(zone);
  const find = (text: string): Found | undefined => {
    for (const read of readers) {
      const found = read(text);
      if (found !== undefined) return found;
    }
    // A table that was taken from a printed page breaks a cell between the date and the time.
    return BREAK.test(text) ? find(text.replace(BREAK, ' ')) : undefined;
  };
  const expected = dates.length === 0 ? 'a real time' : `a real time as ${dates.join(', or ')}, or as ISO 8601`;
  return {
    instant: (text, isStored = false) => {
      const found = isStored ? undefined : find(text);
      if (found === undefined) {
        const instant = parseInstant(text);
        if (instant !== undefined) return instant;
      }
      const local = found ?? isoLocal(text);
      if (local === undefined || !local.hasTime) return { expected };
      return local.offset === null ? instantIn(zone, zoned, local.local) : local.local - local.offset;
    },
    date: (text, isStored = false) => {
      const found = isStored ? undefined : find(text);
      if (found !== undefined) return dateOf(found, zoned);
      return isoDate(text, zoned) ?? { expected: expected.replace('time', 'date') };
    },
  };
}

function instantIn(zone: string | undefined, zoned: ZonedTime | undefined, local: LocalTime): number | TimeFault {
  if (zoned === undefined) return { expected: 'an offset, or the `zone` of the file in its mapping', isKnown: true };
  const instant = zoned.instantOf(local);
  if (typeof instant === 'number') return instant;
  const why = instant === 'double' ? 'came twice: clocks were set back' : 'never came: clocks were set forward';
  return { expected: `an offset, since this time ${why} in ${zone}`, isKnown: true };
}

function dateOf({ local, offset }: Found, zoned: ZonedTime | undefined): string {
  const shown = offset === null || zoned === undefined ? local : zoned.localOf(local - offset);
  return new Date(Math.floor(shown / DAY_MS) * DAY_MS).toISOString().slice(0, 10);
}

/** A date, or that of a time: in the zone of the file where the time has an offset, otherwise as it is written. */
function isoDate(text: string, zoned: ZonedTime | undefined): string | undefined {
  const instant = zoned === undefined || isDate(text) ? undefined : parseInstant(text);
  return instant === undefined ? dateAsWritten(text) : dateOf({ local: instant, offset: 0, hasTime: true }, zoned);
}
