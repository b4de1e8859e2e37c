// Reads the plain rows of a table: lines of CSV that are as most lines are. Any other line is left to the table, which
// reads its text.

import type { Format, PlainReader } from '../formats/format.ts';
import { PlainRow } from '../formats/plain-row.ts';
import { cellOf } from '../formats/row.ts';
import { PlainCsv } from './plain-csv.ts';
import type { PlainSources } from './plain-sources.ts';
import type { Rows } from './rows.ts';
import { isTotalWord, type TableEnd } from './table-end.ts';

/** How words of totals begin: total, grand total, subtotal; in other scripts the first byte is no ASCII. */
const TOTAL_LETTERS = new Set(['to', 'gr', 'su'].map((letters) => Buffer.from(letters).readUInt16BE()));
const LETTERS_MAX = 0x7fff;

/** A table whose header was found. */
export interface OpenTable {
  readonly separator: string;
  readonly width: number;
  /** Whether the first cell of a row of totals is no name of a merchant. */
  readonly hasTotals: boolean;
  /** Absent without a mapping. */
  readonly end: TableEnd | null;
  readonly columnAt: (name: string) => number;
  /** Gives a cell of the row to those who add it up. */
  show(column: number, cell: string): void;
}

export class PlainTable {
  private readonly row: PlainRow;
  private readonly csv: PlainCsv;
  private readonly reader: PlainReader;
  private readonly table: OpenTable;
  private readonly added: readonly number[];

  constructor(reader: PlainReader, rows: Rows, { fields }: Format, sources: PlainSources, table: OpenTable) {
    const { columns, defaults, ...forms } = sources;
    this.reader = reader;
    this.row = new PlainRow(fields.length, { ...rows.forms, ...forms }, defaults);
    this.csv = new PlainCsv(this.row, table.separator, table.width, columns);
    this.table = table;
    this.added = table.end?.amountNames.map(table.columnAt) ?? [];
  }

  /** Takes the line that begins at `from`, and returns where it ends; -1 where its text is to be read. */
  read(bytes: Buffer, from: number, to: number, line: number): number {
    const { csv, row, table, added } = this;
    const end = csv.read(bytes, from, to);
    if (end < 0 || (table.hasTotals && this.isTotal())) return -1;
    row.complete();
    if (!this.reader(row, line)) return -1;
    if (table.end !== null) {
      for (const column of added) table.show(column, csv.text(column));
      table.end.addTaken();
    }
    return end;
  }

  /** Whether the row may begin as rows of totals do. */
  private isTotal(): boolean {
    const { csv } = this;
    const column = csv.firstFilled();
    if (column < 0) return true;
    const letters = csv.lettersOf(column);
    if (letters <= LETTERS_MAX && !TOTAL_LETTERS.has(letters)) return false;
    const text = csv.text(column);
    // A cell of other blanks than those of ASCII is empty, and the row begins with one after it.
    return isTotalWord(text) || cellOf(text) === null;
  }
}

/** Whether lines are cut at this separator byte by byte. */
export function isPlainSeparator(separator: string): boolean {
  return /^[^\0-\x08\x0a-\x1f"\x7f-\uffff]$/.test(separator);
}
