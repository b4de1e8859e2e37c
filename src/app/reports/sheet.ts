// One table of a workbook: columns with a title, a width and a cell for each row; rows streamed to disk; below them the
// sums of the rows that a filter shows; a second sheet ("Matched 2") when one is full.

import { setImmediate as turn } from 'node:timers/promises';
import { dayOfDate } from '../../domain/calendar.ts';
import { currencyExponent } from '../../domain/currency.ts';
import type { ReaderLanguage } from '../../domain/language.ts';
import { type Instant, isDate } from '../../domain/time.ts';
import type { BookFile } from './book-file.ts';
import type { SheetCell, SheetWriter } from './book-sheet.ts';
import type { CellStyle } from './book-styles.ts';
import { columnName } from './book-xml.ts';
import { guardFormula, pagesOf, type Rows } from './rows.ts';
import { ColumnSums, EXACT_DIGITS_MAX, figuresOf } from './sheet-sums.ts';
import { WORDS } from './words.ts';

export interface SheetColumn<Row> {
  readonly title: string;
  readonly width: number;
  readonly cell: (row: Row) => SheetCell;
  /** Of a column of amounts: their decimal texts, to be added up by currency below the rows. */
  readonly sum?: (row: Row) => string | null;
  /** What its title stands over; a text where absent. */
  readonly over?: 'number' | 'unit';
  /** Whether the column tells what currency the row's amounts are in. */
  readonly isCurrency?: boolean;
  /** Whether it is for looking a thing up, and not printed: such columns come last. */
  readonly isUnprinted?: boolean;
}

const PLAIN: CellStyle = {};
const WRAPPED: CellStyle = { wrap: true };
const HEADER: CellStyle = { bold: true, fill: 'E7EEF7', line: 'bottom', wrap: true };
const NUMBER_HEADER: CellStyle = { ...HEADER, align: 'right' };
const UNIT_HEADER: CellStyle = { ...HEADER, align: 'left', indent: 1 };
const UNIT: CellStyle = { align: 'left', indent: 1 };
export const TITLE: CellStyle = { bold: true, size: 14 };
export const WARNING: CellStyle = { bold: true, size: 12, color: 'C00000' };
const COUNT: CellStyle = { numFmt: '#,##0' };
const RIGHT: CellStyle = { align: 'right' };
/** Of a word or a date where amounts stand. */
const NO_AMOUNT: CellStyle = { align: 'right', wrap: true };
const INTERNATIONAL_TIME: CellStyle = { numFmt: 'yyyy-mm-dd hh:mm:ss', align: 'left' };
const TIMES: Readonly<Record<ReaderLanguage, CellStyle>> = {
  en: INTERNATIONAL_TIME,
  'zh-CN': INTERNATIONAL_TIME,
  fr: { numFmt: 'dd/mm/yyyy hh:mm:ss', align: 'left' },
};
const FRENCH_DAY: CellStyle = { numFmt: 'dd/mm/yyyy', align: 'left' };
const SUM: CellStyle = { bold: true, line: 'top' };
const UNIT_SUM: CellStyle = { ...SUM, ...UNIT };

/** Room for a sum of billions in bold. */
const AMOUNT_WIDTH = 16;
/** The longest text in a cell of Excel. */
const CELL_LENGTH_MAX = 32_767;
/** Days from Excel's day zero to 1970-01-01. */
const EPOCH_DAYS = 25_569;

const amountStyles: CellStyle[] = [];
const sumStyles = new Map<CellStyle, CellStyle>();

function amountStyle(decimals: number): CellStyle {
  amountStyles[decimals] ??= { numFmt: decimals === 0 ? '#,##0' : `#,##0.${'0'.repeat(decimals)}` };
  return amountStyles[decimals];
}

export function textCell(text: string | null): SheetCell {
  return styledText(text, PLAIN);
}

/** The title of a column, over what its cells are. */
export function titleCell(title: string, over: 'text' | 'number' | 'unit' = 'text'): SheetCell {
  return { value: title, style: over === 'number' ? NUMBER_HEADER : over === 'unit' ? UNIT_HEADER : HEADER };
}

/** A text right of a number: its currency, or what is said of it. */
export function unitCell(text: string | null): SheetCell {
  return styledText(text, UNIT);
}

/** A text that may be long, in as many lines as it needs. */
export function longTextCell(text: string | null): SheetCell {
  return styledText(text, WRAPPED);
}

export function styledText(text: string | null, style: CellStyle): SheetCell {
  if (text === null || text === '') return null;
  const guarded = guardFormula(text);
  return { value: guarded.length <= CELL_LENGTH_MAX ? guarded : guarded.slice(0, CELL_LENGTH_MAX), style };
}

export function countCell(count: number): SheetCell {
  return { value: count, style: COUNT };
}

/**
 * An amount as a number in its currency's format if a double holds it exactly, otherwise as text. A value that is no
 * amount (an expected status, a date) is text too.
 */
