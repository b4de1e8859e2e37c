// Which links fit: of which findings the money may be for other orders, and of what form a link must be.

import type { Finding } from '../domain/assessment.ts';
import type { LinkTarget, ResolutionProposed } from '../domain/decision.ts';
import { isPeriodKey, normaliseReference } from '../domain/key.ts';
import { formatMinor, minorOf, readAmount } from '../domain/money.ts';
import type { ReasonCode } from '../domain/reasons.ts';

/** Money that is for no order of its key. Of one key and currency no two of these are about the same money. */
const LINKABLE: ReadonlySet<ReasonCode> = new Set<ReasonCode>(['ORDER_MISSING', 'AMOUNT_OVER', 'DUPLICATE_PAYMENT']);
/** So many orders may be paid with one payment. */
export const LINK_TARGETS_MAX = 50;

export function isLinkable({ reason, difference, currency }: Finding): boolean {
  return reason !== null && LINKABLE.has(reason) && difference !== null && currency !== null && difference[0] !== '-';
}

/** Why a link can never hold for a finding: the field, and what it should be. */
export interface LinkMisfit {
  readonly field: 'kind' | 'amount' | 'currency' | 'to';
  readonly expected: string;
}

type LinkBody = Pick<ResolutionProposed, 'amount' | 'currency' | 'to'>;

/** Null where a link fits: all of the difference, to the cent, for orders of other keys. */
export function linkMisfit(key: string, { amount, currency, to = [] }: LinkBody, finding: Finding): LinkMisfit | null {
  if (!isLinkable(finding)) return { field: 'kind', expected: `link, for ${[...LINKABLE].join(', ')}` };
  const { difference, currency: own } = finding as Finding & { difference: string; currency: string };
  if (currency !== own) return { field: 'currency', expected: own };
  if (amount !== difference) return { field: 'amount', expected: `the difference, ${difference}` };
  if (to.length === 0 || to.length > LINK_TARGETS_MAX) {
    return { field: 'to', expected: `1 to ${LINK_TARGETS_MAX} orders` };
  }
  const isOther = ({ reference }: LinkTarget) =>
    reference !== key && !isPeriodKey(reference) && normaliseReference(reference) === reference;
  if (!to.every(isOther) || new Set(to.map(({ reference }) => reference)).size < to.length) {
    return { field: 'to', expected: 'references of other orders, each once' };
  }
  const isAmount = (text: string) => readAmount(text, own) === text && minorOf(text, own) > 0n;
  const sum = to.reduce((total, one) => (isAmount(one.amount) ? total + minorOf(one.amount, own) : total), 0n);
  const isWhole = to.every((one) => isAmount(one.amount)) && formatMinor(sum, own) === difference;
  return isWhole ? null : { field: 'to', expected: `amounts that come to ${difference} ${own}` };
}
