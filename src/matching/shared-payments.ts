// Which payments of a reference count here, where another reference claims them too.

import type { Claim } from '../domain/fact.ts';
import type { Held } from '../domain/handoff.ts';
import { identityKey } from '../domain/key.ts';
import { idsIn } from '../domain/payment-ids.ts';
import { claimsWithGiven, type Told, toldTo } from './handoffs.ts';

export interface Sharing {
  /** The claims that count here. */
  readonly counting: readonly Claim[];
  /** The payments that count elsewhere. */
  readonly lost: readonly Lost[];
  /** The identities of payments of which the part that settlement lines name counts here. */
  readonly split: ReadonlySet<string>;
}

export interface Lost {
  /** The reference at which the payment counts. */
  readonly holder: string;
  readonly claims: readonly Claim[];
}

const NOTHING_LOST: Sharing['lost'] = [];
const NOTHING_SPLIT: ReadonlySet<string> = new Set();

export function sharingOf(claims: readonly Claim[]): Sharing {
  return sharing(toldTo(claims));
}

/** Whether nothing stands under a reference: its claims were withdrawn, or count under others. */
export function isVacant(claims: readonly Claim[]): boolean {
  // Most keys have no word that takes a claim away.
  if (!claims.some(({ body }) => body.type === 'Handoff' || body.type === 'ClaimWithdrawn')) return false;
  return sharingOf(claims).counting.length === 0;
}

export function sharing(told: Told): Sharing {
  const counting = claimsWithGiven(told);
  const held = told.words.filter(({ word }) => word === 'holder');
  if (held.length === 0) return { counting, lost: NOTHING_LOST, split: NOTHING_SPLIT };
  const holders = new Map<string, string>();
  const split = new Set<string>();
  for (const { from, content } of held) {
    const { holder } = JSON.parse(content) as Held;
    if (holder === null) split.add(from);
    else holders.set(from, holder);
  }
  const lost = lostPayments(counting, holders);
  if (lost.length === 0) return { counting, lost, split };
  const gone = new Set(lost.flatMap(({ claims }) => claims));
  return { counting: counting.filter((claim) => !gone.has(claim)), lost, split };
}

/**
 * The lost payments: the claims that name an id that is held elsewhere, directly or through
 * others. Where several references hold ids of one payment, the first in the order of their bytes has it.
 */
function lostPayments(claims: readonly Claim[], holders: ReadonlyMap<string, string>): Lost[] {
  const byId = new Map<string, Claim[]>();
  for (const claim of claims) {
    for (const id of idsIn(claim.body)) {
      const key = identityKey(claim.provider, id);
      const named = byId.get(key);
      if (named === undefined) byId.set(key, [claim]);
      else named.push(claim);
    }
  }
  const lost: Lost[] = [];
  const gone = new Set<Claim>();
  for (const [identity, holder] of [...holders].sort((left, right) => (left[1] < right[1] ? -1 : 1))) {
    const waiting = [identity];
    const payment: Claim[] = [];
    for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
      for (const claim of byId.get(key) ?? []) {
        if (gone.has(claim)) continue;
        gone.add(claim);
        payment.push(claim);
        for (const id of idsIn(claim.body)) waiting.push(identityKey(claim.provider, id));
      }
    }
    if (payment.length > 0) lost.push({ holder, claims: payment });
  }
  return lost;
}
