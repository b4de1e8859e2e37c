// One table of a workbook: columns with a title, a width and a cell for each row; rows streamed to disk; a second sheet
// ("Matched 2") when one is full. All cells share style objects, because exceljs looks a style up by its object: a
// style for each cell, or a style on a column, makes a sheet several times slower.

import type { Writable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import type { stream as ExcelStream, Style, Worksheet } from 'exceljs';
import { currencyExponent } from '../../domain/currency.ts';
import type { Instant } from '../../domain/time.ts';
import { guardFormula, type Rows } from './rows.ts';

export type CellStyle = Partial<Style>;
export interface StyledCell {
  readonly value: string | number;
  readonly style: CellStyle;
}
export type SheetCell = StyledCell | null;

export interface SheetColumn<Row> {
  readonly title: string;
  readonly width: number;
  readonly cell: (row: Row) => SheetCell;
}

const PLAIN: CellStyle = {};
export const HEADER: CellStyle = {
  font: { bold: true },
  fill: { type: 'pattern', pattern: 'solid', fgColor: { argb: 'FFE7EEF7' } },
};
export const TITLE: CellStyle = { font: { bold: true, size: 14 } };
const COUNT: CellStyle = { numFmt: '#,##0' };
const RIGHT: CellStyle = { alignment: { horizontal: 'right' } };
const TIME: CellStyle = { numFmt: 'yyyy-mm-dd hh:mm:ss' };

/** The longest text in a cell of Excel. */
const CELL_LENGTH_MAX = 32_767;
/** A double holds every decimal of this many digits. */
const EXACT_DIGITS_MAX = 15;
/** Days from Excel's day zero to 1970-01-01. */
const EPOCH_DAYS = 25_569;

const amountStyles: CellStyle[] = [];

function amountStyle(decimals: number): CellStyle {
  amountStyles[decimals] ??= { numFmt: decimals === 0 ? '#,##0' : `#,##0.${'0'.repeat(decimals)}` };
  return amountStyles[decimals];
}

export function textCell(text: string | null): SheetCell {
  if (text === null || text === '') return null;
  // XML does not allow these two characters, and half of a surrogate pair is not a character.
  const clean = guardFormula(text)
    .toWellFormed()
    .replace(/[\uFFFE\uFFFF]/g, '');
  return { value: clean.length <= CELL_LENGTH_MAX ? clean : clean.slice(0, CELL_LENGTH_MAX), style: PLAIN };
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
  if (!/^-?\d+(\.\d+)?$/.test(amount)) return textCell(amount);
  const digits = amount.replace(/^-?0*\.?0*|\./g, '').length;
  if (digits > EXACT_DIGITS_MAX) return { value: amount, style: RIGHT };
  const dot = amount.indexOf('.');
  const decimals = dot < 0 ? 0 : amount.length - dot - 1;
  const exponent = currency === null ? 0 : (currencyExponent(currency) ?? 0);
  return { value: Number(amount), style: amountStyle(Math.max(decimals, exponent)) };
}

/** A date and time of day; `clock` turns the instant into the wall clock to show. */
export function timeCell(at: Instant | null, clock: (at: Instant) => number = (utc) => utc): SheetCell {
  return at === null ? null : { value: clock(at) / 86_400_000 + EPOCH_DAYS, style: TIME };
}

export interface WorkbookTarget {
  readonly workbook: ExcelStream.xlsx.WorkbookWriter;
  /** The stream to the file; its error ends the writing. */
  readonly output: Writable;
  /** Rows in one sheet, without its header. */
  readonly rowsMax: number;
}

/**
 * After this many rows the compressor gets a turn; otherwise most of a sheet would wait in memory. In one turn it takes
 * a chunk of 64 KiB, about the size of this many rows.
 */
const ROWS_PER_TURN = 40;

/** Writes rows to one sheet, and to further sheets when it is full. Without rows the sheet has only its header. */
export async function writeTable<Row>(
  target: WorkbookTarget,
  name: string,
  columns: readonly SheetColumn<Row>[],
  rows: Rows<Row>,
): Promise<void> {
  let sheets = 1;
  let count = 0;
  let sheet = openSheet(target, name, columns);
  for await (const row of rows) {
    if (count === target.rowsMax) {
      closeSheet(sheet, columns.length, count);
      sheets++;
      count = 0;
      sheet = openSheet(target, `${name} ${sheets}`, columns);
    }
    writeCells(
      sheet,
      columns.map((column) => column.cell(row)),
    );
    count++;
    if (count % ROWS_PER_TURN === 0) {
      await turn();
      if (target.output.errored) throw target.output.errored;
    }
  }
  closeSheet(sheet, columns.length, count);
}

function openSheet<Row>(target: WorkbookTarget, name: string, columns: readonly SheetColumn<Row>[]): Worksheet {
  const sheet = target.workbook.addWorksheet(name, { views: [{ state: 'frozen', ySplit: 1 }] });
  sheet.columns = columns.map((column) => ({ width: column.width }));
  writeCells(
    sheet,
    columns.map((column) => ({ value: column.title, style: HEADER })),
  );
  return sheet;
}

function closeSheet(sheet: Worksheet, columns: number, rows: number): void {
  sheet.autoFilter = { from: { row: 1, column: 1 }, to: { row: rows + 1, column: columns } };
  sheet.commit();
}

/** Appends one row and releases it to disk. */
export function writeCells(sheet: Worksheet, cells: readonly SheetCell[]): void {
  const row = sheet.addRow([]);
  for (let at = 0; at < cells.length; at++) {
    const cell = cells[at];
    if (cell === null || cell === undefined) continue;
    const place = row.getCell(at + 1);
    place.value = cell.value;
    place.style = cell.style;
  }
  row.commit();
}
