// Which links fit: of what form a link of a finding's money must be.

import type { Finding } from '../domain/assessment.ts';
import type { LinkTarget, ResolutionProposed } from '../domain/decision.ts';
import { isPeriodKey, normaliseReference } from '../domain/key.ts';
import { isLinkable, LINK_TARGETS_MAX, LINKABLE_REASONS } from '../domain/link.ts';
import { formatMinor, minorOf, readAmount } from '../domain/money.ts';

/** Why a link can never hold for a finding: the field, and what it should be. */
export interface LinkMisfit {
  readonly field: 'kind' | 'amount' | 'currency' | 'to';
  readonly expected: string;
}

type LinkBody = Pick<ResolutionProposed, 'amount' | 'currency' | 'to'>;

/** Null where a link fits: all of the difference, to the cent, for orders of other keys. */
export function linkMisfit(key: string, { amount, currency, to = [] }: LinkBody, finding: Finding): LinkMisfit | null {
  if (!isLinkable(finding)) return { field: 'kind', expected: `link, for ${LINKABLE_REASONS.join(', ')}` };
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
