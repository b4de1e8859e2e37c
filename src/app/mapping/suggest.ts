// Suggests a mapping for a file from its first rows: what they show is concluded, what they leave open is asked.

import type { FileKind } from '../../producers/formats/format.ts';
import { CANONICAL_FORMATS } from '../../producers/formats/formats.ts';
import { guessKind, type KindGuess } from './kind-guess.ts';
import { concludeNamed, type NamedFinding, namedExportIn } from './named-suggestion.ts';
import { columnsOf, type Sample } from './sample.ts';
import { concludeColumns, type FoundColumns } from './suggest-columns.ts';
import { concludeDates, concludeNumbers, type DateColumn } from './suggest-forms.ts';
import {
  concludeConstants,
  concludePayoutPattern,
  concludeRows,
  concludeSigns,
  concludeUnit,
  concludeWords,
  currenciesOf,
  type KnownTable,
} from './suggest-values.ts';
import type { Message } from './suggest-words.ts';
import { type Certainty, Conclusions, type Suggestion, type SuggestOptions } from './suggestion.ts';
import { footerText, shapeOf, type TableShape } from './table-shape.ts';

interface NamedKind {
  readonly kind: FileKind;
  readonly certainty: Certainty;
  readonly why: Message;
}

/** The kind of a file of which nothing tells it. */
const USUAL_KIND: FileKind = 'settlements';
/** Fields that are dates; the others of a format are instants. */
const DATES: ReadonlySet<string> = new Set(['settlement_date', 'value_date']);

/** Undefined where the file has no row that could be a header. */
export function suggestMapping(sample: Sample, options: SuggestOptions): Suggestion | undefined {
  const to = new Conclusions();
  const named = namedExportIn(sample, options);
  if (named !== undefined) return suggestNamed(to, sample, named);
  const shape = shapeIn(sample);
  if (shape === undefined) return undefined;
  const names = shape.header.cells.map((cell) => cell.trim());
  const guess = guessKind(names, sample.paths !== null);
  const { kind, certainty, why } = kindOf(options.kind, guess, to);
  if (options.provider !== undefined) to.conclude(['provider'], options.provider, 'sure', 'kindGiven');
  concludeReading(to, sample, shape);
  const columns = columnsOf(names, shape.rows);
  const isCanonical = guess?.isCanonical === true && guess.kind === kind;
  const found = isCanonical ? ownColumns(kind, columns) : concludeColumns(to, kind, columns);
  concludeFrom(to, { kind, columns, found, shape });
  return { kind, kindCertainty: certainty, kindWhy: why, named: null, ...to.all() };
}

function suggestNamed(to: Conclusions, sample: Sample, named: NamedFinding): Suggestion {
  const { provider, title, name, kind } = named;
  concludeEncoding(to, sample);
  concludeNamed(to, named);
  const why: Message = ['named', title, name];
  return { kind, kindCertainty: 'known', kindWhy: why, named: { provider, title, name }, ...to.all() };
}

function shapeIn({ rows, paths }: Sample): TableShape | undefined {
  if (paths === null) return shapeOf(rows);
  return { titles: [], header: { line: 1, cells: paths }, rows, footers: [] };
}

function kindOf(given: FileKind | undefined, guess: KindGuess | undefined, to: Conclusions): NamedKind {
  if (given !== undefined && guess?.kind !== given) return { kind: given, certainty: 'sure', why: ['kindGiven'] };
  if (guess === undefined) {
    to.ask([], [], 'askKind', USUAL_KIND, 'orders');
    return { kind: USUAL_KIND, certainty: 'likely', why: ['kindUnknown'] };
  }
  const { kind, isCanonical, because, or } = guess;
  if (isCanonical) return { kind, certainty: 'sure', why: ['canonical'] };
  const why: Message = because.length === 0 ? ['kindUnknown'] : ['kindBecause', because.join(', ')];
  if (given !== undefined) return { kind, certainty: 'sure', why };
  if (or !== null) to.ask([], [], 'askKind', kind, or);
  return { kind, certainty: or === null ? 'sure' : 'likely', why };
}

