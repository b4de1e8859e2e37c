// Brings the cells of a row into the fields of a format as a mapping says: which cells a field is made of, which of our
// words theirs are, and amounts as plain decimals in our sign and unit. It is made once for a file: what a row needs is
// found then, and reading a row only runs it.

import { addDecimal, formatDecimal, negated, parseDecimal } from '../../domain/decimal.ts';
import { quoted } from '../../domain/quotation.ts';
import { AMOUNT_FIELDS, FEE_FIELDS, RATE_FIELDS } from '../formats/field-forms.ts';
import type { Format } from '../formats/format.ts';
import { isNoId } from '../formats/no-id.ts';
import { cellOf, currencyIn, type Row } from '../formats/row.ts';
import { type AmountFault, Amounts } from './amounts.ts';
import { type CellSource, type FindCell, rowTest } from './cell-source.ts';
import type { Column, ConditionalValue, Mapping } from './mapping.ts';
import { translator, wordUnnamed } from './mapping-words.ts';
import { cutsNumber, partOf } from './patterns.ts';

/** Whether the cells may have gone through a spreadsheet, and whether a workbook tells what they are. */
export interface SourceForms {
  readonly isTable: boolean;
  readonly hasKinds: boolean;
}

/** One addend of an amount. */
interface Part {
  readonly source: CellSource;
  readonly isTaken: boolean;
}

/** Lines of money that goes back, which a source may write above zero, since the type tells it. */
const GOES_BACK: ReadonlySet<string> = new Set(['refund', 'reversal', 'chargeback', 'reserve']);
const TAKEN: ReadonlySet<string> = new Set(['fee', 'tax']);
const IDS: ReadonlySet<string> = new Set([
  ...['transaction_reference', 'transaction_id', 'original_transaction_id', 'operator_transaction_id', 'request_id'],
  ...['payout_id', 'line_id'],
]);
const AS_MAPPED = 'as `signs` of the mapping says';

export class MappedFields {
  readonly amounts: Amounts;
  private readonly format: Format;
  private readonly row: Row;
  private readonly mapping: Mapping;
  private readonly find: FindCell;
  private readonly steps: readonly (() => void)[];

  constructor(format: Format, row: Row, mapping: Mapping, find: FindCell, { isTable, hasKinds }: SourceForms) {
    this.format = format;
    this.row = row;
    this.mapping = mapping;
    this.find = find;
    this.amounts = new Amounts(mapping, isTable);
    if (hasKinds) row.kinds = format.fields.map(() => undefined);
    const fields = format.fields.map((field, index) => [field, index] as const);
    const isNumber = (field: string) => AMOUNT_FIELDS.has(field) || RATE_FIELDS.has(field);
    // Amounts last: they need the currency and the type of the row.
    this.steps = [
      ...fields.filter(([field]) => !isNumber(field)).map(([field, index]) => this.textStep(field, index)),
      ...(mapping.prefix === undefined ? [] : [this.prefixStep(mapping.prefix)]),
      ...fields.filter(([field]) => isNumber(field)).map(([field, index]) => this.numberStep(field, index)),
    ];
  }

  /** Writes the fields of the row that the sources show now. */
  read(): void {
    for (const step of this.steps) step();
  }

  private sourcesOf(names: readonly string[], when: readonly ConditionalValue[] = []): CellSource[] {
    return [...when.flatMap((one) => this.conditional(one) ?? []), ...names.flatMap((name) => this.find(name) ?? [])];
  }

  /** Undefined for a column that the file does not have. */
  private conditional({ from, value, ...conditions }: ConditionalValue): CellSource | undefined {
    const source = from === undefined ? undefined : this.find(from);
    if (from !== undefined && source === undefined) return undefined;
    const applies = rowTest(conditions, this.find);
    return {
      text: () => (applies() ? (source === undefined ? cellOf(value ?? '') : source.text()) : null),
      kind: () => source?.kind(),
    };
  }

