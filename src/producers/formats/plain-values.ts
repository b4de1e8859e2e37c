// The values in the cells of a plain row. The form that most cells have is known by its bytes; any other cell is asked
// of what reads texts, and where that refuses it, the row is not plain.

import { currencyExponent } from '../../domain/currency.ts';
import { readAmount, readDecimal } from '../../domain/money.ts';
import {
  dateAsWritten,
  dayOf,
  type Instant,
  isClaimDate,
  isClaimTime,
  NO_DAY,
  parseInstant,
} from '../../domain/time.ts';
import { knownSecrets } from '../../runtime/known-secrets.ts';
import { isAmbiguous } from './number-form.ts';
import { cellText, hasBytes, type PlainRow } from './plain-row.ts';
import { cellOf, isPrintable, type Least } from './row.ts';
import { isChangedId } from './spreadsheet-ids.ts';

/** Each ASCII character of a text is one byte. */
const TEXT_BYTES_MAX = 256;
const [ZERO, NINE, POINT, MINUS, COLON, PLUS] = [48, 57, 46, 45, 58, 43] as const;
const [BLANK, TILDE, APOSTROPHE, QUESTION, EXCLAMATION] = [32, 126, 39, 63, 33] as const;
const [LETTER_T, LETTER_Z, AT_SIGN] = [84, 90, 64] as const;
const PHONE_DIGITS_MIN = 9;

/** Whether a cell is absent, or a text that is taken as it is. */
export function isText(row: PlainRow, index: number): boolean {
  const from = row.from[index]!;
  const to = row.to[index]!;
  if (from < 0) return true;
  if (!row.isWide || isAscii(row.sources[index]!, from, to)) return to - from <= TEXT_BYTES_MAX;
  const text = cellText(row, index);
  return isPrintable(text) && cellOf(text) === text;
}

/**
 * Whether a cell is absent, or a text in which nothing is to be hidden: with neither many digits nor an at sign, and
 * no secret.
 */
export function isWord(row: PlainRow, index: number): boolean {
  const from = row.from[index]!;
  const to = row.to[index]!;
  if (from < 0) return true;
  if (!isText(row, index)) return false;
  const bytes = row.sources[index]!;
  let digits = 0;
  for (let at = from; at < to; at++) {
    const code = bytes[at]!;
    if (code === AT_SIGN) return false;
    if (code >= ZERO && code <= NINE && ++digits >= PHONE_DIGITS_MIN) return false;
  }
  if (knownSecrets.isEmpty) return true;
  const text = cellText(row, index);
  return knownSecrets.hide(text) === text;
}

/** The same for an id, which a spreadsheet may have changed in a table. */
export function isId(row: PlainRow, index: number, mayBeDate = false): boolean {
  const from = row.from[index]!;
  if (from < 0) return true;
  if (!isText(row, index)) return false;
  const bytes = row.sources[index]!;
  const first = bytes[from]!;
  // TRUE and FALSE are the only texts of letters that a spreadsheet writes.
  if (!row.forms.isTable || (first > NINE && first !== 84 && first !== 70)) return true;
  if (first === APOSTROPHE) return false;
  return areDigits(bytes, from, row.to[index]!) || !isChangedId(cellText(row, index), mayBeDate);
}

/** Whether a cell is a reference that is its own key: printable ASCII without a blank. */
export function isReference(row: PlainRow, index: number): boolean {
  const bytes = row.sources[index]!;
  const from = row.from[index]!;
  const to = row.to[index]!;
  if (from < 0 || to - from > TEXT_BYTES_MAX || !isId(row, index)) return false;
  const first = bytes[from]!;
  if (first === QUESTION || first === EXCLAMATION || (first === POINT && to - from <= 2)) return false;
  for (let at = from; at < to; at++) {
    const byte = bytes[at]!;
    if (byte <= BLANK || byte > TILDE) return false;
  }
  return true;
}

function isAscii(bytes: Uint8Array, from: number, to: number): boolean {
  let seen = 0;
  for (let at = from; at < to; at++) seen |= bytes[at]!;
  return seen < 128;
}

function areDigits(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const byte = bytes[at]!;
    if (byte < ZERO || byte > NINE) return false;
  }
  return true;
}

export interface PlainCurrency {
  readonly code: string;
  readonly exponent: number;
}

const currencies = new Map<number, PlainCurrency | null>();

