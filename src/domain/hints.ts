// Hints: what a break that asks "which order?" may be about, with the plain signs that speak for it. They only say
// where a person looks first. Nothing is ever joined by one.

import type { ReasonCode } from './reasons.ts';

/** The signs, the strongest first. */
export const SIGNS = [
  'same_reference',
  'same_order_number',
  'same_phone_and_amount',
  'excess_is_amount',
  'same_amount',
] as const;
export type Sign = (typeof SIGNS)[number];

/** An order, money or a payout that a break may be about, by its key. */
export interface Hint {
  readonly name: string;
  /** The strongest first. */
  readonly signs: readonly Sign[];
}

/** All hints about one break: the few that are named, and how many more there are. */
export interface Hints {
  readonly named: readonly Hint[];
  readonly others: number;
}

export const NO_HINTS: Hints = { named: [], others: 0 };

/** The breaks that ask which order, money or payout they belong to. */
const ASKING_REASONS = ['ORDER_MISSING', 'PAYMENT_MISSING', 'AMOUNT_OVER', 'BANK_UNEXPLAINED'] as const;
export type AskingReason = (typeof ASKING_REASONS)[number];

export function isAsking(reason: ReasonCode | null): reason is AskingReason {
  return (ASKING_REASONS as readonly (ReasonCode | null)[]).includes(reason);
}

/** The hints about the breaks of one key. */
export type HintsByReason = Readonly<Partial<Record<ReasonCode, Hints>>>;

/** Those about one finding; none where it asks nothing. */
export function hintsAt(hints: HintsByReason, reason: ReasonCode | null): Hints {
  return (reason === null ? undefined : hints[reason]) ?? NO_HINTS;
}