  private textStep(field: string, index: number): () => void {
    const { row } = this;
    const { cells } = row;
    const column = columnOf(this.mapping, field);
    const source = firstOf('from' in column ? this.sourcesOf(column.from, column.when) : []);
    const part = partOf('from' in column ? column.pattern : undefined);
    const isUpper = 'from' in column && column.isUpper === true;
    const constant = this.constantOf(field);
    const translate = translator(this.format, this.mapping, field);
    const isOurs = constant === null ? null : wordUnnamed(this.format, this.mapping, field);
    const mayBeNone = this.mapping.hasPlaceholders === true && IDS.has(field);
    const { kinds } = row;
    if (source === undefined)
      return () => {
        cells[index] = constant;
      };
    return () => {
      let text = source.text();
      if (text !== null && part !== null) text = part(text);
      if (text !== null && isUpper) text = text.toUpperCase();
      if (text !== null && translate !== null) text = translate(text);
      if (text !== null && mayBeNone && isNoId(text)) text = null;
      if (text !== null && isOurs !== null && !isOurs(text)) text = null;
      cells[index] = text ?? constant;
      if (kinds === null) return;
      kinds[index] = source.kind();
      if (kinds[index] === 'error') row.refuse(index, 'HESABU_FIELD_INVALID', 'a value, and no error of a formula');
    };
  }

  /** A reference that a spreadsheet changed must not pass because of what is put before it. */
  private prefixStep(prefix: NonNullable<Mapping['prefix']>): () => void {
    const { row } = this;
    const index = this.format.fields.indexOf('transaction_reference');
    const merchant = this.format.fields.indexOf('merchant');
    return () => {
      const reference = row.id(index);
      if (reference === null) return;
      const before = typeof prefix === 'string' ? prefix : (prefix.get(row.cells[merchant] ?? '') ?? '');
      row.cells[index] = before + reference;
      if (row.kinds !== null) row.kinds[index] = 'text';
    };
  }

  private numberStep(field: string, index: number): () => void {
    const { row, amounts } = this;
    const currencyIndex = this.format.fields.indexOf(AMOUNT_FIELDS.get(field) ?? '');
    const constant = this.constantOf(field);
    const value = this.valueOf(columnOf(this.mapping, field));
    const turn = this.signStep(field, index);
    return () => {
      const currency = currencyIndex < 0 ? '' : currencyIn(row.cells, currencyIndex);
      const read = (cell: string, isNumber: boolean) =>
        currencyIndex < 0 && !isNumber ? amounts.plain(cell) : amounts.read(cell, isNumber, currency);
      row.cells[index] = null;
      const plain = value(read, (cell) => {
        row.cells[index] = cell;
      });
      const found = plain === null && constant !== null ? read(constant, false) : plain;
      if (found === null) return;
      if (typeof found !== 'string')
        return row.refuse(index, found.code, found.expected, quoted(row.cells[index] ?? constant));
      if (currencyIndex >= 0 && !FEE_FIELDS.has(field) && amounts.isInMainUnit(found, currency))
        return row.refuse(index, 'HESABU_AMOUNT_INVALID', 'a whole number, as `unit` of the mapping says');
      row.cells[index] = currencyIndex < 0 ? found : amounts.inMainUnit(found, currency);
      turn?.();
    };
  }

  /** The plain decimal of an amount; `show` is given each cell before it is read, so that a fault can show it. */
  private valueOf(column: Column): (read: ReadNumber, show: (cell: string) => void) => string | AmountFault | null {
    const parts = this.partsOf(column);
    const pattern = 'from' in column ? column.pattern : undefined;
    const extract = partOf(pattern);
    const cuts = cutsNumber(pattern);
    const isNegated = 'from' in column && column.isNegated === true;
    return (read, show) => {
      let sum: string | null = null;
      for (const { source, isTaken } of parts) {
        const whole = source.text();
        const cell = whole !== null && extract !== null ? extract(whole) : whole;
        if (whole === null || cell === null) continue;
        if (cuts?.(whole) === true) {
          show(whole);
          return { code: 'HESABU_AMOUNT_INVALID', expected: 'a pattern that takes a number with all its figures' };
        }
        show(cell);
        const plain = read(cell, source.kind() === 'number');
        if (typeof plain !== 'string') return plain;
        if (sum === null && !isTaken) sum = plain;
        else {
          const added = sumOf(sum ?? '0', isTaken ? taken(plain) : plain);
          if (added === undefined) return { code: 'HESABU_AMOUNT_INVALID', expected: 'a plain decimal' };
          sum = added;
        }
      }
      return sum !== null && isNegated ? negatedText(sum) : sum;
    };
  }

