// What else may be true beside a finding that tells people to move money, or that misses something. Then its sentence
// says so first: money that was moved on one reading of the evidence does not come back when another one holds.

import type { Hints } from './hints.ts';
import type { ReasonCode } from './reasons.ts';

/** What is known besides a finding. */
export interface Surroundings {
  /** The reasons of all findings of its key. */
  readonly reasons?: ReadonlySet<ReasonCode | null>;
  /** The names of the files that the run did not read. */
  readonly unread?: readonly string[];
  /** The rejected rows that name its reference. */
  readonly rejected?: readonly RowPlace[];
  /** What a break that asks may be about. */
  readonly hints?: Hints;
}

export interface RowPlace {
  readonly file: string;
  readonly line: number | null;
}

type Doubts = Required<Pick<Surroundings, 'unread' | 'rejected'>> & { readonly reasons: readonly ReasonCode[] };

const NONE: ReadonlySet<ReasonCode | null> = new Set();

/** While one of these is open, it is not known what the evidence of a payment says. */
const OPEN_EVIDENCE: readonly ReasonCode[] = [
  'CONFLICTING_EVIDENCE',
  'STATUS_CONFLICT',
  'PAYMENT_INCONCLUSIVE',
  'REFERENCE_SHARED',
  'PAYMENT_SHARED',
  'FOREIGN_ACCOUNT',
  'CHARGEBACK_OPEN',
  'UNCLASSIFIED',
];

/** They tell people to refund, to claim, to expect a claw-back, or to hold a delivery. */
const CONSEQUENTIAL: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  'CURRENCY_MISMATCH',
  'AMOUNT_UNDER',
  'AMOUNT_OVER',
  'ORDER_MISSING',
  'PAYMENT_MISSING',
  'PAID_AFTER_CANCEL',
  'CANCELLED_BUT_PAID',
  'DUPLICATE_PAYMENT',
  'REFUND_EXCEEDS_PAYMENT',
  'REFUND_FAILED',
  'ORDER_EXPIRED',
  'SETTLEMENT_MISSING',
  'SETTLED_NOT_PAID',
  'SETTLEMENT_AMOUNT',
  'SETTLEMENT_CURRENCY',
  'FEE_VARIANCE',
  'FEE_MISSING',
  'FX_RATE_DELTA',
  'DUPLICATE_SETTLEMENT',
  'REFUND_UNLINKED',
  'REVERSAL_NOT_SETTLED',
  'PAYOUT_AMOUNT',
  'PAYOUT_MISSING',
  'PAYOUT_UNEXPLAINED',
  'BANK_AMOUNT',
  'BANK_MISSING',
  'BANK_UNEXPLAINED',
]);

/** What else is open beside a finding with a reason: the reasons to settle first, and what was not read or rejected. */
export function doubtsAbout(reason: ReasonCode, { reasons = NONE, unread = [], rejected = [] }: Surroundings): Doubts {
  if (!CONSEQUENTIAL.has(reason)) return { reasons: [], unread: [], rejected: [] };
  // A file that was not read is named as a whole.
  const rows = rejected.filter(({ file }) => !unread.includes(file));
  return { reasons: OPEN_EVIDENCE.filter((one) => reasons.has(one)), unread, rejected: rows };
}
