// Which columns of a file are our fields, as settings and questions of a mapping.

import type { FileKind } from '../../producers/formats/format.ts';
import { CANONICAL_FORMATS } from '../../producers/formats/formats.ts';
import { type Candidate, candidatesFor, FIELD_RULES, type FieldRule, isSureRank, suits } from './fields.ts';
import { plainName, rankOf } from './header-words.ts';
import { isBelowZero } from './number-signs.ts';
import type { SampleColumn } from './sample.ts';
import type { Conclusions } from './suggestion.ts';

/** The columns that were found, by our fields; an amount may have two. */
export type FoundColumns = ReadonlyMap<string, readonly SampleColumn[]>;

/** How many columns a question offers. */
const OFFERED_MAX = 4;

/** Fields that a mapping may leave without a column: the file has none, and rows do without. */
const DISPENSABLE: ReadonlySet<string> = new Set(['transaction_id', 'fee_deduction', 'transaction_reference']);

/** Fields of which a mapping rather says one value for all rows. */
const BY_VALUE: ReadonlySet<string> = new Set(['currency', 'merchant', 'type', 'event', 'account']);

export function concludeColumns(to: Conclusions, kind: FileKind, columns: readonly SampleColumn[]): FoundColumns {
  const found = new Map<string, readonly SampleColumn[]>();
  const taken = new Set<SampleColumn>();
  for (const rule of FIELD_RULES[kind]) {
    if (rule.content === 'amount' && rule.field !== 'fee' && rule.field !== 'fee_deduction') {
      const pair = pairOf(columns);
      if (pair !== undefined) {
        found.set(rule.field, pair);
        const value = { plus: pair[0].name, minus: pair[1].name };
        to.conclude(['columns', rule.field], value, 'sure', 'plusMinus');
        continue;
      }
    }
    const candidates = candidatesFor(rule, columns).filter(({ column }) => !taken.has(column));
    const chosen = choose(to, rule, candidates);
    if (chosen === undefined) continue;
    taken.add(chosen);
    found.set(rule.field, [chosen]);
  }
  concludeNet(to, kind, columns, found);
  askForMissing(to, kind, columns, found);
  return found;
}

/** A column for what came in and one for what went out, where there is no single column of amounts. */
function pairOf(columns: readonly SampleColumn[]): readonly [SampleColumn, SampleColumn] | undefined {
  const about = (concept: 'amount-in' | 'amount-out') =>
    columns.find((column) => rankOf(plainName(column.name), concept) !== undefined && suits(column, 'amount'));
  const plus = about('amount-in');
  const minus = about('amount-out');
  return plus === undefined || minus === undefined ? undefined : [plus, minus];
}

/** Takes the best column; asks where another has as good a name and holds something else. */
function choose(to: Conclusions, { field }: FieldRule, candidates: readonly Candidate[]): SampleColumn | undefined {
  const [best] = candidates;
  if (best === undefined) return undefined;
  const { column, rank } = best;
  const filled = candidates.filter((one) => one.rank === rank && one.column.cells.length > 0);
  const others = filled.filter((one) => one.column.cells.join('\n') !== column.cells.join('\n'));
  const path = ['columns', field];
  if (others.length > 0 && filled.some((one) => one.column === column)) {
    const alternatives = [best, ...others].slice(0, OFFERED_MAX).map((one) => alternativeOf(field, one.column));
    to.ask(path, alternatives, 'askColumn', field);
    return column;
  }
  const first = filled[0]?.column ?? column;
  if (!isOwnName(first.name, field)) {
    if (isSureRank(rank)) to.conclude(path, first.name, 'sure', 'column');
    else to.conclude(path, first.name, 'likely', 'columnGuess');
  }
  return first;
}

/** A name of our own needs no setting, in whatever case, where the format looks for it. */
function isOwnName(name: string, field: string): boolean {
  return (
    name
      .trim()
      .toLowerCase()
      .replace(/^data\./, '') === field
  );
}

function alternativeOf(field: string, { name, cells }: SampleColumn) {
  const [cell] = cells;
  return {
    settings: [{ path: ['columns', field], value: name }],
    means: cell === undefined ? (['columnEmpty'] as const) : (['columnExample', cell] as const),
  };
}

/** A report that has only what was paid out: the fee is known to nobody, or was taken from it. */
function concludeNet(
  to: Conclusions,
  kind: FileKind,
  columns: readonly SampleColumn[],
  found: Map<string, readonly SampleColumn[]>,
): void {
  if (kind !== 'settlements' || found.has('amount_received')) return;
  const rule: FieldRule = { field: 'amount_received', content: 'amount', concepts: ['net'] };
  const column = candidatesFor(rule, columns)[0]?.column;
  if (column === undefined) return;
  found.set('amount_received', [column]);
  to.ask(
    ['columns', 'amount_received'],
    [{ settings: [{ path: ['columns', 'amount_received'], value: column.name }], means: ['netOnly'] }],
    ...(['askColumn', 'amount_received'] as const),
  );
}

/** What a mapping must say of fields that every file of the kind has. */
function askForMissing(to: Conclusions, kind: FileKind, columns: readonly SampleColumn[], found: FoundColumns): void {
  for (const field of CANONICAL_FORMATS[kind].required) {
    if (found.has(field)) continue;
    if (BY_VALUE.has(field)) continue;
    if (DISPENSABLE.has(field) && isNamed(kind, field, found)) {
      to.conclude(['constants', field], '', 'sure', 'noColumn');
      continue;
    }
    const content = FIELD_RULES[kind].find((rule) => rule.field === field)?.content ?? 'text';
    const free = columns.filter(
      (column) => column.cells.length > 0 && !isTaken(column, found) && suits(column, content),
    );
    const alternatives = free.slice(0, OFFERED_MAX).map((column) => alternativeOf(field, column));
    to.ask(['columns', field], alternatives, 'askNoColumn', field);
  }
}

/** A row needs a reference or an id; it does without a fee. */
function isNamed(kind: FileKind, field: string, found: FoundColumns): boolean {
  if (field === 'fee_deduction') return true;
  if (kind === 'orders') return false;
  return found.has('transaction_reference') || found.has('transaction_id');
}

function isTaken(column: SampleColumn, found: FoundColumns): boolean {
  return [...found.values()].some((columns) => columns.includes(column));
}

/** Whether an amount of a column is below zero, with a cell that shows it. */
export function belowZero(columns: readonly SampleColumn[] | undefined): string | undefined {
  return columns?.flatMap(({ cells }) => cells).find(isBelowZero);
}
