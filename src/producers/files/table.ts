// A table of cells, from a text file or a workbook: titles, the header, rows, and what ends it. Its rows go to the
// fields of a format; a row of totals never becomes one.

import { HesabuError } from '../../domain/errors.ts';
import type { CellKind } from '../formats/cell-kind.ts';
import type { Format } from '../formats/format.ts';
import { cellOf } from '../formats/row.ts';
import type { CellSource } from './cell-source.ts';
import { HeaderRule, nameKey, TITLE_ROWS_MAX, type TitleRow } from './header.ts';
import type { JsonRows } from './json-rows.ts';
import { columnNames, columnOf, MappedFields } from './mapped-fields.ts';
import { type Mapping, NO_MAPPING } from './mapping.ts';
import { PlainFields } from './plain-fields.ts';
import { mappedSources, ownSources } from './plain-sources.ts';
import { isPlainSeparator, PlainTable } from './plain-table.ts';
import { isRejectHeader, REJECT_COLUMNS, unguarded } from './reject-rows.ts';
import { type FileJob, JSON_ROW, type Rows } from './rows.ts';
import { isTotalWord, TableEnd, totalFault } from './table-end.ts';

export class Table {
  private readonly rows: Rows;
  private readonly format: Format;
  private readonly mapping: Mapping;
  private readonly path: string;
  private readonly separator: string;
  private readonly rule: HeaderRule;
  /** The first rows before the header. */
  private readonly titles: TitleRow[] = [];
  private titleRows = 0;
  /** The header's cells; null until it is found. */
  private header: readonly string[] | null = null;
  private keys: readonly string[] = [];
  /** A row may leave out the cells of columns without a name at the end. */
  private widthMin = 0;
  private names: readonly string[] = [];
  private fields: MappedFields | PlainFields | null = null;
  private end_: TableEnd | null = null;
  /** Of a file of rejects: how many columns are ours, and what reads its rows that were JSON. */
  private skipped = 0;
  private readonly json: JsonRows;
  private jsonColumn = -1;
  /** The record that is read now. */
  private cells: readonly string[] = [];
  private kinds: readonly CellKind[] | undefined;
  /** What reads rows that need no texts. */
  private plain: PlainTable | null = null;

  constructor(job: FileJob, rows: Rows, json: JsonRows, separator: string) {
    this.rows = rows;
    this.format = job.format;
    this.mapping = job.mapping ?? NO_MAPPING;
    this.path = job.path;
    this.json = json;
    this.separator = separator;
    this.rule = new HeaderRule(job.format, this.mapping, job.path);
    rows.named = (cells) => this.original(cells);
  }

  get hasHeader(): boolean {
    return this.header !== null;
  }

  /** Takes a row as bytes: see LineVisitor. */
  plainRow(bytes: Buffer, from: number, to: number, line: number): number {
    return this.plain === null ? -1 : this.plain.read(bytes, from, to, line);
  }

  fits(cells: readonly string[]): boolean {
    if (this.header === null) return true;
    return cells.length >= this.widthMin && cells.slice(this.header.length).every(isBlankCell);
  }

  record(cells: readonly string[], line: number, kinds?: readonly CellKind[]): void {
    const { header, rows } = this;
    this.kinds = kinds;
    if (header === null) return this.title(cells, line, kinds);
    if (isBlankCell(cells[0]!) && cells.every(isBlankCell)) return;
    if (cells.length !== header.length && !this.fits(cells)) {
      if (this.end_?.takesNote(line, cells) === true) return;
      const fault = { field: '', code: 'HESABU_ROW_RAGGED', expected: `${header.length} cells` } as const;
      return rows.refuse(line, { ...fault, found: `${cells.length}` }, cells);
    }
    if (cells[0] === header[0] && isSame(cells, header)) {
      return rows.refuse(line, { field: '', code: 'HESABU_ROW_HEADER', expected: 'a row', found: 'the header' }, cells);
    }
    if (this.end_ === null && this.isTotal(cells)) return rows.refuse(line, totalFault(cells), cells);
    this.cells = this.skipped === 0 ? cells : cells.map(unguarded);
    if (this.jsonColumn >= 0 && !isBlankCell(cells[this.jsonColumn] ?? '')) return this.jsonRow(line);
    if (this.end_?.takes(line, cells) === true) return;
    rows.begin(line, this.cells);
    this.fields!.read(this.cells);
    if (this.end_ === null) rows.end();
    else this.end_.endRow(cells);
  }

  /** Text that is no record. */
  fault(line: number, cells: readonly string[], refuse: () => void): void {
    if (this.header === null) this.title(cells, line, undefined);
    else refuse();
  }

  /** The rows have ended. Throws HESABU_FILE_EMPTY, or HESABU_HEADER_INVALID if no header was found. */
  end(): void {
    if (this.header !== null) {
      // Rows that come back to be read again have no totals.
      if (this.skipped === 0 && this.end_?.isMissing === true) this.rows.visitor.endMissing?.();
      return;
    }
    if (this.titles.length > 0) throw this.rule.notFound(this.titles);
    throw new HesabuError('HESABU_FILE_EMPTY', { where: this.path, found: 'only blank lines' });
  }

