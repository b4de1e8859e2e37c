// Which row of a table is its header: the one that a mapping names, otherwise the first with all columns that are
// needed. Names are compared whatever their case and the blanks around them.

import { HesabuError } from '../../domain/errors.ts';
import { quoted } from '../../domain/quotation.ts';
import type { Format } from '../formats/format.ts';
import { columnOf } from './mapped-fields.ts';
import type { Mapping } from './mapping.ts';

/** A row before the header is found. */
export interface TitleRow {
  readonly cells: readonly string[];
  readonly line: number;
}

/** How many rows may stand before the header of a statement: titles, addresses, periods. */
export const TITLE_ROWS_MAX = 50;

/** The same where a mapping names the header: somebody has seen where it is. */
const NAMED_TITLE_ROWS_MAX = 10_000;

export function nameKey(name: string): string {
  return name.trim().toLowerCase().replace(/\s+/g, ' ');
}

/** Whether a mapping of these columns may leave out a required one: a fee that nobody says, an id beside another id. */
function mayBeLeftOut(field: string, columns: Mapping['columns']): boolean {
  if (field === 'fee_deduction') return columns.size > 0;
  return field === 'transaction_id' && (columns.has('operator_transaction_id') || columns.has('request_id'));
}

export class HeaderRule {
  private readonly mapping: Mapping;
  private readonly path: string;
  /** Each needs one of its columns: the fields of the format, and what the mapping names. */
  private readonly needed: readonly (readonly string[])[];

  constructor(format: Format, mapping: Mapping, path: string) {
    this.mapping = mapping;
    this.path = path;
    const { columns } = mapping;
    const isRequired = (field: string) => format.required.includes(field) && !mayBeLeftOut(field, columns);
    const named = format.fields.filter((field) => columns.has(field) || isRequired(field));
    const { where = new Map(), not = new Map() } = mapping.rows ?? {};
    this.needed = [
      ...named.filter((field) => !mapping.constants.has(field)).flatMap((field) => namesOf(mapping, field)),
      ...[...where.keys(), ...not.keys()].map((name: string) => [name]),
    ];
  }

  /** How many rows may stand before the header. */
  get titleRowsMax(): number {
    return this.mapping.header === undefined ? TITLE_ROWS_MAX : NAMED_TITLE_ROWS_MAX;
  }

  /** Whether a row is the header. */
  isHeader({ cells, line }: TitleRow): boolean {
    const { header } = this.mapping;
    if (typeof header === 'number') return line >= header;
    if (typeof header === 'string') return cells.some((cell) => nameKey(cell) === nameKey(header));
    return this.missingIn(cells).length === 0;
  }

  /** How many of the needed columns a row has. */
  fit(cells: readonly string[]): number {
    return this.needed.length - this.missingIn(cells).length;
  }

  /** Throws HESABU_HEADER_INVALID if a needed column is missing, or a column that is read is there twice. */
  check({ cells, line }: TitleRow, isRead: (name: string) => boolean): void {
    const missing = this.missingIn(cells).map((names) => names.join(' or '));
    if (missing.length > 0) {
      const expected = `the column${missing.length === 1 ? '' : 's'} ${missing.join(', ')}`;
      throw this.invalid(line, expected, quoted(cells.map((cell) => cell.trim()).join(',')), this.remedy());
    }
    const keys = cells.map(nameKey);
    const twice = cells.find((cell, at) => isRead(cell) && keys.indexOf(keys[at]!) < at);
    if (twice !== undefined) throw this.invalid(line, `the column ${quoted(twice.trim())} once`, 'it twice');
  }

  /** What to say where none of these rows is the header: what is missing in the one that is most like it. */
  notFound(rows: readonly TitleRow[]): HesabuError {
    const { header } = this.mapping;
    const first = rows[0]!;
    if (header !== undefined) {
      const expected =
        typeof header === 'number' ? `the header in row ${header}` : `a row with the cell ${quoted(header)}`;
      const remedy = 'Correct `header` or `header_row` in the mapping.';
      return this.invalid(first.line, expected, 'none before the rows end', remedy);
    }
    const best = rows.reduce((left, right) => (this.fit(right.cells) > this.fit(left.cells) ? right : left));
    try {
      this.check(best, () => false);
    } catch (error) {
      return error as HesabuError;
    }
    return this.invalid(best.line, 'the header', 'another row');
  }

  private missingIn(cells: readonly string[]): (readonly string[])[] {
    const keys = new Set(cells.map(nameKey));
    return this.needed.filter((names) => !names.some((name) => keys.has(nameKey(name))));
  }

  /** What to do about a missing column where there is a mapping already. */
  private remedy(): string | undefined {
    if (this.mapping.columns.size === 0) return undefined;
    const constants = 'where the file has none, say in `constants` what holds for all rows (`""` for nothing)';
    return `Name the column in \`columns\` of the mapping; ${constants}.`;
  }

  private invalid(line: number, expected: string, found: string, remedy?: string): HesabuError {
    const where = `${this.path}:${line}`;
    return new HesabuError('HESABU_HEADER_INVALID', {
      where,
      expected,
      found,
      ...(remedy === undefined ? {} : { remedy }),
    });
  }
}

/** The columns that a field needs, of each list one. */
function namesOf(mapping: Mapping, field: string): (readonly string[])[] {
  const column = columnOf(mapping, field);
  if ('from' in column) return column.from.length === 0 ? [] : [column.from];
  if ('sum' in column) return column.sum.map((name) => [name]);
  return [column.plus, column.minus].filter((names) => names.length > 0);
}
