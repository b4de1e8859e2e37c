// The values of the breaks of a ledger, by reason.

import { breakValueOf } from '../domain/break-value.ts';
import { isBreak, type ReasonCode } from '../domain/reasons.ts';
import type { OpenFinding } from './overview.ts';

/** Sums in minor units, by currency. */
export type Sums = Map<string, bigint>;

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
