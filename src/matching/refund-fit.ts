// Which refunds fit: of what form a proposal must be that the money of a finding goes back.

import type { Finding } from '../domain/assessment.ts';
import type { ResolutionProposed } from '../domain/decision.ts';
import { minorOf, readAmount } from '../domain/money.ts';
import { isRefundable } from '../domain/refundable.ts';

/**
 * Null where a refund fits: of at most the difference, in its currency. A part is enough where the whole is in several
 * payments: each refund is of one.
 */
export function refundMisfit(
  { amount, currency }: Pick<ResolutionProposed, 'amount' | 'currency'>,
  finding: Finding,
): 'kind' | 'amount' | 'currency' | null {
  if (!isRefundable(finding)) return 'kind';
  const { difference, currency: own } = finding as Finding & { difference: string; currency: string };
  if (currency !== own) return 'currency';
  // One amount has one text.
  if (amount === null || readAmount(amount, own) !== amount) return 'amount';
  const minor = minorOf(amount, own);
  return minor > 0n && minor <= minorOf(difference.replace('-', ''), own) ? null : 'amount';
}
