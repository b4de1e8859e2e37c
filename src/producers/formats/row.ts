// One row of a file as the fields of its format, and the conversion of each to the form in facts. A row records only
// its first fault. Values read after it are not used, so a format reads all its fields without checks in between.

import { currencyExponent } from '../../domain/currency.ts';
import { parseDecimal } from '../../domain/decimal.ts';
import { ERROR_CODES, type ErrorCode } from '../../domain/error-codes.ts';
import type { Reject } from '../../domain/errors.ts';
import { normaliseReference, REFERENCE_FORM } from '../../domain/key.ts';
import { readAmount, readDecimal } from '../../domain/money.ts';
import { quoted } from '../../domain/quotation.ts';
import { CLAIM_YEARS, dateAsWritten, type Instant, isClaimDate, isClaimTime, parseInstant } from '../../domain/time.ts';
import type { CellKind } from './cell-kind.ts';
import { mappingHint } from './mapping-hints.ts';
import { isAmbiguous } from './number-form.ts';
import { isChangedId, isChangedKind, withoutApostrophe } from './spreadsheet-ids.ts';
import type { TimeReader } from './time-reader.ts';

export interface Fault {
  readonly field: string;
  readonly code: ErrorCode;
  readonly expected: string;
  readonly found: string;
  /** The cell, where a mapping could read it. */
  readonly cell?: string | null;
}

/** The lower bound of an amount: none, zero, or above zero. */
export type Least = 'any' | 'zero' | 'positive';

const TEXT_LENGTH_MAX = 256;
const LEAST_WORDS = { any: '', zero: 'zero or more', positive: 'an amount above zero' } as const;
const ZERO = 48;
const MINUS = 45;
const DOT = 46;
const DATES_MAX = 1_000;
const THREE_LETTERS = /^[A-Za-z]{3}$/;

/** What is known of the texts in a row's cells. */
export interface CellForms {
  /** Whether they are of a table, which may have gone through a spreadsheet. */
  readonly isTable: boolean;
  /** Whether nobody said what the point of an amount means. */
  readonly isOpen: boolean;
  /** How dates and times are written; null for ISO 8601 with an offset. */
  readonly times: TimeReader | null;
}

/** JSON comes from programs. */
export const JSON_CELLS: CellForms = { isTable: false, isOpen: false, times: null };

export class Row {
  /** One for each field: trimmed; null if absent or empty. */
  readonly cells: (string | null)[];
  /** What the cells were in a workbook; null for other rows. */
  kinds: (CellKind | undefined)[] | null = null;
  line = 0;
  fault: Fault | null = null;
  private readonly fields: readonly string[];
  private readonly forms: CellForms;
  /** Dates as the file writes them and as we do: a report has few different ones. */
  private readonly dates = new Map<string, string>();

  constructor(fields: readonly string[], forms: CellForms) {
    this.fields = fields;
    this.forms = forms;
    this.cells = fields.map(() => null);
  }

  /** `isHinted`: whether a mapping may read the cell in another way. */
  refuse(index: number, code: ErrorCode, expected: string, found?: string, isHinted = true): void {
    const cell = this.cells[index] ?? null;
    const about = { code, expected, found: found ?? quoted(cell), cell: isHinted ? cell : null };
    this.fault ??= { field: this.fields[index]!, ...about };
  }

  private isStoredDate(index: number): boolean {
    return this.kinds !== null && this.kinds[index] === 'date';
  }

  private has(index: number): boolean {
    return this.cells[index] !== null;
  }

  /** A short printable text: an id or a status. */
  text(index: number): string | null {
    const text = this.cells[index]!;
    if (text === null || isPrintable(text)) return text;
    this.refuse(index, 'HESABU_FIELD_INVALID', `at most ${TEXT_LENGTH_MAX} printable characters`);
    return null;
  }

  /** As `text`; an absent one is a fault, and read as ''. */
  requiredText(index: number): string {
    if (!this.has(index)) this.refuse(index, 'HESABU_FIELD_MISSING', 'a value');
    return this.text(index) ?? '';
  }

  /** As `text`. In a table it is refused where a spreadsheet wrote something else in its place. */
  id(index: number, mayBeDate = false): string | null {
    this.checkId(index, mayBeDate);
    return this.text(index);
  }

