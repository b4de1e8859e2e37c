// The rows behind a figure of a kept statement: the courses say which keys may have any and what all come to, and only
// the keys of the page are read.

import type { Day } from '../../domain/calendar.ts';
import { addDecimal, type Decimal } from '../../domain/decimal.ts';
import type { CourseStep } from '../../matching/key-course.ts';
import { MOVEMENT_KINDS } from '../../matching/movements.ts';
import type { CompiledRules } from '../../matching/rules.ts';
import { isAsked, isShown, type KeyPart, keyPartAt } from '../statement-keys.ts';
import {
  addToSums,
  firstKeys,
  HELD_MAX,
  rowsOfKey,
  type StatementLine,
  type StatementLineQuestion,
  type StatementRow,
  type StatementRows,
} from '../statement-rows.ts';
import { balancesOf, type PartCourses, stepOn } from './part-courses.ts';

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
  const sums = new Map<string, Decimal>();
  const rows: StatementRow[] = [];
  for (const part of large) {
    const found = rowsOfKey(part, question);
    addToSums(sums, found);
    if (question.after === undefined || part.key > question.after) rows.push(...found);
  }
  const most = limit === undefined ? Number.POSITIVE_INFINITY : 2 * limit;
  // The keys after this one are still to be read.
  let { after } = question;
  for (let isFirst = true; ; isFirst = false) {
    const page = candidates(parts, { ...question, after }, most, isFirst ? sums : undefined);
    rows.push(...rowsOf(page, rules, question));
    const last = page.at(-1)?.key;
    if (last === undefined || page.length < most || isEnough(rows, limit, last)) break;
    after = last;
  }
  for (const [currency, { digits }] of sums) if (digits === 0n) sums.delete(currency);
  return { rows: firstKeys(rows, limit), sums, limit };
}

/** Whether a page and a key after it are among the rows of keys up to this one. */
function isEnough(rows: readonly StatementRow[], limit: number | undefined, last: string): boolean {
  const cut = limit === undefined ? undefined : firstKeys(rows, limit)[limit - 1]?.key;
  return cut !== undefined && rows.some(({ key }) => key > cut && key <= last);
}

/** Read in the order of their slots, in which they mostly lie in the log. */
function rowsOf(page: readonly Candidate[], rules: CompiledRules, question: StatementLineQuestion): StatementRow[] {
  return [...Map.groupBy(page, ({ part }) => part)].flatMap(([{ task }, found]) => {
    const slots = found.map(({ slot }) => slot).sort((left, right) => left - right);
    const { packed } = task.table;
    const rows = slots.flatMap((slot, at) => {
      packed?.readAhead(at, slots.length, (other) => slots[other]!);
      const read = keyPartAt(task, slot, rules, question);
      return read === undefined ? [] : rowsOfKey(read, question);
    });
    packed?.forgetAhead();
    return rows;
  });
}

/** The first so many keys that may have rows; into `sums` goes what all of them have. */
function candidates(
  parts: readonly PartCourses[],
  question: StatementLineQuestion,
  most: number,
  sums: Map<string, Decimal> | undefined,
): Candidate[] {
  const { line, day, after } = question;
  let held: Candidate[] = [];
  // A sum from the beginning is of keys of which nothing moves any more, too.
  const from = line.startsWith('total:') ? Number.NEGATIVE_INFINITY : day - 1;
  for (const part of parts) {
    for (const { slot, owner, steps } of part.between(from, day)) {
      if (!isShown(owner, question)) continue;
      const amounts = lineAmounts(steps, line, day);
      const asked = [...amounts].filter(([currency]) => isAsked(currency, question));
      if (asked.length === 0) continue;
      if (sums !== undefined)
        addToSums(
          sums,
          asked.map(([currency, amount]) => ({ currency, amount })),
        );
      const key = part.task.table.keys.keyOf(slot);
      if (after !== undefined && key <= after) continue;
      held.push({ key, part, slot });
      if (held.length > HELD_MAX * most) held = firstOf(held, most);
    }
  }
  return firstOf(held, most);
}

function firstOf(held: readonly Candidate[], most: number): Candidate[] {
  return held.toSorted((left, right) => (left.key < right.key ? -1 : 1)).slice(0, most);
}

const KINDS: ReadonlySet<string> = new Set(MOVEMENT_KINDS);

/** By currency what a key adds to a line, also zero: where there is none, it has no row. */
function lineAmounts(steps: readonly CourseStep[], line: StatementLine, day: Day): Map<string, Decimal> {
  if (line === 'opening') return balancesOf(steps, day - 1);
  if (line === 'closing') return balancesOf(steps, day);
  const amounts = new Map<string, Decimal>();
  const add = (currency: string, amount: Decimal) => {
    const known = amounts.get(currency);
    amounts.set(currency, known === undefined ? amount : addDecimal(known, amount));
  };
  const isTotal = line.startsWith('total:');
  const kind = isTotal ? line.slice('total:'.length) : line;
  if (!KINDS.has(kind)) {
    for (const left of stepOn(steps, day)?.left ?? []) if (left.explanation === line) add(left.currency, left.amount);
    return amounts;
  }
  for (const step of steps) {
    if (isTotal ? step.day > day : step.day !== day) continue;
    for (const { what, currency, amount } of step.moved) if (what === kind) add(currency, amount);
  }
  return amounts;
}
