// The facts without a reference in unresolved.v1: each claim once, counted for its import.

import type { Fact } from '../../domain/fact.ts';
import type { EventLog } from '../../log/event-log.ts';
import { readFact } from '../../log/fact-codec.ts';
import { forEachFact } from '../../log/value-frames.ts';
import { EMPTY_STATE, evolve, type PaymentState, saidAgain } from '../../matching/evolve.ts';
import type { SourceCounts } from '../touched-keys.ts';

export interface Unresolved {
  /** Every distinct claim, in the order of the log. */
  readonly facts: readonly Fact[];
  /** By import, over the whole log. */
  readonly counts: ReadonlyMap<number, SourceCounts>;
}

export function readUnresolved(log: Pick<EventLog, 'read' | 'partitions'>): Unresolved {
  const facts: Fact[] = [];
  const counts = new Map<number, SourceCounts>();
  const states = new Map<string, PaymentState>();
  for (let partition = 0; partition < log.partitions; partition++) {
    for (const batch of log.read('unresolved.v1', partition, 0n)) {
      const tally = counts.get(batch.source) ?? { added: 0, known: 0 };
      counts.set(batch.source, tally);
      forEachFact(batch.payload, 0, (start, end) => {
        const fact = readFact(batch.payload, start, end);
        const state = states.get(fact.id) ?? EMPTY_STATE;
        const next = evolve(state, fact);
        if (next === state) {
          tally.known++;
          return;
        }
        if (saidAgain(state, [fact], [0]).size === 0) tally.added++;
        else tally.known++;
        states.set(fact.id, next);
        facts.push(fact);
      });
    }
  }
  return { facts, counts };
}
