// Which money people may link to orders of other keys, and to how many of them.

import type { ReasonCode } from './reasons.ts';

/** Money that is for no order of its key. Of one key and currency no two of these are about the same money. */
export const LINKABLE_REASONS: readonly ReasonCode[] = ['ORDER_MISSING', 'AMOUNT_OVER', 'DUPLICATE_PAYMENT'];
/** So many orders may be paid with one payment. */
export const LINK_TARGETS_MAX = 50;

interface Difference {
  readonly reason: ReasonCode | null;
  readonly difference: string | null;
  readonly currency: string | null;
}

export function isLinkable({ reason, difference, currency }: Difference): boolean {
  return (
    reason !== null &&
    LINKABLE_REASONS.includes(reason) &&
    difference !== null &&
    currency !== null &&
    difference[0] !== '-'
  );
}
