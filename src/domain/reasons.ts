// The reason codes: one table gives the stage, entry kind, severity and unit of every finding. The words for people
// are in reason-words.ts; its type ties them to this table.

export type Stage = 'payment' | 'settlement' | 'payout';
export const STAGES = ['payment', 'settlement', 'payout'] as const satisfies readonly Stage[];

export const ENTRY_KINDS = ['matched', 'unmatched', 'duplicate', 'reversal', 'closed', 'decision'] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];

interface ReasonEntry {
  readonly stage: Stage;
  readonly kind: EntryKind;
  /**
   * A break opens work; a notice is shown and counted, and its stage stays matched; an end closes the key; a resolution
   * is what a person decided, in the stage of the finding that it is about.
   */
  readonly severity: 'break' | 'notice' | 'end' | 'resolution';
  /** Of `expected` and `observed`: amounts in the finding's currency, words, or dates. */
  readonly unit: 'money' | 'word' | 'date';
}

export const REASONS = {
  CONFLICTING_EVIDENCE: { stage: 'payment', kind: 'unmatched', severity: 'break', unit: 'word' },
  STATUS_CONFLICT: { stage: 'payment', kind: 'unmatched', severity: 'break', unit: 'word' },
  CURRENCY_MISMATCH: { stage: 'payment', kind: 'unmatched', severity: 'break', unit: 'word' },
  AMOUNT_UNDER: { stage: 'payment', kind: 'unmatched', severity: 'break', unit: 'money' },
  AMOUNT_OVER: { stage: 'payment', kind: 'unmatched', severity: 'break', unit: 'money' },
  ORDER_MISSING: { stage: 'payment', kind: 'unmatched', severity: 'break', unit: 'money' },
  PAYMENT_MISSING: { stage: 'payment', kind: 'unmatched', severity: 'break', unit: 'money' },
  PAYMENT_INCONCLUSIVE: { stage: 'payment', kind: 'unmatched', severity: 'break', unit: 'word' },
  PAID_AFTER_CANCEL: { stage: 'payment', kind: 'unmatched', severity: 'break', unit: 'money' },
  CANCELLED_BUT_PAID: { stage: 'payment', kind: 'unmatched', severity: 'break', unit: 'money' },
  DUPLICATE_PAYMENT: { stage: 'payment', kind: 'duplicate', severity: 'break', unit: 'money' },
  REFUND_EXCEEDS_PAYMENT: { stage: 'payment', kind: 'reversal', severity: 'break', unit: 'money' },
  REFUND_FAILED: { stage: 'payment', kind: 'unmatched', severity: 'break', unit: 'money' },
  CHARGEBACK_OPEN: { stage: 'payment', kind: 'unmatched', severity: 'break', unit: 'money' },
  REFERENCE_SHARED: { stage: 'payment', kind: 'unmatched', severity: 'break', unit: 'word' },
  PAYMENT_SHARED: { stage: 'payment', kind: 'unmatched', severity: 'break', unit: 'word' },
  FOREIGN_ACCOUNT: { stage: 'payment', kind: 'unmatched', severity: 'break', unit: 'word' },
  UNCLASSIFIED: { stage: 'payment', kind: 'unmatched', severity: 'break', unit: 'word' },
  ORDER_EXPIRED: { stage: 'payment', kind: 'closed', severity: 'end', unit: 'money' },
  ORDER_CANCELLED: { stage: 'payment', kind: 'closed', severity: 'end', unit: 'money' },
  ORDER_REOPENED: { stage: 'payment', kind: 'closed', severity: 'end', unit: 'money' },
  SETTLEMENT_MISSING: { stage: 'settlement', kind: 'unmatched', severity: 'break', unit: 'money' },
  SETTLED_NOT_PAID: { stage: 'settlement', kind: 'unmatched', severity: 'break', unit: 'money' },
  SETTLEMENT_AMOUNT: { stage: 'settlement', kind: 'unmatched', severity: 'break', unit: 'money' },
  SETTLEMENT_CURRENCY: { stage: 'settlement', kind: 'unmatched', severity: 'break', unit: 'word' },
  SETTLEMENT_LATE: { stage: 'settlement', kind: 'matched', severity: 'notice', unit: 'date' },
  FEE_VARIANCE: { stage: 'settlement', kind: 'unmatched', severity: 'break', unit: 'money' },
  FEE_MISSING: { stage: 'settlement', kind: 'unmatched', severity: 'break', unit: 'money' },
  FX_RATE_DELTA: { stage: 'settlement', kind: 'unmatched', severity: 'break', unit: 'money' },
  DUPLICATE_SETTLEMENT: { stage: 'settlement', kind: 'duplicate', severity: 'break', unit: 'money' },
  REFUND_UNLINKED: { stage: 'settlement', kind: 'reversal', severity: 'break', unit: 'money' },
  REVERSAL_NOT_SETTLED: { stage: 'settlement', kind: 'reversal', severity: 'break', unit: 'money' },
  PAYOUT_AMOUNT: { stage: 'payout', kind: 'unmatched', severity: 'break', unit: 'money' },
  PAYOUT_MISSING: { stage: 'payout', kind: 'unmatched', severity: 'break', unit: 'money' },
  PAYOUT_UNEXPLAINED: { stage: 'payout', kind: 'unmatched', severity: 'break', unit: 'money' },
  BANK_AMOUNT: { stage: 'payout', kind: 'unmatched', severity: 'break', unit: 'money' },
  BANK_MISSING: { stage: 'payout', kind: 'unmatched', severity: 'break', unit: 'money' },
  BANK_UNEXPLAINED: { stage: 'payout', kind: 'unmatched', severity: 'break', unit: 'money' },
  PERIOD_CLOSED_TWICE: { stage: 'payout', kind: 'matched', severity: 'notice', unit: 'word' },
  WRITTEN_OFF: { stage: 'payment', kind: 'decision', severity: 'resolution', unit: 'money' },
  EXPLAINED: { stage: 'payment', kind: 'decision', severity: 'resolution', unit: 'money' },
  LINKED: { stage: 'payment', kind: 'decision', severity: 'resolution', unit: 'money' },
  LINKED_IN: { stage: 'payment', kind: 'decision', severity: 'resolution', unit: 'money' },
  PERIOD_CLOSED: { stage: 'payout', kind: 'decision', severity: 'resolution', unit: 'money' },
} as const satisfies Record<string, ReasonEntry>;

export type ReasonCode = keyof typeof REASONS;
/** What a person's decision is. */
export type ResolutionReason = 'WRITTEN_OFF' | 'EXPLAINED' | 'LINKED' | 'LINKED_IN' | 'PERIOD_CLOSED';
/** What evidence alone gives. */
export type EvidenceReason = Exclude<ReasonCode, ResolutionReason>;
export const REASON_CODES = Object.keys(REASONS) as readonly ReasonCode[];

export function isBreak(reason: ReasonCode | null): boolean {
  return reason !== null && REASONS[reason].severity === 'break';
}

/** Whether people have something to see and to do: a break or a notice. */
export function isOpening(reason: ReasonCode): boolean {
  const { severity } = REASONS[reason];
  return severity === 'break' || severity === 'notice';
}
