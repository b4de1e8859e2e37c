// Finds transactions by any of their names, as views. Made where the keys are: what goes from there to the API is
// bounded, however many claims a key has.

import { isPayoutKey, isPeriodKey } from '../domain/key.ts';
import type { Instant } from '../domain/time.ts';
import { digestToHex } from '../ledger/digest.ts';
import { claimsWithGiven, toldTo } from '../matching/handoffs.ts';
import type { CompiledRules } from '../matching/rules.ts';
import { hear, merchantsOf } from '../matching/speakers.ts';
import type { RulesByHash } from '../task/rules-store.ts';
import type { ReconciliationTask } from '../task/task.ts';
import { findClaims, goesBy, type KeyClaims } from './lookup.ts';
import { type Shown, type TransactionView, transactionView } from './transaction-view.ts';

export interface FoundTransaction {
  readonly view: TransactionView;
  /** The merchants who placed an order under its reference. */
  readonly merchants: readonly string[];
}

export interface TransactionName {
  /** A reference, or any id of a claim. */
  readonly name: string;
  readonly asOf: Instant;
  /** What does not count is for those who see all shops, and nobody else finds anything by it. */
  readonly shown: Shown;
  readonly references: 'and ids' | 'passed over';
}

export function findTransactions(
  tasks: readonly ReconciliationTask[],
  rules: RulesByHash,
  { name, asOf, shown, references }: TransactionName,
): FoundTransaction[] {
  const found: FoundTransaction[] = [];
  for (const key of findClaims(tasks, name, references)) {
    if (isPayoutKey(key.key) || isPeriodKey(key.key)) continue;
    const { head } = tasks.find((task) => task.head.partition === key.partition)!;
    const inForce = rules(digestToHex(head.rules_hash));
    if (shown === 'claims that count' && !countsAs(key, name, inForce)) continue;
    found.push({ view: transactionView(key, inForce, asOf, shown), merchants: [...new Set(merchantsOf(key.claims))] });
  }
  return found;
}

/** Whether the name is the reference, or is in a claim that counts. */
function countsAs({ key, claims }: KeyClaims, name: string, { speakers }: CompiledRules): boolean {
  if (key === name) return true;
  return hear(claimsWithGiven(toldTo(claims)), speakers).claims.some((claim) => goesBy(claim, name));
}
