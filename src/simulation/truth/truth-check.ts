// Compares the ledger with what is known to be true, and describes the differences.

import { REASONS, type ReasonCode } from '../../domain/reasons.ts';

/** The known result of one key. */
export interface KnownResult {
  readonly key: string;
  /** Why it has this result, for people. */
  readonly scenario: string;
  readonly standing: string;
  readonly reasons: readonly string[];
}

/** The ledger's result for one key. Reasons that close a key (ORDER_EXPIRED, ...) can be included. */
export interface Outcome {
  readonly key: string;
  readonly standing: string;
  readonly reasons: readonly string[];
}

/** One sentence for each key that differs, by the order of the truths, then for unexpected keys; [] if none. */
export function compareWithTruth(truths: readonly KnownResult[], outcomes: Iterable<Outcome>): string[] {
  const found = new Map<string, string>();
  for (const outcome of outcomes) found.set(outcome.key, words(outcome.standing, outcome.reasons));
  const differences: string[] = [];
  for (const truth of truths) {
    const expected = words(truth.standing, truth.reasons);
    const actual = found.get(truth.key) ?? 'nothing';
    if (actual !== expected) {
      differences.push(`${truth.key} (${truth.scenario}): expected ${expected}, found ${actual}`);
    }
    found.delete(truth.key);
  }
  for (const [key, actual] of found) differences.push(`${key} (unknown): expected nothing, found ${actual}`);
  return differences;
}

function words(standing: string, reasons: readonly string[]): string {
  const reported = reasons.filter((reason) => REASONS[reason as ReasonCode]?.severity !== 'end').toSorted();
  return reported.length === 0 ? standing : `${standing} with ${reported.join(', ')}`;
}