/** How the file is read before its columns are looked at. */
function concludeReading(to: Conclusions, sample: Sample, { titles, header, footers }: TableShape): void {
  concludeEncoding(to, sample);
  const { separator, sheet, each, paths } = sample;
  if (separator !== undefined && separator !== ',') {
    to.conclude(['separator'], separator, 'sure', 'separator', String(header.cells.length));
  }
  if (sheet !== undefined) to.conclude(['sheet'], sheet, 'sure', 'sheet');
  if (each !== undefined) to.conclude(['each'], each, 'sure', 'each', each);
  if (paths !== null) return;
  if (titles.length > 0) to.conclude(['header'], headerCell(titles, header), 'sure', 'header', String(header.line));
  const texts = [...new Set(footers.map(({ cells }) => footerText(cells)).filter((text) => !/^\W*\d/.test(text)))];
  if (texts.length > 0) to.conclude(['footer'], texts, 'sure', 'footer', String(footers[0]!.line));
}

/** A cell of the header that no title has. */
function headerCell(titles: TableShape['titles'], header: TableShape['header']): string {
  const others = new Set(titles.flatMap(({ cells }) => cells.map((cell) => cell.trim().toLowerCase())));
  const cells = header.cells.map((cell) => cell.trim());
  return cells.find((cell) => cell !== '' && !others.has(cell.toLowerCase())) ?? cells[0]!;
}

function concludeEncoding(to: Conclusions, { encodings }: Sample): void {
  const [first, ...others] = encodings;
  if (first === undefined) return;
  if (others.length === 0) return to.conclude(['encoding'], first.name, 'likely', 'encoding', first.example);
  const alternatives = encodings.map(({ name, example }) => ({
    settings: [{ path: ['encoding'], value: name }],
    means: ['encodingGives', example] as const,
  }));
  to.ask(['encoding'], alternatives, 'askEncoding', String(encodings.length));
}

/** The columns of a file that has our names; those of callbacks stand in `data`. */
function ownColumns(kind: FileKind, columns: KnownTable['columns']): FoundColumns {
  const fields: ReadonlySet<string> = new Set(CANONICAL_FORMATS[kind].fields);
  const named = columns.map((column) => [column.name.toLowerCase().replace(/^data\./, ''), [column]] as const);
  return new Map(named.filter(([name]) => fields.has(name)));
}

interface FoundTable {
  readonly kind: FileKind;
  readonly columns: KnownTable['columns'];
  readonly found: FoundColumns;
  readonly shape: TableShape;
}

function concludeFrom(to: Conclusions, { kind, columns, found, shape }: FoundTable): void {
  const { titles, header, rows } = shape;
  const texts = titles.flatMap(({ cells }) => cells);
  const amounts = AMOUNTS.flatMap((field) => found.get(field)?.map(({ cells }) => cells) ?? []);
  const stated = currenciesOf({ found, texts, columns, signs: NO_SIGNS });
  const { signs } = concludeNumbers(to, amounts, stated);
  const table: KnownTable = { kind, columns, header: header.cells, rows, found, texts, signs };
  const currencies = currenciesOf(table);
  concludeUnit(to, found);
  concludeSigns(to, table);
  const dates = [...found].flatMap(([field, own]): DateColumn[] =>
    TIMES.has(field) ? own.map(({ name, cells }) => ({ name, cells, isInstant: !DATES.has(field) })) : [],
  );
  concludeDates(to, dates, texts, currencies);
  concludePayoutPattern(to, table);
  concludeConstants(to, table, currencies);
  concludeWords(to, table, CANONICAL_FORMATS[kind].words?.[WORD_FIELD[kind] ?? ''] ?? []);
  concludeRows(to, table);
}

const NO_SIGNS: ReadonlyMap<string, string> = new Map();
const AMOUNTS = ['amount', 'amount_received', 'fee', 'fee_deduction', 'settlement_amount'];
const TIMES: ReadonlySet<string> = new Set([
  ...DATES,
  ...['placed_at', 'expires_at', 'status_at', 'updated_at', 'created_at', 'completed_at'],
]);
const WORD_FIELD: Readonly<Partial<Record<FileKind, string>>> = {
  orders: 'status',
  settlements: 'type',
  callbacks: 'event',
};
