// Whether the account of a plain case's claim may speak of it: see speakers.ts in the matching.

import { isSameText, isThere } from '../../domain/byte-texts.ts';
import type { ClaimPlaces } from '../../log/claim-places.ts';
import { maySpeak, type Speakers } from '../../matching/speakers.ts';
import type { PlainFacts } from './plain-facts.ts';

/** Where `speakers` are listed, of a claim of this provider. */
export function isSpeaker(
  claim: ClaimPlaces,
  { order, shown }: Pick<PlainFacts, 'order' | 'shown'>,
  provider: string,
  speakers: Speakers,
): boolean {
  const { bytes, account } = claim;
  // Nobody knows yet whose order it is: each account is heard, and what another one says may be another payment.
  if (order === null && isThere(account) !== isThere(shown.account)) return false;
  // Old ids of webhooks tell the account: see `speakerOf`.
  if (!isThere(account)) return !isAfterSlash(claim);
  if (order === null) return isSameText(bytes, account, shown.bytes, shown.account);
  const merchant = order.bytes.subarray(order.merchant.from, order.merchant.to);
  const source = `${provider}/${Buffer.from(bytes.subarray(account.from, account.to))}`;
  return maySpeak(speakers, source, [Buffer.from(merchant).toString()]);
}

/** Whether the id of a claim begins with its provider and a slash. */
function isAfterSlash({ bytes, id, provider }: ClaimPlaces): boolean {
  const end = id.from + provider.to - provider.from;
  return end < id.to && bytes[end] === 47 && isSameText(bytes, { from: id.from, to: end }, bytes, provider);
}
