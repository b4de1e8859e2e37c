// The identities of what is traced: which references name each payment's ids, and where its money counts.

import { identityKey, isIdentityKey, isPayoutKey } from '../../domain/key.ts';
import { namesIn } from '../../domain/payment-ids.ts';
import type { Ask } from '../../engine/executors/queries.ts';
import { claimsWithGiven, toldTo } from '../../matching/handoffs.ts';
import { sharing } from '../../matching/shared-payments.ts';
import { goesBy, type KeyClaims } from '../../projections/lookup.ts';

export interface TracedIdentity {
  /** `?provider:id`. */
  readonly identity: string;
  /** The references that name it, in byte order. */
  readonly claimants: readonly string[];
  /** Where the money of its payment counts; null unless several references name the payment and it has money. */
  readonly holder: string | null;
  /** Whether each reference has the part that settlement lines name. */
  readonly split: boolean;
}

/** The keys with this name; where it is an identity that is no more than a name, those that name it. */
export async function findNamed(ask: Ask, name: string): Promise<KeyClaims[]> {
  const found = await ask({ query: 'findClaims', name });
  if (found.length > 0 || !isIdentityKey(name)) return found;
  const [identity] = await ask({ query: 'claimants', identities: [name] });
  const keys: KeyClaims[] = [];
  for (const reference of identity?.claimants ?? []) {
    keys.push(...(await ask({ query: 'findClaims', name: reference, references: 'only' })));
  }
  return keys;
}

/** The identities that these keys name, in byte order; by an id, those of the payments that go by it. */
export async function identitiesOf(ask: Ask, found: readonly KeyClaims[], name: string): Promise<TracedIdentity[]> {
  const names = new Set<string>();
  for (const key of found) for (const identity of namedBy(key, name)) names.add(identity);
  if (names.size === 0) return [];
  const known = await ask({ query: 'claimants', identities: [...names].sort() });
  const holders = holdersBy(found);
  return known
    .sort((left, right) => (left.identity < right.identity ? -1 : 1))
    .map((identity) => ({ ...identity, ...(holders.get(identity.identity) ?? { holder: null, split: false }) }));
}

function namedBy({ key, claims }: KeyClaims, name: string): string[] {
  if (isPayoutKey(key)) return [];
  const all = claimsWithGiven(toldTo(claims)).map((claim) => ({
    isAsked: goesBy(claim, name),
    identities: namesIn(claim.body).map((id) => identityKey(claim.provider, id)),
  }));
  const asked = all.filter(({ isAsked, identities }) => isAsked || identities.includes(name));
  const own = isIdentityKey(key) ? [key] : [];
  return [...own, ...(asked.length > 0 ? asked : all).flatMap(({ identities }) => identities)];
}

/** As the references themselves reckon it. */
function holdersBy(found: readonly KeyClaims[]): Map<string, Pick<TracedIdentity, 'holder' | 'split'>> {
  const holders = new Map<string, Pick<TracedIdentity, 'holder' | 'split'>>();
  for (const { key, claims } of found) {
    if (isPayoutKey(key) || isIdentityKey(key)) continue;
    const told = toldTo(claims);
    const { counting, lost, split } = sharing(told);
    const decided = new Set(told.words.filter(({ word }) => word === 'holder').map(({ from }) => from));
    for (const { provider, body } of counting) {
      const identities = namesIn(body).map((id) => identityKey(provider, id));
      if (identities.some((identity) => split.has(identity))) {
        for (const identity of identities) holders.set(identity, { holder: null, split: true });
      } else if (identities.some((identity) => decided.has(identity))) {
        for (const identity of identities) holders.set(identity, { holder: key, split: false });
      }
    }
    for (const payment of lost) {
      for (const { provider, body } of payment.claims) {
        for (const id of namesIn(body))
          holders.set(identityKey(provider, id), { holder: payment.holder, split: false });
      }
    }
  }
  return holders;
}