  private partsOf(column: Column): Part[] {
    const one = (names: readonly string[], isTaken: boolean, when: readonly ConditionalValue[] = []): Part[] => {
      const source = firstOf(this.sourcesOf(names, when));
      return source === undefined ? [] : [{ source, isTaken }];
    };
    if ('from' in column) return one(column.from, false, column.when);
    if ('sum' in column) return column.sum.flatMap((name) => one([name], false));
    return [...one(column.plus, false), ...one(column.minus, true)];
  }

  /** Turns the sign of an amount into ours, where the mapping says that the source writes it otherwise. */
  private signStep(field: string, index: number): (() => void) | null {
    const { row } = this;
    const { returns, fees } = this.mapping.signs ?? {};
    const negate = () => {
      row.cells[index] = negatedText(row.cells[index]!);
    };
    if (FEE_FIELDS.has(field) && fees === 'negative')
      return () => {
        if (isAbove(row.cells[index]!)) row.refuse(index, 'HESABU_AMOUNT_SIGN', `zero or less, ${AS_MAPPED} of fees`);
        else negate();
      };
    if (field !== 'amount_received' || (returns !== 'positive' && fees !== 'positive')) return null;
    const typeIndex = this.format.fields.indexOf('type');
    const column = columnOf(this.mapping, field);
    const hasMinus = 'minus' in column && column.minus.length > 0;
    return () => {
      const isBelow = row.cells[index]!.startsWith('-');
      // It stands above zero in the column of what went out, which has given it its sign.
      if (hasMinus && isBelow) return;
      const type = row.cells[typeIndex]?.toLowerCase() ?? '';
      if (fees === 'positive' && TAKEN.has(type)) return negate();
      if (returns !== 'positive' || !GOES_BACK.has(type)) return;
      if (isBelow) row.refuse(index, 'HESABU_AMOUNT_SIGN', `zero or more, ${AS_MAPPED} of returns`);
      else negate();
    };
  }

  private constantOf(field: string): string | null {
    return cellOf(this.mapping.constants.get(field) ?? '');
  }
}

type ReadNumber = (cell: string, isNumber: boolean) => string | AmountFault;

function sumOf(left: string, right: string): string | undefined {
  const [one, other] = [parseDecimal(left), parseDecimal(right)];
  return one === undefined || other === undefined ? undefined : formatDecimal(addDecimal(one, other));
}

/** What went out, however it is written. */
function taken(plain: string): string {
  const amount = parseDecimal(plain);
  if (amount === undefined) return plain;
  return formatDecimal(amount.digits > 0n ? negated(amount) : amount);
}

function negatedText(plain: string): string {
  if (!/[1-9]/.test(plain)) return plain;
  return plain.startsWith('-') ? plain.slice(1) : `-${plain}`;
}

function isAbove(plain: string): boolean {
  return !plain.startsWith('-') && /[1-9]/.test(plain);
}

/** The columns that a field may be read from. */
export function columnNames(column: Column): readonly string[] {
  if ('from' in column) return [...column.from, ...(column.when ?? []).flatMap(({ from }) => from ?? [])];
  return 'sum' in column ? column.sum : [...column.plus, ...column.minus];
}

/** Where a field is: as the mapping says, otherwise under its own name. */
export function columnOf(mapping: Mapping, field: string): Column {
  return mapping.columns.get(field) ?? { from: [field] };
}

/** The first that is not empty. */
function firstOf(sources: readonly CellSource[]): CellSource | undefined {
  if (sources.length < 2) return sources[0];
  const used = () => sources.find((source) => source.text() !== null);
  return { text: () => used()?.text() ?? null, kind: () => used()?.kind() };
}