export function amountCell(amount: string | null, currency: string | null): SheetCell {
  if (amount === null) return null;
  const figures = figuresOf(amount);
  if (figures === undefined) return styledText(amount, NO_AMOUNT);
  if (figures > EXACT_DIGITS_MAX) return { value: amount, style: RIGHT };
  const dot = amount.indexOf('.');
  const decimals = dot < 0 ? 0 : amount.length - dot - 1;
  const exponent = currency === null ? 0 : (currencyExponent(currency) ?? 0);
  return { value: Number(amount), style: amountStyle(Math.max(decimals, exponent)) };
}

/** A date and time of day; `clock` turns the instant into the wall clock to show. */
export function timeCell(
  at: Instant | null,
  lang: ReaderLanguage,
  clock: (at: Instant) => number = (utc) => utc,
): SheetCell {
  return at === null ? null : { value: clock(at) / 86_400_000 + EPOCH_DAYS, style: TIMES[lang] };
}

/** A day. As a text it sorts only where it begins with the year; in French it is a date, which sorts by itself. */
export function dayCell(day: string | null, lang: ReaderLanguage): SheetCell {
  if (day === null || lang !== 'fr' || !isDate(day)) return textCell(day);
  return { value: dayOfDate(day) + EPOCH_DAYS, style: FRENCH_DAY };
}

/** A column of amounts, with their sums by currency below the rows. */
export function amountColumn<Row extends { readonly currency: string | null }>(
  title: string,
  amountOf: (row: Row) => string | null,
): SheetColumn<Row> {
  const cell = (row: Row) => amountCell(amountOf(row), row.currency);
  return { title, width: AMOUNT_WIDTH, cell, sum: amountOf, over: 'number' };
}

/** The column of the currency of a row's amounts. */
export function currencyColumn<Row extends { readonly currency: string | null }>(title: string): SheetColumn<Row> {
  return { title, width: 11, cell: (row) => unitCell(row.currency), over: 'unit', isCurrency: true };
}

export interface TableTarget {
  readonly book: BookFile;
  readonly lang: ReaderLanguage;
  /** A text at the foot of every page. */
  readonly foot: string;
  /** Rows in one sheet, without its header and its sums. */
  readonly rowsMax: number;
}

/**
 * After this many rows the compressor gets a turn; otherwise most of a sheet would wait in memory. In one turn it takes
 * a chunk of 64 KiB, about the size of this many rows.
 */
const ROWS_PER_TURN = 40;

/** Writes rows to one sheet, and to further sheets when it is full. Without rows the sheet has only its header. */
export async function writeTable<Row>(
  target: TableTarget,
  name: string,
  columns: readonly SheetColumn<Row>[],
  rows: Rows<Row>,
): Promise<void> {
  let sheets = 1;
  let count = 0;
  let sums = new ColumnSums(columns);
  let sheet = openSheet(target, name, columns);
  for await (const page of pagesOf(rows)) {
    for (const row of page) {
      if (count === target.rowsMax) {
        closeSheet(sheet, columns, sums, target.lang);
        sheets++;
        count = 0;
        sums = new ColumnSums(columns);
        sheet = openSheet(target, `${name} ${sheets}`, columns);
      }
      sheet.row(columns.map((column) => column.cell(row)));
      sums.add(row);
      count++;
      if (count % ROWS_PER_TURN === 0) {
        await turn();
        await sheet.ready();
      }
    }
  }
  closeSheet(sheet, columns, sums, target.lang);
}

function openSheet<Row>({ book, foot }: TableTarget, name: string, columns: readonly SheetColumn<Row>[]): SheetWriter {
  const widths = columns.map(({ width }) => width);
  const printed = columns.filter(({ isUnprinted }) => isUnprinted !== true).length;
  const sheet = book.openSheet(name, { widths, frozen: 1, isLandscape: true, printed, foot });
  sheet.row(columns.map(({ title, over }) => titleCell(title, over)));
  return sheet;
}

function closeSheet<Row>(
  sheet: SheetWriter,
  columns: readonly SheetColumn<Row>[],
  sums: ColumnSums<Row>,
  lang: ReaderLanguage,
): void {
  const filter = `A1:${columnName(columns.length - 1)}${sheet.rows}`;
  const { phrases } = WORDS[lang];
  for (const { currency, ofVisible, cells } of sums.lines(sheet.rows)) {
    const label = ofVisible ? phrases.visibleSum : phrases.allSum;
    sheet.row(
      columns.map(({ isCurrency }, at) => {
        if (isCurrency === true) return { value: currency, style: UNIT_SUM };
        const sum = cells[at];
        if (sum === undefined) return at === 0 ? { value: label, style: SUM } : { value: '', style: SUM };
        const cell = amountCell(sum.total, currency)!;
        const style = sumStyle(cell.style);
        return sum.formula === null ? { ...cell, style } : { ...cell, style, formula: sum.formula };
      }),
    );
  }
  sheet.close(filter);
}

/** The same of a sum below others. */
export function sumStyle(style: CellStyle): CellStyle {
  const known = sumStyles.get(style) ?? { ...style, ...SUM };
  sumStyles.set(style, known);
  return known;
}
