// At which mobile network the money of a case was paid. A finding does not say: it is read from what was observed of
// the key's payments, and where nobody observed one, from the order.

import { type Claim, isFromSource } from '../../domain/fact.ts';
import { isPayoutKey, isPeriodKey } from '../../domain/key.ts';
import { isAboutPayment, ownIds } from '../../domain/payment-ids.ts';
import { splitTitle } from '../../domain/payment-title.ts';
import { standingClaims } from '../../matching/standing-claims.ts';
import { LISTED_CLAIMS_MAX } from './case-ids.ts';

interface Said {
  readonly claim: Claim;
  readonly operator: string;
}

type OperatorOf = (subject: string) => string | null;

const UNKNOWN: OperatorOf = () => null;

/** By the subject of a finding: the operator of the payment that it names, otherwise that of the key's payments. */
export function operatorsOf(key: string, claims: readonly Claim[]): OperatorOf {
  if (isPayoutKey(key) || isPeriodKey(key)) return UNKNOWN;
  const observed: Said[] = [];
  const ordered: string[] = [];
  for (const claim of saidOf(claims)) {
    const { body } = claim;
    if ((body.type !== 'PaymentObserved' && body.type !== 'OrderPlaced') || body.operator === null) continue;
    if (body.type === 'OrderPlaced') ordered.push(body.operator);
    else observed.push({ claim, operator: body.operator });
  }
  if (observed.length === 0) return () => least(ordered);
  return (subject) => {
    const named = observed.filter(({ claim }) => isNamed(subject, claim));
    return least((named.length > 0 ? named : observed).map(({ operator }) => operator));
  };
}

/** What was withdrawn counts for nothing; of very many claims that is not looked at each time that one comes. */
function saidOf(claims: readonly Claim[]): readonly Claim[] {
  return claims.length > LISTED_CLAIMS_MAX ? claims : standingClaims(claims.filter(isFromSource));
}

/** Of several the first by name, as of a payment whose sources disagree. */
function least(operators: readonly string[]): string | null {
  return operators.reduce<string | null>((first, one) => (first === null || one < first ? one : first), null);
}

/** Whether the subject is how people know the payment of the claim. */
function isNamed(subject: string, { body, provider }: Claim): boolean {
  if (!isAboutPayment(body)) return false;
  const { name, source = provider } = splitTitle(subject) ?? { name: subject };
  if (source.split('/')[0] !== provider) return false;
  return ownIds(body).some((id) => name === id || name.endsWith(` ${id}`));
}