/** The currency in a cell; null where it is none, or written otherwise. */
export function currencyOf(row: PlainRow, index: number): PlainCurrency | null {
  const bytes = row.sources[index]!;
  const from = row.from[index]!;
  if (from < 0 || row.to[index]! - from !== 3) return null;
  const name = (bytes[from]! << 16) | (bytes[from + 1]! << 8) | bytes[from + 2]!;
  const known = currencies.get(name);
  if (known !== undefined) return known;
  const code = cellText(row, index);
  const exponent = currencyExponent(code);
  const currency = exponent === undefined ? null : { code, exponent };
  if (currency !== null) currencies.set(name, currency);
  return currency;
}

/** So many characters are below 2^53 as a whole number. */
const SHORT_MAX = 15;

/** A number as it is in a fact: its digits as a whole number, which is exact, and how many of them are decimals. */
export class PlainNumber {
  units = 0;
  decimals = 0;

  /** Whether a cell is an amount of a currency; then the cell has the currency's own form. */
  isAmount(row: PlainRow, index: number, currency: PlainCurrency, least: Least): boolean {
    if (!row.has(index)) return false;
    const isRead = this.isOwnForm(row, index, currency.exponent) || this.convert(row, index, currency, readAmountIn);
    if (!isRead) return false;
    return least === 'positive' ? this.units > 0 : least === 'any' || this.units >= 0;
  }

  /** The same for a fee, which may be finer than its currency. */
  isFee(row: PlainRow, index: number, currency: PlainCurrency): boolean {
    const isRead = this.isOwnForm(row, index, currency.exponent) || this.convert(row, index, currency, readDecimalIn);
    return isRead && this.units >= 0;
  }

  /** Of a rate, which has no currency, nothing is ambiguous. */
  isRate(row: PlainRow, index: number): boolean {
    if (row.forms.numbers !== null) return false;
    const rate = readDecimal(cellText(row, index), 0);
    return typeof rate === 'string' && this.isDecimal(rate) && row.replace(index, rate) && this.units > 0;
  }

  private isOwnForm(row: PlainRow, index: number, exponent: number): boolean {
    const from = row.from[index]!;
    const to = row.to[index]!;
    return row.forms.isPointed && this.read(row.sources[index]!, from, to) && this.decimals === exponent;
  }

  private convert(row: PlainRow, index: number, currency: PlainCurrency, read: typeof readAmountIn): boolean {
    const { numbers, isOpen } = row.forms;
    const text = cellText(row, index);
    if (isOpen && isAmbiguous(text, currency.exponent)) return false;
    const plain = numbers === null ? text : numbers(text, currency.code);
    const own = plain === undefined ? undefined : read(plain, currency);
    return own !== undefined && this.isDecimal(own) && row.replace(index, own);
  }

  private isDecimal(text: string): boolean {
    const bytes = Buffer.from(text, 'latin1');
    return this.read(bytes, 0, bytes.length);
  }

  /** Reads a plain decimal without a leading zero; false where there is another text, or more of it than is exact. */
  private read(bytes: Uint8Array, from: number, to: number): boolean {
    const isBelow = bytes[from] === MINUS;
    const start = isBelow ? from + 1 : from;
    if (from < 0 || to - from > SHORT_MAX || start >= to) return false;
    if (bytes[start] === ZERO && start + 1 < to && bytes[start + 1] !== POINT) return false;
    let units = 0;
    let point = -1;
    for (let at = start; at < to; at++) {
      const figure = bytes[at]! - ZERO;
      if (figure >= 0 && figure <= 9) units = units * 10 + figure;
      else if (figure === POINT - ZERO && point < 0 && at > start && at + 1 < to) point = at;
      else return false;
    }
    if (isBelow && units === 0) return false;
    this.units = isBelow ? -units : units;
    this.decimals = point < 0 ? 0 : to - point - 1;
    return true;
  }
}

function readAmountIn(text: string, { code }: PlainCurrency): string | undefined {
  const read = readAmount(text, code);
  return typeof read === 'string' ? read : undefined;
}

function readDecimalIn(text: string, { exponent }: PlainCurrency): string | undefined {
  const read = readDecimal(text, exponent);
  return typeof read === 'string' ? read : undefined;
}

