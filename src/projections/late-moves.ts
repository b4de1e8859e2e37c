// What facts that came late moved on the days that were closed before: their part of the late figures of a statement.

import type { Day } from '../domain/calendar.ts';
import type { Decimal } from '../domain/decimal.ts';
import type { Instant } from '../domain/time.ts';
import type { MovementKind } from '../matching/movements.ts';
import type { RulesByHash } from '../task/rules-store.ts';
import { keyPartAt, type StatementTasks } from './statement-keys.ts';
import type { StatementRow } from './statement-rows.ts';

export interface AskedLateFact {
  readonly key: string;
  readonly fact: string;
  /** The last closed day when it came: what it moved up to then is late. */
  readonly until: Day;
}

export interface LateMovesQuestion {
  readonly facts: readonly AskedLateFact[];
  readonly rulesHash: string;
  /** The ledger's time. */
  readonly now: Instant;
}

export interface LateMove extends StatementRow {
  readonly what: MovementKind;
  readonly amount: Decimal;
}

export function lateMoves(
  tasks: StatementTasks,
  rules: RulesByHash,
  { facts, rulesHash, now }: LateMovesQuestion,
): LateMove[] {
  return facts.flatMap(({ key, fact, until }) =>
    tasks.flatMap((task) => {
      const slot = task.table.keys.find(key);
      const question = { day: until, now, rulesHash, merchants: null };
      const found = slot === undefined ? undefined : keyPartAt(task, slot, rules(rulesHash), question);
      if (found === undefined) return [];
      const { part, entries, ...about } = found;
      return part.until
        .filter((movement) => movement.fact === fact)
        .map(({ what, currency, amount }) => ({ ...about, what, currency, fact, amount, entries: entries() }));
    }),
  );
}
