// Which rows of a table are not of its kind: those that a mapping leaves out, and rows of totals, which state what the
// others come to. Made for mapped files and workbooks.

import { quoted } from '../../domain/quotation.ts';
import { AMOUNT_FIELDS } from '../formats/field-forms.ts';
import type { Format } from '../formats/format.ts';
import { cellOf, type Fault } from '../formats/row.ts';
import type { Amounts } from './amounts.ts';
import { type CellSource, type FindCell, rowTest } from './cell-source.ts';
import { ExactSum } from './exact-sum.ts';
import { columnNames, columnOf } from './mapped-fields.ts';
import type { Mapping, RowFilter } from './mapping.ts';
import type { Rows } from './rows.ts';

/** The words of a row of totals, where no mapping names them. */
const TOTAL =
  /^(?:(?:(?:grand|sub)[ -]?)?totals?(?=$|[\s:\uff1a])|\u5408\u8ba1|\u603b\u8ba1|\u5c0f\u8ba1|\u5171\u8ba1)/i;
const BLANK_OR_COLON = /^[\s:\uff1a]/;

/** Whether a row begins as rows of totals do. */
export function isTotalWord(cell: string): boolean {
  const first = cell.charCodeAt(0) | 32;
  // Most cells begin with another letter: t, g and s are looked at, and what is not ASCII.
  return (first === 116 || first === 103 || first === 115 || first > 127 || first === 32) && TOTAL.test(cell.trim());
}

/** What begins as a row of totals must not become a payment, even where it may be one. */
export function totalFault(cells: readonly string[]): Fault {
  const first = cells.find((cell) => cellOf(cell) !== null) ?? '';
  const expected = 'a row of the table, or `footer` in a mapping';
  return { field: '', code: 'HESABU_ROW_SHAPE', expected, found: `what may be a row of totals, ${quoted(first)}` };
}

/** A column with amounts, and what its rows come to. */
interface AmountColumn {
  readonly name: string;
  readonly source: CellSource;
  readonly taken: ExactSum;
  readonly leftOut: ExactSum;
  /** Of a column of what went out, where a sign means nothing: the same without signs. */
  readonly unsigned: { readonly taken: ExactSum; readonly leftOut: ExactSum } | null;
}

export class TableEnd {
  private readonly rows: Rows;
  private readonly amounts: Amounts;
  private readonly footer: readonly string[] | undefined;
  private readonly isTaken: () => boolean;
  private readonly columns: readonly AmountColumn[];
  /** Of each field that a row needs. */
  private readonly needed: readonly (readonly CellSource[])[];
  private readonly merchant: CellSource | undefined;
  /** What a row goes by, for people. */
  private readonly names: readonly CellSource[];
  private isOver = false;
  private isUnsure = false;

  constructor(format: Format, mapping: Mapping, rows: Rows, amounts: Amounts, find: FindCell) {
    this.rows = rows;
    this.amounts = amounts;
    this.footer = mapping.footer?.map((word) => word.trim().toLowerCase());
    this.isTaken = rowTest(mapping.rows ?? NO_FILTER, find);
    const sourcesOf = (field: string) => namesOf(mapping, field).flatMap((name) => find(name) ?? []);
    const names = new Set(
      format.fields.filter((field) => AMOUNT_FIELDS.has(field)).flatMap((field) => namesOf(mapping, field)),
    );
    const out = new Set([...mapping.columns.values()].flatMap((column) => ('minus' in column ? column.minus : [])));
    this.columns = [...names].flatMap((name) => {
      const source = find(name);
      const sums = () => ({ taken: new ExactSum(), leftOut: new ExactSum() });
      return source === undefined ? [] : [{ name, source, ...sums(), unsigned: out.has(name) ? sums() : null }];
    });
    this.needed = format.required.map(sourcesOf).filter((sources) => sources.length > 0);
    this.names = ['transaction_id', 'transaction_reference'].flatMap(sourcesOf);
    this.merchant = format.fields.includes('merchant') ? sourcesOf('merchant')[0] : undefined;
  }

  /** Whether the mapping names a row that ends the table, and none did. */
  get isMissing(): boolean {
    return this.footer !== undefined && !this.isOver;
  }

  /** Takes a row that is not of the table's kind, or is none. The others are the format's, and `endRow` ends them. */
  takes(line: number, cells: readonly string[]): boolean {
    if (this.isOver) return this.afterEnd(line, cells);
    const first = cells.find((cell) => cellOf(cell) !== null)!.trim();
    this.isUnsure = false;
    if (this.isFooter(first, cells)) {
      this.isOver = this.footer !== undefined;
      this.state(line);
      this.rows.visitor.leftOut?.(line, null);
      return true;
    }
    this.isUnsure = isTotalWord(first) && this.merchant?.text() !== first;
    if (this.isTaken()) {
      for (const column of this.columns) this.add(column, 'taken');
      return false;
    }
    for (const column of this.columns) this.add(column, 'leftOut');
    const named = this.names.find((source) => source.text() !== null);
    this.rows.visitor.leftOut?.(line, named?.text() ?? null);
    return true;
  }

