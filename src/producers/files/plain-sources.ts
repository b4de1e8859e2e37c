// Where the fields of a table's plain rows are: in columns of their own names, or as a mapping says that names columns,
// words, and the forms of numbers and times. A mapping that says more has its rows read as texts.

import type { Format } from '../formats/format.ts';
import type { PlainDefaults, PlainForms } from '../formats/plain-row.ts';
import { cellOf, isPrintable } from '../formats/row.ts';
import type { Amounts } from './amounts.ts';
import { columnOf } from './mapped-fields.ts';
import type { Column, Mapping } from './mapping.ts';
import { translator } from './mapping-words.ts';
import type { PlainColumn } from './plain-csv.ts';

export interface PlainSources extends Pick<PlainForms, 'numbers' | 'isPointed' | 'words'> {
  readonly columns: readonly PlainColumn[];
  readonly defaults: PlainDefaults;
}

type ColumnAt = (name: string) => number;

/** Where no mapping says otherwise. */
export function ownSources({ fields }: Pick<Format, 'fields'>, columnAt: ColumnAt = () => -1): PlainSources {
  const columns = fields.map((field, index): PlainColumn => [index, columnAt(field)]);
  return {
    columns: columns.filter(([, column]) => column >= 0),
    defaults: new Map(),
    words: new Map(),
    numbers: null,
    isPointed: true,
  };
}

/** Null for a mapping that says more. */
export function mappedSources(
  format: Format,
  mapping: Mapping,
  amounts: Amounts,
  columnAt: ColumnAt,
): PlainSources | null {
  if (!isSimple(mapping)) return null;
  const columns: PlainColumn[] = [];
  const defaults = new Map<number, string>();
  const words = new Map<number, (text: string) => string | null>();
  for (const [index, field] of format.fields.entries()) {
    const names = simpleNames(columnOf(mapping, field));
    const found = names?.map(columnAt).filter((column) => column >= 0);
    if (found === undefined || found.length > 1) return null;
    for (const column of found) columns.push([index, column]);
    const constant = cellOf(mapping.constants.get(field) ?? '');
    const translate = translator(format, mapping, field);
    // Only the words of a file are translated; a constant is ours.
    const isKnown = translate === null || (constant === null && format.words?.[field] !== undefined);
    if (!isKnown || (constant !== null && !isPrintable(constant))) return null;
    if (translate !== null) words.set(index, translate);
    if (constant !== null) defaults.set(index, constant);
  }
  const isPointed = (mapping.numbers?.decimal ?? '.') === '.';
  return { columns, defaults, words, isPointed, numbers: (text, currency) => textOrNone(amounts, text, currency) };
}

function textOrNone(amounts: Amounts, text: string, currency: string): string | undefined {
  const read = amounts.read(text, false, currency);
  return typeof read === 'string' ? read : undefined;
}

/** Whether a mapping says nothing of which rows count, of units and signs of amounts, and of ids. */
function isSimple({ footer, rows, unit, signs, prefix, series, hasPlaceholders, currencySigns }: Mapping): boolean {
  const further = [footer, rows, unit, signs, prefix, series, currencySigns];
  return further.every((one) => one === undefined) && hasPlaceholders !== true;
}

/** Undefined for a field that is more than a cell. */
function simpleNames(column: Column): readonly string[] | undefined {
  if (!('from' in column)) return undefined;
  const { from, pattern, when, isNegated, isUpper } = column;
  const isSame = pattern === undefined && when === undefined && isNegated === undefined && isUpper === undefined;
  return isSame ? from : undefined;
}
