// What the service watches of its ledger, as sums: however many findings are open, little goes from the ledger's thread
// to the one that answers.

import type { Standing } from '../../domain/assessment.ts';
import { isBreak, type ReasonCode } from '../../domain/reasons.ts';
import { addSums, breakValues, type Sums } from '../../task/break-value.ts';
import type { Overview } from '../../task/overview.ts';

export interface LedgerSums {
  readonly standing: Record<Standing, number>;
  /** Of open breaks, by reason: their number, and their values in minor units by currency. */
  readonly counts: Map<ReasonCode, number>;
  readonly values: Map<ReasonCode, Sums>;
  /** Payments by provider of which only callbacks speak that nobody signed, and that no query confirmed in time. */
  readonly unsigned: Map<string, number>;
}

export function ledgerSums({ all, findings }: Pick<Overview, 'all' | 'findings'>): LedgerSums {
  const counts = new Map<ReasonCode, number>();
  const unsigned = new Map<string, number>();
  for (const { provider, finding } of findings) {
    const { reason, observed } = finding;
    if (isBreak(reason)) addTo(counts, reason, 1);
    if (reason === 'PAYMENT_INCONCLUSIVE' && observed === 'unsigned') addTo(unsigned, provider, 1);
  }
  return { standing: { ...all.standing }, counts, values: breakValues(findings), unsigned };
}

/** Each key is in one of the parts only. */
export function mergeLedgerSums(parts: readonly LedgerSums[]): LedgerSums {
  const whole: LedgerSums = {
    standing: { closed: 0, matched: 0, resolved: 0, pending: 0, unmatched: 0 },
    ...{ counts: new Map(), values: new Map(), unsigned: new Map() },
  };
  for (const { standing, counts, values, unsigned } of parts) {
    for (const name of Object.keys(standing) as Standing[]) whole.standing[name] += standing[name];
    for (const [reason, count] of counts) addTo(whole.counts, reason, count);
    for (const [provider, count] of unsigned) addTo(whole.unsigned, provider, count);
    for (const [reason, sums] of values) {
      const sum: Sums = whole.values.get(reason) ?? new Map();
      whole.values.set(reason, sum);
      addSums(sum, sums);
    }
  }
  return whole;
}

function addTo<Name>(counts: Map<Name, number>, name: Name, more: number): void {
  counts.set(name, (counts.get(name) ?? 0) + more);
}
