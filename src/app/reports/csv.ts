// CSV files of reports: RFC 4180 quoting with \n line ends, text cells guarded against formulas, numbers unchanged.

import type { Reject } from '../../domain/errors.ts';
import { formatInstant } from '../../domain/time.ts';
import { replaceFile, TextFile } from '../../runtime/whole-file.ts';
import { type BreakRow, guardFormula, type MatchedRow, pagesOf, type RiskRow, type Rows } from './rows.ts';

/** A text, a number or nothing. */
type Cell = string | number | null;

const BREAK_HEADER = [
  ...['merchant', 'provider', 'transaction_reference', 'stage', 'kind', 'reason', 'expected', 'observed', 'difference'],
  ...['currency', 'opened_at', 'entry_id', 'message'],
];
const REJECT_HEADER = ['file', 'line', 'field', 'code', 'message'];
const RISK_HEADER = [
  ...['merchant', 'transaction_reference', 'signal', 'count', 'threshold', 'window', 'first_at', 'message'],
];
const MATCHED_HEADER = [
  ...['merchant', 'provider', 'transaction_reference', 'order_amount', 'paid', 'returned', 'settled', 'fee'],
  ...['currency', 'paid_at', 'settled_on'],
];

/** Writes `breaks.csv`. Throws HESABU_OUT_UNWRITABLE. */
export function writeBreaksCsv(path: string, rows: Rows<BreakRow>): Promise<void> {
  return writeCsv(path, BREAK_HEADER, rows, (row) => [
    row.merchant,
    row.provider,
    row.transaction_reference,
    row.stage,
    row.kind,
    row.reason,
    row.expected,
    row.observed,
    row.difference,
    row.currency,
    instantText(row.opened_at),
    row.entry_id,
    row.message,
  ]);
}

/**
 * Writes `rejects.csv`; `line` is empty if the reject is a whole file. After our own columns come those of the rows as
 * they came, by the names in `columns`. Throws HESABU_OUT_UNWRITABLE.
 */
export function writeRejectsCsv(path: string, rows: Rows<Reject>, columns: readonly string[] = []): Promise<void> {
  const titles = columns.map((name) => (REJECT_HEADER.includes(name) ? `${name} (original)` : name));
  return writeCsv(path, [...REJECT_HEADER, ...titles], rows, ({ file, line, field, code, message, original }) => {
    const cells = new Map(original);
    return [file, line, field, code, message, ...columns.map((name) => cells.get(name) ?? null)];
  });
}

/** Writes `matched.csv`. Throws HESABU_OUT_UNWRITABLE. */
export function writeMatchedCsv(path: string, rows: Rows<MatchedRow>): Promise<void> {
  return writeCsv(path, MATCHED_HEADER, rows, (row) => [
    row.merchant,
    row.provider,
    row.transaction_reference,
    row.order_amount,
    row.paid,
    row.returned,
    row.settled,
    row.fee,
    row.currency,
    instantText(row.paid_at),
    row.settled_on,
  ]);
}

/** Writes `risk.csv`. Throws HESABU_OUT_UNWRITABLE. */
export function writeRiskCsv(path: string, rows: Rows<RiskRow>): Promise<void> {
  return writeCsv(path, RISK_HEADER, rows, (row) => [
    row.merchant,
    row.transaction_reference,
    row.signal,
    row.count,
    row.threshold,
    row.window,
    instantText(row.first_at),
    row.message,
  ]);
}

function instantText(at: number | null): string {
  return at === null ? '' : formatInstant(at);
}

/** Writes a file of rows below a header. Throws HESABU_OUT_UNWRITABLE. */
export function writeCsv<Row>(
  path: string,
  header: Cell[],
  rows: Rows<Row>,
  cells: (row: Row) => Cell[],
): Promise<void> {
  return replaceFile(path, async (temporary) => {
    const file = new TextFile(temporary);
    try {
      file.write(csvLine(header));
      for await (const page of pagesOf(rows)) for (const row of page) file.write(csvLine(cells(row)));
    } finally {
      file.close();
    }
  });
}

/** One line of CSV with its line end. */
export function csvLine(cells: readonly Cell[]): string {
  let line = '';
  for (let at = 0; at < cells.length; at++) {
    if (at > 0) line += ',';
    const cell = cells[at]!;
    line += typeof cell === 'string' ? quoted(guardFormula(cell)) : (cell ?? '');
  }
  return `${line}\n`;
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