  reference(index: number): string | null {
    this.checkId(index, false);
    const text = this.cells[index]!;
    if (text === null) return null;
    const key = normaliseReference(text);
    if (key === undefined) this.refuse(index, 'HESABU_REFERENCE_INVALID', REFERENCE_FORM);
    return key ?? null;
  }

  instant(index: number): Instant | null {
    const text = this.cells[index]!;
    if (text === null) return null;
    const { times } = this.forms;
    const instant = times === null ? parseInstant(text) : times.instant(text, this.isStoredDate(index));
    if (typeof instant === 'number') {
      if (isClaimTime(instant)) return instant;
      this.refuse(index, 'HESABU_TIME_INVALID', `a time ${CLAIM_YEARS}`, undefined, false);
      return null;
    }
    const expected = instant?.expected ?? 'a real time with an offset';
    this.refuse(index, 'HESABU_TIME_INVALID', expected, undefined, instant?.isKnown !== true);
    return null;
  }

  date(index: number): string {
    const text = this.cells[index]!;
    if (text === null) {
      this.refuse(index, 'HESABU_FIELD_MISSING', 'a date');
      return '';
    }
    const { times } = this.forms;
    const isStored = times !== null && this.isStoredDate(index);
    const known = isStored ? undefined : this.dates.get(text);
    if (known !== undefined) return known;
    const date = times === null ? dateAsWritten(text) : times.date(text, isStored);
    if (typeof date === 'string') {
      if (!isClaimDate(date)) this.refuse(index, 'HESABU_DATE_INVALID', `a date ${CLAIM_YEARS}`, undefined, false);
      else if (!isStored && this.dates.size < DATES_MAX) this.dates.set(text, date);
      return date;
    }
    this.refuse(index, 'HESABU_DATE_INVALID', date?.expected ?? 'a real date');
    return text;
  }

  currency(index: number): string | null {
    const text = this.cells[index]!;
    if (text === null || currencyExponent(text) !== undefined) return text;
    const code = currencyIn(this.cells, index);
    if (currencyExponent(code) === undefined) this.refuse(index, 'HESABU_CURRENCY_UNKNOWN', 'an ISO 4217 code');
    return code;
  }

  requiredCurrency(index: number): string {
    if (!this.has(index)) this.refuse(index, 'HESABU_FIELD_MISSING', 'a currency');
    return this.currency(index) ?? '';
  }

  /** An amount in the currency of another field; faults of that field are reported there. */
  amount(index: number, currencyIndex: number, least: Least): string | null {
    const text = this.cells[index]!;
    if (text === null) return null;
    const written = this.cells[currencyIndex] ?? '';
    const exponent = currencyExponent(written);
    const currency = exponent === undefined ? currencyIn(this.cells, currencyIndex) : written;
    const read = readAmount(text, currency);
    if (this.forms.isOpen) this.checkPoint(index, text, exponent ?? currencyExponent(currency));
    if (typeof read !== 'string') {
      this.refuseAmount(index, read.fault, currency);
      return null;
    }
    if (least !== 'any' && isBelow(read, least)) this.refuse(index, 'HESABU_AMOUNT_RANGE', LEAST_WORDS[least]);
    return read;
  }

  requiredAmount(index: number, currencyIndex: number, least: Least): string {
    if (!this.has(index)) this.refuse(index, 'HESABU_FIELD_MISSING', 'an amount');
    return this.amount(index, currencyIndex, least) ?? '';
  }

  private refuseAmount(index: number, code: ErrorCode, currency: string): void {
    if (code === 'HESABU_AMOUNT_PRECISION') {
      return this.refuse(index, code, `at most ${currencyExponent(currency)} decimals in ${currency}`);
    }
    if (code === 'HESABU_AMOUNT_RANGE') return this.refuse(index, code, 'at most 2^63 - 1 minor units');
    const isPlain = parseDecimal(this.cells[index]!) !== undefined;
    if (!isPlain) this.refuse(index, 'HESABU_AMOUNT_INVALID', 'a plain decimal');
  }

