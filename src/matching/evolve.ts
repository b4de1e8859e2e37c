// A key's state: the grow-only set of claims about it. Nothing here depends on the order in which claims arrive.

import { hash } from 'node:crypto';
import type { Claim } from '../domain/fact.ts';

/** Every distinct claim of a key, ordered by id and then by content, so that equal sets are equal states. */
export interface PaymentState {
  readonly claims: readonly Claim[];
}

export const EMPTY_STATE: PaymentState = { claims: [] };

/** Adds a claim. Returns the same object if the claim is known, so a caller detects a repeat by identity. */
export function evolve(state: PaymentState, claim: Claim): PaymentState {
  const { claims } = state;
  let at = 0;
  while (at < claims.length && claims[at]!.id < claim.id) at++;
  for (; at < claims.length && claims[at]!.id === claim.id; at++) {
    const order = compareContent(claims[at]!, claim);
    if (order > 0) break;
    if (order === 0) return claims[at]!.forwarded && !claim.forwarded ? { claims: claims.with(at, claim) } : state;
  }
  return { claims: claims.toSpliced(at, 0, claim) };
}

function compareContent(left: Claim, right: Claim): number {
  if (left === right) return 0;
  const [leftText, rightText] = [contentText(left), contentText(right)];
  return leftText < rightText ? -1 : leftText > rightText ? 1 : 0;
}

/** A claim's whole content as one text. Whether resolution forwarded it is not part of the content. */
function contentText(claim: Claim): string {
  return JSON.stringify([claim.provider, claim.merchant, claim.occurred_at, sortedEntries(claim.body)]);
}

function sortedEntries(body: object): unknown[] {
  return Object.entries(body).sort(([left], [right]) => (left < right ? -1 : 1));
}

/** SHA-256 of a claim's content in hex. Of two contents under one id, the one with the smaller hash is used. */
export function contentHash(claim: Claim): string {
  return hash('sha256', contentText(claim), 'hex');
}
