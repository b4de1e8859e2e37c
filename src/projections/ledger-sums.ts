// What a ledger comes to, as sums: however many findings are open, little goes from the threads that hold the keys to
// the one that asks.

import { isBreak, type ReasonCode } from '../domain/reasons.ts';
import { addSums, breakValues, type Sums } from '../task/break-value.ts';
import { emptyTotals, mergeTotals, type Overview, type Totals } from '../task/overview.ts';

export interface LedgerSums {
  readonly all: Totals;
  /** Of open breaks, by reason: their number, and their values in minor units by currency. */
  readonly counts: Map<ReasonCode, number>;
  readonly values: Map<ReasonCode, Sums>;
  /** Of open notices, by reason: their number. */
  readonly notices: Map<ReasonCode, number>;
  /** Payments by provider of which only callbacks speak that nobody signed, and that no query confirmed in time. */
  readonly unsigned: Map<string, number>;
}

export function ledgerSums({ all, findings }: Pick<Overview, 'all' | 'findings'>): LedgerSums {
  const counts = new Map<ReasonCode, number>();
  const notices = new Map<ReasonCode, number>();
  const unsigned = new Map<string, number>();
  for (const { provider, finding } of findings) {
    const { reason, observed } = finding;
    addTo(isBreak(reason) ? counts : notices, reason, 1);
    if (reason === 'PAYMENT_INCONCLUSIVE' && observed === 'unsigned') addTo(unsigned, provider, 1);
  }
  return { all, counts, values: breakValues(findings), notices, unsigned };
}

/** Each key is in one of the parts only. */
export function mergeLedgerSums(parts: readonly LedgerSums[]): LedgerSums {
  const whole: LedgerSums = {
    all: emptyTotals(),
    ...{ counts: new Map(), values: new Map(), notices: new Map(), unsigned: new Map() },
  };
  for (const { all, counts, values, notices, unsigned } of parts) {
    mergeTotals(whole.all, all);
    for (const [reason, count] of counts) addTo(whole.counts, reason, count);
    for (const [reason, count] of notices) addTo(whole.notices, reason, count);
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