  private title(cells: readonly string[], line: number, kinds: readonly CellKind[] | undefined): void {
    if (cells.every(isBlankCell)) return;
    const row = { cells: [...cells], line };
    if (this.titles.length === 0 && isRejectHeader(cells)) this.open(row, kinds !== undefined, REJECT_COLUMNS.length);
    else if (this.rule.isHeader(row)) this.open(row, kinds !== undefined, 0);
    else {
      if (this.titles.length < TITLE_ROWS_MAX) this.titles.push(row);
      if (++this.titleRows >= this.rule.titleRowsMax) throw this.rule.notFound(this.titles);
    }
  }

  /** Reads the header. Throws HESABU_HEADER_INVALID if a column is missing or occurs twice. */
  private open(row: TitleRow, hasKinds: boolean, skipped: number): void {
    const { format, mapping, rows } = this;
    const cells = skipped === 0 ? row.cells : row.cells.map((cell) => cell.replace(/ \(original\)$/, ''));
    this.keys = cells.map((cell, at) => (at < skipped ? '' : nameKey(cell)));
    this.jsonColumn = skipped === 0 ? -1 : this.keys.indexOf(JSON_ROW);
    const read = new Set(format.fields.flatMap((field) => columnNames(columnOf(mapping, field)).map(nameKey)));
    const own = { cells: cells.slice(skipped), line: row.line };
    if (this.jsonColumn < 0) this.rule.check(own, (name) => read.has(nameKey(name)));
    this.header = row.cells;
    this.skipped = skipped;
    this.widthMin = row.cells.findLastIndex((cell) => !isBlankCell(cell)) + 1;
    this.names = cells.map((cell, at) => {
      const name = cell.trim();
      return name === '' || this.keys.indexOf(this.keys[at]!) < at ? `${name} column ${at + 1}`.trim() : name;
    });
    const columnAt = (name: string) => this.keys.indexOf(nameKey(name));
    if (mapping === NO_MAPPING && !hasKinds) {
      this.fields = new PlainFields(format, rows.row, columnAt);
    } else {
      const find = (name: string) => this.sourceAt(columnAt(name));
      this.fields = new MappedFields(format, rows.row, mapping, find, { isTable: true, hasKinds });
      this.end_ = new TableEnd(format, mapping, rows, this.fields.amounts, find);
    }
    if (!hasKinds && skipped === 0) this.plain = this.plainTable(columnAt);
    rows.visitor.table?.({
      line: row.line,
      separator: this.separator,
      names: this.names,
      fields: this.fieldsByColumn(format),
    });
  }

  /** Null where every row is read as texts. */
  private plainTable(columnAt: (name: string) => number): PlainTable | null {
    const { format, rows, separator, fields, end_: end } = this;
    if (rows.plain === undefined || !isPlainSeparator(separator)) return null;
    const sources =
      fields instanceof MappedFields
        ? mappedSources(format, this.mapping, fields.amounts, columnAt)
        : ownSources(format, columnAt);
    if (sources === null) return null;
    const [width, cells] = [this.header!.length, this.header!.map(() => '')];
    const show = (column: number, cell: string) => {
      cells[column] = cell;
      this.cells = cells;
    };
    const hasTotals = end !== null || this.keys[0] !== 'merchant';
    return new PlainTable(rows.plain, rows, format, sources, { separator, width, hasTotals, end, columnAt, show });
  }

  /** Without a mapping, nobody says what a row of totals is: it is refused, unless its first cell names a merchant. */
  private isTotal(cells: readonly string[]): boolean {
    return isTotalWord(cells[0]!) && this.keys[0] !== 'merchant';
  }

  private sourceAt(column: number): CellSource | undefined {
    if (column < 0) return undefined;
    return { text: () => cellOf(this.cells[column] ?? ''), kind: () => this.kinds?.[column] };
  }

  private fieldsByColumn(format: Format): string[][] {
    return this.keys.map((key) =>
      format.fields.filter((field) => columnNames(columnOf(this.mapping, field)).some((name) => nameKey(name) === key)),
    );
  }

  /** The cells of one record under the file's own names. */
  private original(cells: readonly string[]): [string, string][] {
    const named = cells.map((cell, at): [string, string] => {
      return [this.names[at] ?? `column ${at + 1}`, this.asWritten(cell, at)];
    });
    return named.slice(this.skipped);
  }

  /** A number of a workbook as its mapping has texts, in which it comes back: 25.125 would come back as thousands. */
  private asWritten(cell: string, at: number): string {
    const isComma = this.mapping.numbers?.decimal === ',' && this.kinds?.[at] === 'number';
    return isComma ? cell.replace('.', ',') : cell;
  }

  private jsonRow(line: number): void {
    const text = this.cells[this.jsonColumn]!;
    this.rows.begin(line, text);
    this.json.read(text);
    this.rows.end();
  }
}

function isBlankCell(cell: string): boolean {
  return cell.length === 0 || (cell.charCodeAt(0) <= 32 && cell.trim() === '');
}

function isSame(cells: readonly string[], header: readonly string[]): boolean {
  return cells.length === header.length && cells.every((cell, at) => cell === header[at]);
}
