// The rows behind a figure of a kept statement: the sums say what all come to, the courses which keys may have any, in
// the order of keys up to the end of the page; and only the keys of the page are read.

import type { Decimal } from '../../domain/decimal.ts';
import { compareKeys } from '../../domain/key.ts';
import { MOVEMENT_KINDS } from '../../matching/movements.ts';
import type { CompiledRules } from '../../matching/rules.ts';
import { isAsked, isShown, type KeyOwner, type KeyPart, keyPartAt } from '../statement-keys.ts';
import {
  addToSums,
  firstKeys,
  isAskedPart,
  rowsOfKey,
  type StatementLineQuestion,
  type StatementRow,
  type StatementRows,
} from '../statement-rows.ts';
import { GATEWAY } from '../statement-view.ts';
import type { Wanted, WantedAmount } from './course-codec.ts';
import type { PartCourses } from './part-courses.ts';

interface Candidate {
  readonly key: string;
  readonly part: PartCourses;
  readonly slot: number;
}

/** `large` are the keys without a course. */
export function keptRows(
  parts: readonly PartCourses[],
  large: readonly KeyPart[],
  rules: CompiledRules,
  question: StatementLineQuestion,
): StatementRows {
  const { limit } = question;
  const wanted = wantedOf(question);
  const sums = new Map<string, Decimal>();
  const rows: StatementRow[] = [];
  for (const part of large) {
    const found = rowsOfKey(part, rules, question);
    addToSums(sums, found);
    if (question.after === undefined || compareKeys(part.key, question.after) > 0) rows.push(...found);
  }
  // What all rows come to is kept: keys are looked at for the page alone.
  const some = parts.filter(({ sums: kept }) => {
    const { amounts, isNone } = kept.of(wanted, (owner) => isShown(owner, question));
    addToSums(sums, amounts);
    return !isNone;
  });
  // Nearly every one has a row: so many show whether there is another page.
  const most = limit === undefined ? Number.POSITIVE_INFINITY : limit + 1;
  // The keys after this one are still to be read.
  let { after } = question;
  for (;;) {
    const page = candidates(some, wanted, { ...question, after }, most);
    rows.push(...rowsOf(page, rules, question));
    const last = page.at(-1)?.key;
    if (last === undefined || page.length < most || isEnough(rows, limit, last)) break;
    after = last;
  }
  return { rows: firstKeys(rows, limit), sums: withoutZeros(sums), limit };
}

/** Whether a page and a key after it are among the rows of keys up to this one. */
function isEnough(rows: readonly StatementRow[], limit: number | undefined, last: string): boolean {
  const cut = limit === undefined ? undefined : firstKeys(rows, limit)[limit - 1]?.key;
  return cut !== undefined && rows.some(({ key }) => compareKeys(key, cut) > 0 && compareKeys(key, last) <= 0);
}

/** Read in the order of their slots, in which they mostly lie in the log. */
function rowsOf(page: readonly Candidate[], rules: CompiledRules, question: StatementLineQuestion): StatementRow[] {
  return [...Map.groupBy(page, ({ part }) => part)].flatMap(([{ task }, found]) => {
    const slots = found.map(({ slot }) => slot).sort((left, right) => left - right);
    const { packed } = task.table;
    const rows = slots.flatMap((slot, at) => {
      packed?.ahead.read(at, slots.length, (other) => slots[other]!);
      const read = keyPartAt(task, slot, rules, question);
      return read === undefined ? [] : rowsOfKey(read, rules, question);
    });
    packed?.ahead.forget();
    return rows;
  });
}

/** The first so many keys that may have rows. */
function candidates(
  parts: readonly PartCourses[],
  wanted: LineWanted,
  question: StatementLineQuestion,
  most: number,
): Candidate[] {
  const { line, day, after } = question;
  // A sum from the beginning is of keys of which nothing moves any more, too.
  const from = line.startsWith('total:') ? Number.NEGATIVE_INFINITY : day - 1;
  const isOwn = (owner: KeyOwner) => isShown(owner, question);
  const held = parts.flatMap((part) => {
    const found: Candidate[] = [];
    for (const { slot, amounts } of part.wantedAfter(after, from, wanted, isOwn)) {
      // A balance of nothing has no row; what moved or is left, and comes to nothing, may have several.
      if (!wanted.mayCancel && isNothing(amounts)) continue;
      found.push({ key: part.task.table.keys.keyOf(slot), part, slot });
      if (found.length >= most) break;
    }
    return found;
  });
  return held.sort((left, right) => compareKeys(left.key, right.key)).slice(0, most);
}

function isNothing(amounts: readonly WantedAmount[]): boolean {
  const sums = new Map<string, Decimal>();
  addToSums(sums, amounts);
  return withoutZeros(sums).size === 0;
}

const KINDS: ReadonlySet<string> = new Set(MOVEMENT_KINDS);
const SIGNS = new Map(GATEWAY.map(([kind, sign]) => [kind, sign === '+' ? 1 : -1] as const));
const NEVER = () => false;
const NONE = () => 0 as const;
const WHOLE = () => true;

interface LineWanted extends Wanted {
  /** Whether a key may have rows that come to nothing together. */
  readonly mayCancel: boolean;
}

/** What a line has of courses. */
function wantedOf(question: StatementLineQuestion): LineWanted {
  const { line, day } = question;
  if (line === 'opening' || line === 'closing') {
    const signOf: Wanted['signOf'] = ({ what, currency }) => (isAsked(currency, question) ? (SIGNS.get(what) ?? 0) : 0);
    const to = line === 'opening' ? day - 1 : day;
    return { from: Number.NEGATIVE_INFINITY, to, signOf, isLeft: NEVER, isPart: WHOLE, mayCancel: false };
  }
  const isTotal = line.startsWith('total:');
  const kind = isTotal ? line.slice('total:'.length) : line;
  if (!KINDS.has(kind)) {
    const isLeft: Wanted['isLeft'] = ({ explanation, currency }) => explanation === line && isAsked(currency, question);
    const isPart: Wanted['isPart'] = (age, amount) => isAskedPart(question, age, amount);
    return { from: day, to: day, signOf: NONE, isLeft, isPart, mayCancel: true };
  }
  const signOf: Wanted['signOf'] = ({ what, currency }) => (what === kind && isAsked(currency, question) ? 1 : 0);
  return {
    from: isTotal ? Number.NEGATIVE_INFINITY : day,
    to: day,
    signOf,
    isLeft: NEVER,
    isPart: WHOLE,
    mayCancel: true,
  };
}

function withoutZeros(amounts: Map<string, Decimal>): Map<string, Decimal> {
  for (const [currency, { digits }] of amounts) if (digits === 0n) amounts.delete(currency);
  return amounts;
}
