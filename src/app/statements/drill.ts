// The rows behind a figure of a statement, with the facts that say so and where they came from.

import { FACT_TOPICS, isFromSource } from '../../domain/fact.ts';
import type { ReadOnlyLedger } from '../../engine/read-only-ledger.ts';
import { locateFact, readFact } from '../../log/fact-codec.ts';
import { forEachFact } from '../../log/value-frames.ts';
import type { StatementRow } from '../../projections/statement-rows.ts';
import { amountText } from '../../projections/statement-view.ts';
import { originalsOf } from '../trace/originals.ts';

/** A fact, and the row of the file or the exchange that it was made from. */
export interface DrilledFact {
  readonly id: string;
  readonly topic: string;
  readonly file: string | null;
  readonly row: number | null;
  readonly exchange: string | null;
}

export interface DrilledRow extends Omit<StatementRow, 'amount' | 'fact'> {
  readonly amount: string;
  /** The fact that says so; of what follows from a key as a whole, all of its facts. */
  readonly facts: readonly DrilledFact[];
}

interface Found {
  readonly id: string;
  readonly key: string;
  readonly topic: string;
  readonly raw: string;
}

export async function drilledRows(ledger: ReadOnlyLedger, rows: readonly StatementRow[]): Promise<DrilledRow[]> {
  const found = factsFor(ledger, rows);
  const original = await originalsOf(ledger, [...new Set(found.map(({ raw }) => raw))]);
  const [byId, byKey] = [Map.groupBy(found, ({ id }) => id), Map.groupBy(found, ({ key }) => key)];
  return rows.map(({ fact, amount, ...row }) => {
    const facts = fact === '' ? (byKey.get(row.key) ?? []) : (byId.get(fact) ?? []).slice(0, 1);
    return {
      ...row,
      amount: amountText(amount, row.currency),
      facts: facts.map(({ id, topic, raw }) => {
        const { origin, exchange } = original(raw);
        return { id, topic, file: origin?.file ?? null, row: origin?.line ?? null, exchange: exchange?.id ?? null };
      }),
    };
  });
}

/** In one pass over the log: the first fact of each id, of those that are needed. */
function factsFor({ log }: ReadOnlyLedger, rows: readonly StatementRow[]): Found[] {
  const keys = new Set(rows.map(({ key }) => key));
  const ids = new Set(rows.map(({ fact }) => fact));
  const whole = new Set(rows.filter(({ fact }) => fact === '').map(({ key }) => key));
  const found = new Map<string, Found>();
  const place = { keyFrom: 0, keyTo: 0, claimFrom: 0 };
  for (const topic of FACT_TOPICS) {
    for (let partition = 0; partition < log.partitions; partition++) {
      for (const { payload } of log.read(topic, partition, 0n)) {
        forEachFact(payload, 0, (start, end) => {
          locateFact(payload, start, place);
          const key = payload.toString('utf8', place.keyFrom, place.keyTo);
          // Another key may have given it: one that stands for a reference.
          if (!keys.has(key) && !key.startsWith('?')) return;
          const fact = readFact(payload, start, end);
          if (!isFromSource(fact) || !(whole.has(key) || ids.has(fact.id))) return;
          const name = `${key}\n${fact.id}`;
          if (!found.has(name)) found.set(name, { id: fact.id, key, topic, raw: fact.raw });
        });
      }
    }
  }
  return [...found.values()];
}
