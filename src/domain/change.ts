// What changed for the people who work with a ledger: which thing, and what became of it. A reader asks for the thing
// itself, so a change says nothing of anybody.

import type { Instant } from './time.ts';

export const CHANGE_KINDS = ['case', 'proposal', 'period', 'statement', 'alert', 'rules'] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

export const CHANGES = [
  'opened',
  'reopened',
  'ended',
  'resolved',
  'assigned',
  'noted',
  'proposed',
  'approved',
  'rejected',
  'moved',
  'raised',
  'cleared',
  'changed',
] as const;
export type ChangeName = (typeof CHANGES)[number];

export interface Change {
  readonly kind: ChangeKind;
  /** Of a statement, its merchant; of an alert, its name with what it is about; of rules, their hash. */
  readonly id: string;
  readonly what: ChangeName;
  /** The case that a proposal is about; null of all else. */
  readonly case: string | null;
  /** Empty for what belongs to none. */
  readonly merchant: string;
  /** The person who did it; null where nobody did. */
  readonly by: string | null;
  readonly at: Instant;
  /** Of rules alone. */
  readonly effect?: ChangeEffect;
}

/** What new rules swallowed in one partition: cases that no fact ended. */
export interface ChangeEffect {
  readonly partition: number;
  readonly count: number;
  /** Decimals, by currency. */
  readonly value: readonly { readonly currency: string; readonly amount: string }[];
}

/** A change with the cursor behind it. */
export interface PlacedChange extends Change {
  readonly cursor: string;
}

export interface ChangePage {
  readonly changes: readonly PlacedChange[];
  /** Where the next page begins. */
  readonly cursor: string;
  /** Whether nothing more was there. */
  readonly isEnd: boolean;
}