  /** A fee: any plain decimal, even with more decimals than its currency has; 15 KES is 15.00, and 7.5000 is 7.50. */
  fee(index: number, currencyIndex: number, least: Least): string | null {
    const text = this.cells[index]!;
    if (text === null) return null;
    const exponent =
      currencyExponent(this.cells[currencyIndex] ?? '') ?? currencyExponent(currencyIn(this.cells, currencyIndex)) ?? 0;
    const fee = this.decimal(index, text, exponent);
    if (this.forms.isOpen) this.checkPoint(index, text, exponent);
    if (least !== 'any' && isBelow(fee, least)) this.refuse(index, 'HESABU_AMOUNT_RANGE', LEAST_WORDS[least]);
    return fee;
  }

  /** A rate: a plain decimal above zero; 1.250 is 1.25. */
  rate(index: number): string | null {
    const text = this.cells[index]!;
    if (text === null) return null;
    const rate = this.decimal(index, text, 0);
    if (isBelow(rate, 'positive')) this.refuse(index, 'HESABU_AMOUNT_RANGE', 'a rate above zero');
    return rate;
  }

  /** JSON comes from programs: only tables go through spreadsheets. */
  private checkId(index: number, mayBeDate: boolean): void {
    const cell = this.cells[index]!;
    if (cell === null || !this.forms.isTable) return;
    const text = withoutApostrophe(cell);
    if (text !== cell) this.cells[index] = text === '' ? null : text;
    const kind = this.kinds?.[index];
    if (isChangedId(text, mayBeDate) || (kind !== undefined && isChangedKind(text, kind, mayBeDate)))
      this.refuse(index, 'HESABU_ID_CHANGED', 'the id as its source wrote it');
  }

  private checkPoint(index: number, text: string, exponent: number | undefined): void {
    // Most cells have no point there.
    if (text.charCodeAt(text.length - 4) !== DOT || exponent === undefined || !isAmbiguous(text, exponent)) return;
    this.refuse(index, 'HESABU_AMOUNT_AMBIGUOUS', `${exponent === 0 ? 'no' : exponent} decimals, or a mapping`);
  }

  private decimal(index: number, text: string, exponent: number): string {
    const read = readDecimal(text, exponent);
    if (typeof read === 'string') return read;
    const isTooLarge = read.fault === 'HESABU_AMOUNT_RANGE';
    this.refuse(index, read.fault, isTooLarge ? 'at most 2^63 - 1 minor units' : 'a plain decimal');
    return text;
  }
}

/** The currency in a cell, in capitals whatever the file writes; an unknown one as it is, '' where there is none. */
export function currencyIn(cells: (string | null)[], index: number): string {
  const text = cells[index] ?? '';
  if (currencyExponent(text) !== undefined || !THREE_LETTERS.test(text)) return text;
  const code = text.toUpperCase();
  if (currencyExponent(code) !== undefined) cells[index] = code;
  return cells[index]!;
}

/** The reject of a fault: what is wrong, what was expected, what was found, and the remedy. */
export function rejectOf(file: string, line: number | null, fault: Fault): Reject {
  const entry = ERROR_CODES[fault.code];
  const hint = fault.cell == null ? '' : mappingHint(fault.code, fault.field, fault.cell);
  const message = `${entry.title}; expected ${fault.expected}, found ${fault.found}. ${entry.remedy}${hint}`;
  return { file, line, field: fault.field, code: fault.code, message };
}

/** Trims a cell; null if nothing is left. Most cells need no trimming, which their first and last characters show. */
export function cellOf(text: string): string | null {
  const size = text.length;
  if (size === 0) return null;
  const [first, last] = [text.charCodeAt(0), text.charCodeAt(size - 1)];
  if (first > 32 && first < 127 && last > 32 && last < 127) return text;
  return text.trim() || null;
}

export function isPrintable(text: string): boolean {
  if (text.length > TEXT_LENGTH_MAX) return false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 32 || (code > 126 && code < 160)) return false;
    if (code >= 0xd800 && code <= 0xdfff) return text.isWellFormed() && !/\p{Cc}/u.test(text);
  }
  return true;
}

/** Whether a decimal text is below the bound; the sign and the digits are enough to tell. */
function isBelow(decimal: string, least: Least): boolean {
  if (decimal.charCodeAt(0) === MINUS) return true;
  if (least !== 'positive') return false;
  for (let at = 0; at < decimal.length; at++) {
    const code = decimal.charCodeAt(at);
    if (code !== ZERO && code !== DOT) return false;
  }
  return true;
}
