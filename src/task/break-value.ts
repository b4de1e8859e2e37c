// The value of a break. The summary, the gauges and the alerts show the same sums because all of them ask here.

import { minorOf } from '../domain/money.ts';
import { isBreak, REASONS, type ReasonCode } from '../domain/reasons.ts';
import type { OpenFinding } from './overview.ts';

/** Sums in minor units, by currency. */
export type Sums = Map<string, bigint>;

/** A finding's difference if it is money, otherwise what was received under its key. Minor units by currency. */
export function breakValueOf({ finding, money }: OpenFinding): [currency: string, minor: bigint][] {
  const { reason, difference, currency } = finding;
  // What it is about was not counted, so no money depends on it.
  if (reason === 'FOREIGN_ACCOUNT') return [];
  if (REASONS[reason].unit === 'money' && difference !== null && currency !== null) {
    const minor = minorOf(difference, currency);
    return [[currency, minor < 0n ? -minor : minor]];
  }
  return money.map(({ currency: code, received }) => [code, received]);
}

/** The values of the findings that are breaks, by reason. */
export function breakValues(findings: readonly OpenFinding[]): Map<ReasonCode, Sums> {
  const values = new Map<ReasonCode, Sums>();
  for (const open of findings) {
    if (!isBreak(open.finding.reason)) continue;
    const sums: Sums = values.get(open.finding.reason) ?? new Map();
    values.set(open.finding.reason, sums);
    addSums(sums, breakValueOf(open));
  }
  return values;
}

export function addSums(sums: Sums, more: Iterable<readonly [currency: string, minor: bigint]>): void {
  for (const [currency, minor] of more) sums.set(currency, (sums.get(currency) ?? 0n) + minor);
}
