// The keys that a statement is made of: each with what it adds, for what is asked.

import { ByteReader } from '../domain/bytes.ts';
import type { Day } from '../domain/calendar.ts';
import { entryId } from '../domain/entry.ts';
import type { Instant } from '../domain/time.ts';
import type { CompiledRules } from '../matching/rules.ts';
import { type StatementPart, statementPart } from '../matching/statement-parts.ts';
import { readBeginning } from '../task/assessment-codec.ts';
import { readRecord } from '../task/key-record.ts';
import { isEmptyPlace } from '../task/record-place.ts';
import type { ReconciliationTask } from '../task/task.ts';

export interface StatementQuestion {
  readonly day: Day;
  /** The ledger's time. */
  readonly now: Instant;
  readonly rulesHash: string;
  /** Whose statements may be shown; null for everybody's. */
  readonly merchants: readonly string[] | null;
  readonly merchant?: string | undefined;
  readonly provider?: string | undefined;
  readonly currency?: string | undefined;
}

export type StatementTasks = readonly Pick<ReconciliationTask, 'table' | 'head' | 'stateAt'>[];

/** Whose a key is, by its assessment. */
export interface KeyOwner {
  readonly merchant: string;
  readonly provider: string;
}

export interface KeyPart extends KeyOwner {
  readonly key: string;
  readonly partition: number;
  readonly part: StatementPart;
  /** The ids of the entries with the key's current findings. */
  readonly entries: () => string[];
}

type StatementTask = StatementTasks[number];

export function* keyParts(tasks: StatementTasks, rules: CompiledRules, question: StatementQuestion): Iterable<KeyPart> {
  for (const task of tasks) {
    const { table } = task;
    for (let slot = 0; slot < table.count; slot++) {
      table.packed?.ahead.read(slot, table.count, itself);
      const part = keyPartAt(task, slot, rules, question);
      if (part !== undefined) yield part;
    }
    table.packed?.ahead.forget();
  }
}

/** Undefined where nothing stands under the key, or it is not asked for. */
export function keyPartAt(
  task: StatementTask,
  slot: number,
  rules: CompiledRules,
  question: StatementQuestion,
): KeyPart | undefined {
  const { table, head } = task;
  const owner = ownerAt(task, slot);
  if (owner === undefined || !isShown(owner, question)) return undefined;
  const key = table.keys.keyOf(slot);
  const { partition } = head;
  const entries = () => {
    const { bytes, from, to } = table.recordOf(slot);
    return readRecord(bytes, from, to).entered.places.map(({ height, index }) => entryId(partition, height, index));
  };
  const part = statementPart(key, task.stateAt(slot), rules, question.day, question.now);
  return { ...owner, key, partition, part, entries };
}

/** Undefined where nothing stands under the key. */
export function ownerAt({ table }: Pick<StatementTask, 'table'>, slot: number): KeyOwner | undefined {
  const place = table.assessmentOf(slot);
  if (isEmptyPlace(place)) return undefined;
  const { merchant, provider } = readBeginning(new ByteReader(place.bytes, place.from, place.to));
  return { merchant, provider };
}

function itself(slot: number): number {
  return slot;
}

/** Whether a key of this owner is asked for. */
export function isShown({ merchant, provider }: KeyOwner, { merchants, ...asked }: StatementQuestion): boolean {
  if (merchants !== null && !merchants.includes(merchant)) return false;
  if (asked.merchant !== undefined && merchant !== asked.merchant) return false;
  return asked.provider === undefined || provider === asked.provider;
}

export function isAsked(currency: string, asked: StatementQuestion): boolean {
  return asked.currency === undefined || currency === asked.currency;
}
