// The days of plain cases under one set of rules: the day of a line by its bytes, and until when a line is in time.

import { type Day, dayOfDate } from '../../domain/calendar.ts';
import type { Instant } from '../../domain/time.ts';
import type { ClaimPlaces } from '../../log/claim-places.ts';
import { type CompiledRules, dueDay } from '../../matching/rules.ts';

const DATES_MAX = 4096;
const DATE_SIZE = '2026-01-31'.length;
/** The signs of dates, from the hyphen on: it, two others, and the digits. */
const [FIRST_SIGN, SIGNS] = [45, 13];

interface Dated {
  readonly day: Day;
  readonly start: Instant;
}

export class PlainDays {
  private readonly rules: CompiledRules;
  private readonly dates = new Map<number, Dated>();
  private lastDay = Number.NaN;
  private lastDue = Number.NaN;

  constructor(rules: CompiledRules) {
    this.rules = rules;
  }

  /**
   * The last day on which what happened on `day` is settled in time; Infinity where the day is not known, which is NaN.
   * Keys of one time come together.
   */
  dueOf(day: Day): Day {
    if (Number.isNaN(day)) return Number.POSITIVE_INFINITY;
    if (day !== this.lastDay) {
      this.lastDay = day;
      this.lastDue = dueDay(this.rules, day);
    }
    return this.lastDue;
  }

  /** The day of a line, and when it begins; undefined where the date is not written as dates are. */
  dateOf({ bytes, date: { from, to } }: ClaimPlaces): Dated | undefined {
    if (to - from !== DATE_SIZE) return undefined;
    let code = 0;
    for (let at = from; at < to; at++) {
      const sign = bytes[at]! - FIRST_SIGN;
      if (sign < 0 || sign >= SIGNS) return undefined;
      code = code * SIGNS + sign;
    }
    let known = this.dates.get(code);
    if (known === undefined) {
      const day = dayOfDate(Buffer.from(bytes.subarray(from, to)).toString('latin1'));
      known = { day, start: this.rules.calendar.startOf(day) };
      if (this.dates.size >= DATES_MAX) this.dates.clear();
      this.dates.set(code, known);
    }
    return Number.isNaN(known.day) ? undefined : known;
  }
}