  /** The columns with amounts, as the file names them. */
  get amountNames(): readonly string[] {
    return this.columns.map(({ name }) => name);
  }

  /** Adds up a row that was taken without `takes`: it is neither the end nor left out. */
  addTaken(): void {
    for (const column of this.columns) this.add(column, 'taken');
  }

  /** After the end of a table, a row of another width is a note. */
  takesNote(line: number, cells: readonly string[]): boolean {
    const first =
      cells
        .find((cell) => cellOf(cell) !== null)
        ?.trim()
        .toLowerCase() ?? '';
    if (!this.isOver && !this.isNamed(first)) return false;
    this.isOver = true;
    this.rows.visitor.leftOut?.(line, null);
    return true;
  }

  endRow(cells: readonly string[]): void {
    if (this.isUnsure) this.rows.row.fault = totalFault(cells);
    this.rows.end();
  }

  private isFooter(first: string, cells: readonly string[]): boolean {
    if (this.footer === undefined) return isTotalWord(first) && this.areNumbers(cells, 1);
    // A row of an export may have figures alone, also as its ids and times: what has all that a row needs is a row.
    return this.isNamed(first.toLowerCase()) || (!this.hasAllNeeded() && this.areNumbers(cells, 0));
  }

  private isNamed(first: string): boolean {
    const names = this.footer ?? [];
    return names.some(
      (name) => first === name || (first.startsWith(name) && BLANK_OR_COLON.test(first.slice(name.length))),
    );
  }

  /** Whether there are only numbers after the first texts of a row, and one in a column with amounts. */
  private areNumbers(cells: readonly string[], texts: number): boolean {
    const filled = cells.flatMap((cell) => cellOf(cell) ?? []).slice(texts);
    const areAll = filled.every((cell) => this.bare(cell, false) !== undefined || this.bare(cell, true) !== undefined);
    return areAll && this.columns.some(({ source }) => source.text() !== null) && filled.length > 0;
  }

  private afterEnd(line: number, cells: readonly string[]): boolean {
    if (this.hasAllNeeded()) {
      const fault = {
        field: '',
        code: 'HESABU_ROW_SHAPE',
        expected: 'no row after the one that ends the table',
      } as const;
      this.rows.refuse(line, { ...fault, found: 'a row' }, cells);
    } else this.rows.visitor.leftOut?.(line, null);
    return true;
  }

  private hasAllNeeded(): boolean {
    return this.needed.every((sources) => sources.some((source) => source.text() !== null));
  }

  private add({ source, unsigned, ...sums }: AmountColumn, part: 'taken' | 'leftOut'): void {
    const cell = source.text();
    if (cell === null) return;
    const plain = this.bare(cell, source.kind() === 'number');
    if (plain === undefined) sums[part].isUnknown = true;
    else {
      sums[part].add(plain);
      unsigned?.[part].add(withoutSign(plain));
    }
  }

  private bare(cell: string, isNumber: boolean): string | undefined {
    const plain = isNumber ? cell : this.amounts.bare(cell);
    return plain !== undefined && /^-?\d+(?:\.\d+)?$/.test(plain) ? plain : undefined;
  }

  /** Tells the totals that a row states. A source adds up what it shows, or what counts: either may agree. */
  private state(line: number): void {
    for (const { name, source, taken, leftOut, unsigned } of this.columns) {
      const cell = source.text();
      const plain = cell === null ? undefined : this.bare(cell, source.kind() === 'number');
      if (plain === undefined || taken.isUnknown) continue;
      const stated = sumOf(plain);
      const sums = leftOut.isUnknown ? [taken.text] : [taken.text, sumOf(taken.text, leftOut.text)];
      let isFound = sums.includes(stated);
      if (unsigned !== null && !isFound) {
        const texts = [unsigned.taken.text, ...(leftOut.isUnknown ? [] : [unsigned.leftOut.text])];
        isFound = [sumOf(texts[0]!), sumOf(...texts)].includes(sumOf(withoutSign(plain)));
      }
      this.rows.visitor.total?.({ line, name, stated, found: isFound ? stated : taken.text });
    }
  }
}

function namesOf(mapping: Mapping, field: string): readonly string[] {
  return columnNames(columnOf(mapping, field));
}

function sumOf(...plain: readonly string[]): string {
  const sum = new ExactSum();
  for (const one of plain) sum.add(one);
  return sum.text;
}

function withoutSign(plain: string): string {
  return plain.startsWith('-') ? plain.slice(1) : plain;
}

const NO_FILTER: RowFilter = { where: new Map(), not: new Map() };
