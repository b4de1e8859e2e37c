// The ids by which a case is found, as numbers: a list of very many is searched without the thread that has their keys.

import type { Claim } from '../../domain/fact.ts';
import { isPayoutKey } from '../../domain/key.ts';
import { namesIn } from '../lookup.ts';

/** A key with more claims is asked itself: its ids would go to the list again with each claim that comes. */
export const LISTED_CLAIMS_MAX = 1_000;

/** Of all ids in the claims of a key; null where there are too many. */
export function idNumbersOf(key: string, claims: readonly Claim[]): readonly number[] | null {
  if (claims.length > LISTED_CLAIMS_MAX) return null;
  const names = new Set(namesIn(claims));
  if (isPayoutKey(key)) names.add(key.slice(key.indexOf(':') + 1));
  return [...names].map(idNumber);
}

/** 53 bits of a text: two hashes of 32 bits each. That two ids of a ledger have one number is not to be expected. */
export function idNumber(text: string): number {
  let [low, high] = [0x41c6ce57, 0xdeadbeef];
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    low = Math.imul(low ^ unit, 1597334677);
    high = Math.imul(high ^ unit, 2654435761);
  }
  const mixed = (one: number, other: number) =>
    Math.imul(one ^ (one >>> 16), 2246822507) ^ Math.imul(other ^ (other >>> 13), 3266489909);
  const [upper, lower] = [mixed(high, low), mixed(low, high)];
  return 2 ** 32 * (upper & 0x1fffff) + (lower >>> 0);
}