/** Of an absent cell, and of one that is no time of a claim. */
export const NO_TIME = -1;
export const OTHER_TIME = -2;

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** The lengths of `2026-01-31T09:00:00Z` and `2026-01-31T09:00:00+03:00`. */
const [UTC_BYTES, OFFSET_BYTES] = [20, 25] as const;
const OFFSET_HOURS_MAX = 18;
/** No offset has so many minutes. */
const NO_OFFSET = 10_000;

/** The time in a cell, in milliseconds, NO_TIME or OTHER_TIME. */
export function instantOf(row: PlainRow, index: number): Instant {
  const from = row.from[index]!;
  if (from < 0) return NO_TIME;
  const { times } = row.forms;
  if (times === null) {
    const quick = isoInstant(row.sources[index]!, from, row.to[index]!);
    if (isClaimTime(quick)) return quick;
  }
  const text = cellText(row, index);
  const instant = times === null ? parseInstant(text) : times.instant(text);
  return typeof instant === 'number' && isClaimTime(instant) ? instant : OTHER_TIME;
}

/** Below 0 for another form, where there is no such time, and before 1970. All but the result are small numbers. */
function isoInstant(bytes: Uint8Array, from: number, to: number): number {
  const size = to - from;
  const isUtc = size === UTC_BYTES && bytes[from + 19] === LETTER_Z;
  if (!isUtc && size !== OFFSET_BYTES) return OTHER_TIME;
  if (bytes[from + 10] !== LETTER_T || bytes[from + 13] !== COLON || bytes[from + 16] !== COLON) return OTHER_TIME;
  const hour = two(bytes, from + 11);
  const minute = two(bytes, from + 14);
  const second = two(bytes, from + 17);
  const day = dateOf(bytes, from);
  const offset = isUtc ? 0 : offsetOf(bytes, from + 19);
  if ((hour | minute | second) < 0 || hour > 23 || minute > 59 || second > 59) return OTHER_TIME;
  if (day < 0 || offset === NO_OFFSET) return OTHER_TIME;
  return day * DAY_MS + (((hour * 60 + minute) * 60 + second) * 1000 - offset * MINUTE_MS);
}

/** In minutes, or NO_OFFSET. */
function offsetOf(bytes: Uint8Array, from: number): number {
  const sign = bytes[from];
  if ((sign !== PLUS && sign !== MINUS) || bytes[from + 3] !== COLON) return NO_OFFSET;
  const hours = two(bytes, from + 1);
  const minutes = two(bytes, from + 4);
  if ((hours | minutes) < 0 || hours > OFFSET_HOURS_MAX || minutes > 59) return NO_OFFSET;
  return (sign === MINUS ? -1 : 1) * (hours * 60 + minutes);
}

/** The day of `2026-01-31`; NO_DAY for anything else. */
function dateOf(bytes: Uint8Array, from: number): number {
  if (bytes[from + 4] !== MINUS || bytes[from + 7] !== MINUS) return NO_DAY;
  const century = two(bytes, from);
  const year = two(bytes, from + 2);
  const month = two(bytes, from + 5);
  const day = two(bytes, from + 8);
  return (century | year | month | day) < 0 ? NO_DAY : dayOf(century * 100 + year, month, day);
}

/** A number of two figures; -1 for anything else. */
function two(bytes: Uint8Array, at: number): number {
  const tens = bytes[at]! - ZERO;
  const figures = bytes[at + 1]! - ZERO;
  return tens >= 0 && tens <= 9 && figures >= 0 && figures <= 9 ? tens * 10 + figures : -1;
}

/** Of dates in other forms the last one is kept: a report has few different ones. */
export class PlainDates {
  private written = Buffer.alloc(0);
  private date = '';

  /** Whether a cell is a date; then it has our form. */
  isDate(row: PlainRow, index: number): boolean {
    if (!row.has(index)) return false;
    const { times } = row.forms;
    const from = row.from[index]!;
    if (times === null && row.to[index]! - from === 10) {
      const day = dateOf(row.sources[index]!, from);
      if (day !== NO_DAY) return isClaimTime(day * DAY_MS);
    }
    if (!hasBytes(row, index, this.written)) {
      const text = cellText(row, index);
      const date = times === null ? dateAsWritten(text) : times.date(text);
      if (typeof date !== 'string' || !isClaimDate(date)) return false;
      this.written = Buffer.from(text);
      this.date = date;
    }
    return row.replace(index, this.date);
  }
}
