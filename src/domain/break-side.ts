// Whose the money of a difference is. A difference is what was observed less what was expected: of what comes in, less
// than expected is missing; of what goes out, fees and returns, more than expected is.

import { REASONS, type ReasonCode } from './reasons.ts';

/** `under`: money is missing. `over`: there is too much of it. `other`: it has no direction, as a conflict. */
export type BreakSide = 'over' | 'under' | 'other';

const GOES_OUT: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  'FEE_VARIANCE',
  'FEE_MISSING',
  'REFUND_EXCEEDS_PAYMENT',
  'REFUND_FAILED',
  'REFUND_UNLINKED',
  'REVERSAL_NOT_SETTLED',
  'CHARGEBACK_OPEN',
]);

export function sideOf(reason: ReasonCode, difference: string | null): BreakSide {
  if (difference === null || REASONS[reason].unit !== 'money' || !/[1-9]/.test(difference)) return 'other';
  return difference.startsWith('-') === GOES_OUT.has(reason) ? 'over' : 'under';
}
