// The value of a finding. The summary, the gauges, the alerts and the threshold of review ask here, so that all of them
// speak of the same sums.

import type { Finding, MoneyMoved } from './assessment.ts';
import { minorOf } from './money.ts';
import { REASONS } from './reasons.ts';

/** A finding with a reason, and the money that moved under its key. */
export interface Valued {
  readonly finding: Pick<Finding, 'reason' | 'difference' | 'currency'>;
  readonly money: readonly MoneyMoved[];
}

/** A finding's difference if it is money, otherwise what was received under its key. Minor units by currency. */
export function breakValueOf({ finding, money }: Valued): [currency: string, minor: bigint][] {
  const { reason, difference, currency } = finding;
  // What it is about was not counted, so no money depends on it.
  if (reason === null || reason === 'FOREIGN_ACCOUNT') return [];
  if (REASONS[reason].unit === 'money' && difference !== null && currency !== null) {
    const minor = minorOf(difference, currency);
    return [[currency, minor < 0n ? -minor : minor]];
  }
  return money.map(({ currency: code, received }) => [code, received]);
}
