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

export interface KeyPart {
  readonly merchant: string;
  readonly provider: string;
  readonly key: string;
  readonly partition: number;
  readonly part: StatementPart;
  /** The ids of the entries with the key's current findings. */
  readonly entries: () => string[];
}

export function* keyParts(tasks: StatementTasks, rules: CompiledRules, question: StatementQuestion): Iterable<KeyPart> {
  for (const { table, head, stateAt } of tasks.map(boundTask)) {
    for (let slot = 0; slot < table.count; slot++) {
      table.packed?.readAhead(slot, table.count, itself);
      const place = table.assessmentOf(slot);
      if (isEmptyPlace(place)) continue;
      const { merchant, provider } = readBeginning(new ByteReader(place.bytes, place.from, place.to));
      if (!isShown(merchant, provider, question)) continue;
      const key = table.keys.keyOf(slot);
      const { partition } = head;
      const entries = () => {
        const { bytes, from, to } = table.recordOf(slot);
        return readRecord(bytes, from, to).entered.places.map(({ height, index }) => entryId(partition, height, index));
      };
      const part = statementPart(key, stateAt(slot), rules, question.day, question.now);
      yield { merchant, provider, key, partition, part, entries };
    }
    table.packed?.forgetAhead();
  }
}

function boundTask(task: StatementTasks[number]) {
  return { table: task.table, head: task.head, stateAt: (slot: number) => task.stateAt(slot) };
}

function itself(slot: number): number {
  return slot;
}

function isShown(merchant: string, provider: string, { merchants, ...asked }: StatementQuestion): boolean {
  if (merchants !== null && !merchants.includes(merchant)) return false;
  if (asked.merchant !== undefined && merchant !== asked.merchant) return false;
  return asked.provider === undefined || provider === asked.provider;
}

export function isAsked(currency: string, asked: StatementQuestion): boolean {
  return asked.currency === undefined || currency === asked.currency;
}
