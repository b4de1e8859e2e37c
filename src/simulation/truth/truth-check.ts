// Holds what the ledger says against what is known to be true, and says in words where they differ.

import { REASONS, type ReasonCode } from '../../domain/reasons.ts';

/** What is known to be true of one key. */
export interface KnownEnding {
  readonly key: string;
  /** Why it ended like this, for people. */
  readonly scenario: string;
  readonly standing: string;
  readonly reasons: readonly string[];
}

/** What the ledger says of one key. Reasons that close a key (ORDER_EXPIRED, ...) may be among them or not. */
export interface Outcome {
  readonly key: string;
  readonly standing: string;
  readonly reasons: readonly string[];
}

/** One sentence for each key that differs, in the order of the truths, then keys that should not exist; [] if none. */
export function compareWithTruth(truths: readonly KnownEnding[], outcomes: Iterable<Outcome>): string[] {
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
  const told = reasons.filter((reason) => REASONS[reason as ReasonCode]?.severity !== 'end').toSorted();
  return told.length === 0 ? standing : `${standing} with ${told.join(', ')}`;
}
