// For which reasons money goes back to who paid it: too much of it came, or for nothing, or what was sent back failed.

import type { ReasonCode } from './reasons.ts';

/**
 * Money without an order is not among them: there is no shop whose gateway would be asked. A failed refund lacks what
 * did not arrive; of the others the payer may have the difference.
 */
export const REFUNDABLE_REASONS: readonly ReasonCode[] = [
  'AMOUNT_OVER',
  'PAID_AFTER_CANCEL',
  'CANCELLED_BUT_PAID',
  'DUPLICATE_PAYMENT',
  'REFUND_FAILED',
];

interface Difference {
  readonly reason: ReasonCode | null;
  readonly difference: string | null;
  readonly currency: string | null;
}

export function isRefundable({ reason, difference, currency }: Difference): boolean {
  if (reason === null || difference === null || currency === null || !REFUNDABLE_REASONS.includes(reason)) return false;
  return /[1-9]/.test(difference) && (reason === 'REFUND_FAILED') === difference.startsWith('-');
}
