// Reads CSV records into rows: the header gives the column of each field, by our names or by those of a mapping.

import { HesabuError } from '../../domain/errors.ts';
import { quoted } from '../../domain/quotation.ts';
import type { Format } from '../formats/format.ts';
import { cellOf, type Row } from '../formats/row.ts';
import { currencyFieldOf, withoutSign } from './cell-forms.ts';
import { type Extract, extractorOf, type Mapping, mappedName } from './mapping.ts';

const OTHER_SEPARATOR = /[;\t|]/;
const SEPARATOR_NAMES: Readonly<Record<string, string>> = { ';': 'semicolons', '\t': 'tabs', '|': 'bars' };

interface ColumnOfField {
  readonly index: number;
  readonly column: number;
  readonly extract: Extract | null;
}

export class CsvRows {
  private readonly row: Row;
  private readonly format: Format;
  private readonly mapping: Mapping | undefined;
  private readonly path: string;
  /** The index of each field that the file has, with the index of its column. */
  private columns: readonly ColumnOfField[] = [];
  /** The file's names of its columns, each once. */
  private names: readonly string[] = [];
  /** The value of a field whose cell is empty or whose column is missing. */
  private readonly defaults: readonly (string | null)[];

  constructor(format: Format, row: Row, mapping: Mapping | undefined, path: string) {
    this.row = row;
    this.format = format;
    this.mapping = mapping;
    this.path = path;
    this.defaults = format.fields.map((field) => cellOf(mapping?.constants.get(field) ?? ''));
    this.defaults.forEach((value, index) => {
      row.cells[index] = value;
    });
  }

  /** Whether the cells have all the columns that the format needs. */
  isHeader(cells: readonly string[]): boolean {
    const names = new Set(cells.map((cell) => cell.trim()));
    const { format, mapping } = this;
    return format.required.every((field) => names.has(mappedName(mapping, field)) || mapping?.constants.has(field));
  }

  /** Reads the header. Throws HESABU_HEADER_INVALID if a column is missing or occurs twice. */
  header(cells: readonly string[]): void {
    const names = cells.map((cell) => cell.trim());
    this.names = names.map((name, at) =>
      name === '' || names.indexOf(name) < at ? `${name} column ${at + 1}`.trim() : name,
    );
    const columns: ColumnOfField[] = [];
    this.format.fields.forEach((field, index) => {
      const name = mappedName(this.mapping, field);
      const column = names.indexOf(name);
      if (column < 0) return;
      if (names.indexOf(name, column + 1) >= 0) throw this.invalid(`the column ${quoted(name)} once`, 'it twice');
      columns.push({ index, column, extract: extractorOf(this.mapping, field) });
    });
    const given = new Set(columns.map(({ index }) => this.format.fields[index]));
    const missing = this.format.required.filter((field) => !given.has(field) && !this.mapping?.constants.has(field));
    if (missing.length > 0) throw this.missing(missing, names, given.size);
    this.columns = columns;
  }

  /** The cells of one record under the file's own names. */
  original(cells: readonly string[]): [string, string][] {
    return cells.map((cell, at) => [this.names[at] ?? `column ${at + 1}`, cell]);
  }

  /** Writes the cells of one record into the row. */
  read(cells: readonly string[]): void {
    const target = this.row.cells;
    for (const { index, column, extract } of this.columns) {
      const cell = cellOf(cells[column]!);
      target[index] = (extract === null || cell === null ? cell : extract(cell)) ?? this.defaults[index]!;
    }
    const signs = this.mapping?.signs;
    if (signs !== undefined) this.takeSigns(signs);
  }

  /** Takes the signs of currencies off the amounts; each must be that of the amount's own currency. */
  private takeSigns(signs: ReadonlyMap<string, string>): void {
    const { cells } = this.row;
    const { fields } = this.format;
    for (const { index } of this.columns) {
      const currencyField = currencyFieldOf(fields[index]!);
      const cell = cells[index]!;
      if (currencyField === undefined || cell === null) continue;
      const { amount, currency } = withoutSign(cell, signs);
      if (currency === null) continue;
      const stated = cells[fields.indexOf(currencyField)] ?? null;
      if (stated !== currency) {
        const expected = `an amount in ${stated ?? 'the currency of the row'}`;
        this.row.refuse(index, 'HESABU_AMOUNT_INVALID', expected);
      }
      cells[index] = cellOf(amount);
    }
  }

  private missing(missing: readonly string[], names: readonly string[], known: number): HesabuError {
    const lacking = missing.map((field) => mappedName(this.mapping, field));
    const expected = `the column${lacking.length === 1 ? '' : 's'} ${lacking.join(', ')}`;
    const other = known === 0 ? OTHER_SEPARATOR.exec(names.join(','))?.[0] : undefined;
    if (other === undefined) return this.invalid(expected, quoted(names.join(',')));
    const remedy = `Give a mapping with \`separator: ${JSON.stringify(other)}\`.`;
    return this.invalid(expected, `${SEPARATOR_NAMES[other]} between the cells: ${quoted(names.join(','))}`, remedy);
  }

  private invalid(expected: string, found: string, remedy?: string): HesabuError {
    const detail = { where: `${this.path}:1`, expected, found };
    return new HesabuError('HESABU_HEADER_INVALID', remedy === undefined ? detail : { ...detail, remedy });
  }
}
