// Which payments of a reference count here, where another reference claims them too.

import type { Claim } from '../domain/fact.ts';
import type { Held } from '../domain/handoff.ts';
import { identityKey } from '../domain/key.ts';
import { namesIn } from '../domain/payment-ids.ts';
import { compareHolders } from './claimants.ts';
import { claimsWithGiven, type Told, toldTo } from './handoffs.ts';
import { hasCredits } from './linked-money.ts';
import { type OrderPart, type PartOf, partOfIn, partsIn } from './order-parts.ts';
import { isOfShop } from './speakers.ts';

export interface Sharing {
  /** The claims that count here. */
  readonly counting: readonly Claim[];
  /** The payments that count elsewhere. */
  readonly lost: readonly Lost[];
  /** The identities of payments of which the part that settlement lines name counts here. */
  readonly split: ReadonlySet<string>;
  /** What merchants' parts of this order tell. */
  readonly parts: readonly OrderPart[];
  /** What is known of the whole, where this order is a part; otherwise null. */
  readonly partOf: PartOf | null;
}

export interface Lost {
  /** The reference at which the payment counts. */
  readonly holder: string;
  readonly claims: readonly Claim[];
}

const NOTHING_LOST: Sharing['lost'] = [];
const NOTHING_SPLIT: ReadonlySet<string> = new Set();
const NO_PARTS: readonly OrderPart[] = [];

export function sharingOf(claims: readonly Claim[]): Sharing {
  return sharing(toldTo(claims));
}

/** Whether nothing stands under a reference: its claims were withdrawn, or count under others. */
export function isVacant(claims: readonly Claim[]): boolean {
  // Most keys have no word that takes a claim away.
  if (!claims.some(({ body }) => body.type === 'Handoff' || body.type === 'ClaimWithdrawn')) return false;
  const { counting, parts } = sharingOf(claims);
  return counting.length === 0 && parts.length === 0 && !hasCredits(claims);
}

export function sharing(told: Told): Sharing {
  const partOf = partOfIn(told);
  // Of two levels of parts, the upper one counts.
  const parts = partOf === null ? partsIn(told) : NO_PARTS;
  const counting = claimsWithGiven(partOf === null ? told : { ...told, own: told.own.filter(isOfShop) });
  const held = told.words.filter(({ word }) => word === 'holder');
  if (held.length === 0) return { counting, lost: NOTHING_LOST, split: NOTHING_SPLIT, parts, partOf };
  const holders = new Map(held.map(({ from, content }) => [from, JSON.parse(content) as Held]));
  const split = new Set<string>();
  const lost: Lost[] = [];
  for (const { claims, identities } of heldPayments(counting, holders)) {
    const decisions = identities.map((identity) => holders.get(identity)!);
    const holder = holderBy(decisions);
    if (holder === null) for (const identity of identities) split.add(identity);
    else if (holder !== HERE) lost.push({ holder, claims });
  }
  if (lost.length === 0) return { counting, lost, split, parts, partOf };
  const gone = new Set(lost.flatMap(({ claims }) => claims));
  return { counting: counting.filter((claim) => !gone.has(claim)), lost, split, parts, partOf };
}

const HERE = '';

/**
 * Where a payment counts by the decisions of its identities: each knows only the references that name its own id, so
 * the one that knows most of them is right. Null where each reference has its part.
 */
function holderBy(decisions: readonly Held[]): string | null {
  const [best] = [...decisions].sort((left, right) => {
    return compareHolders(left.rank, left.holder ?? '', right.rank, right.holder ?? '');
  });
  if (best!.holder === null) return null;
  return best!.isHere ? HERE : best!.holder;
}

interface HeldPayment {
  /** Those that name one of its ids, directly or through others. */
  readonly claims: readonly Claim[];
  /** Those of its identities that decided something. */
  readonly identities: readonly string[];
}

/** The payments of which another reference may be the holder. */
function heldPayments(claims: readonly Claim[], holders: ReadonlyMap<string, Held>): HeldPayment[] {
  const byId = new Map<string, Claim[]>();
  for (const claim of claims) {
    for (const id of namesIn(claim.body)) {
      const key = identityKey(claim.provider, id);
      const named = byId.get(key);
      if (named === undefined) byId.set(key, [claim]);
      else named.push(claim);
    }
  }
  const payments: HeldPayment[] = [];
  const seen = new Set<string>();
  for (const identity of [...holders.keys()].sort()) {
    if (seen.has(identity)) continue;
    const payment = new Set<Claim>();
    const identities: string[] = [];
    const waiting = [identity];
    for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
      if (seen.has(key)) continue;
      seen.add(key);
      if (holders.has(key)) identities.push(key);
      for (const claim of byId.get(key) ?? []) {
        payment.add(claim);
        for (const id of namesIn(claim.body)) waiting.push(identityKey(claim.provider, id));
      }
    }
    if (payment.size > 0) payments.push({ claims: [...payment], identities });
  }
  return payments;
}
