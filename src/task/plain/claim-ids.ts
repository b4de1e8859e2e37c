// The ids of the claims of a plain case: whether they make one payment, and in which order a reference names them. See
// id-groups.ts and reference-words.ts in the matching.

import type { Span } from '../../domain/byte-scan.ts';
import { isAscii, isBefore, isSameText, isThere } from '../../domain/byte-texts.ts';
import { type ClaimPlaces, paymentStatusIndex } from '../../log/claim-places.ts';

/** The mark of a series at the beginning of an id's name, see key.ts. */
const SERIES_MARK_CODE = 0x1f;

/** The own ids of a claim in the order of `ownIds`. */
function idAt(claim: ClaimPlaces, at: number): Span {
  return at === 0 ? claim.transaction : at === 1 ? claim.request : claim.operatorTransaction;
}

const ID_KINDS = 3;

/** Whether a claim about a payment names it, by ids without anything unusual. */
export function haveOwnIds(claim: ClaimPlaces): boolean {
  const { bytes } = claim;
  let count = 0;
  for (let kind = 0; kind < ID_KINDS; kind++) {
    const id = idAt(claim, kind);
    if (!isThere(id)) continue;
    if (bytes[id.from] === SERIES_MARK_CODE || !isAscii(bytes, id.from, id.to)) return false;
    count++;
  }
  return count > 0;
}

/** Whether each claim has an id of its own: none is said twice, withdrawn, or contradicts another one. */
export function haveIdsApart(claims: readonly ClaimPlaces[], count: number): boolean {
  for (let at = 0; at < count; at++) {
    const { bytes, id } = claims[at]!;
    if (!isAscii(bytes, id.from, id.to)) return false;
    for (let other = 0; other < at; other++) {
      if (isSameText(bytes, id, claims[other]!.bytes, claims[other]!.id)) return false;
    }
  }
  return true;
}

const joined: boolean[] = [];

/** What an attempt that brought no money ends with. */
const FAILED_STATUSES: readonly number[] = (['failed', 'expired'] as const).map(paymentStatusIndex);

/** Whether a claim says that an attempt to pay ended without money. */
export function isFailedAttempt({ body, paymentStatus }: ClaimPlaces): boolean {
  return body === 'PaymentObserved' && FAILED_STATUSES.includes(paymentStatus);
}

/**
 * Whether the ids of callbacks, polls and lines join all of them, directly or through others, apart from attempts that
 * failed: these are payments of their own.
 */
export function areOnePayment(claims: readonly ClaimPlaces[], count: number): boolean {
  let left = 0;
  let first = true;
  let hasFailed = false;
  for (let at = 0; at < count; at++) {
    const claim = claims[at]!;
    const isFailed = isFailedAttempt(claim);
    const isOther = isFailed || claim.body === 'OrderPlaced';
    hasFailed ||= isFailed;
    joined[at] = isOther || first;
    if (isOther) continue;
    if (!first) left++;
    first = false;
  }
  if (hasFailed && !areApart(claims, count)) return false;
  for (let before = -1; left > 0 && left !== before; ) {
    before = left;
    for (let at = 0; at < count; at++) {
      if (joined[at] || !isJoined(claims, count, claims[at]!)) continue;
      joined[at] = true;
      left--;
    }
  }
  return left === 0;
}

/** Whether no attempt that failed has an id of the payment: where it has, sources contradict each other. */
function areApart(claims: readonly ClaimPlaces[], count: number): boolean {
  for (let at = 0; at < count; at++) {
    const claim = claims[at]!;
    if (!isFailedAttempt(claim)) continue;
    for (let place = 0; place < count; place++) {
      const other = claims[place]!;
      if (other.body !== 'OrderPlaced' && !isFailedAttempt(other) && shareId(claim, other)) return false;
    }
  }
  return true;
}

function isJoined(claims: readonly ClaimPlaces[], count: number, claim: ClaimPlaces): boolean {
  for (let at = 0; at < count; at++) {
    const other = claims[at]!;
    if (joined[at] && other.body !== 'OrderPlaced' && !isFailedAttempt(other) && shareId(claim, other)) return true;
  }
  return false;
}

function shareId(left: ClaimPlaces, right: ClaimPlaces): boolean {
  for (let kind = 0; kind < ID_KINDS; kind++) {
    const id = idAt(left, kind);
    if (isThere(id) && hasId(right, left.bytes, id)) return true;
  }
  return false;
}

function hasId(claim: ClaimPlaces, bytes: Uint8Array, id: Span): boolean {
  for (let kind = 0; kind < ID_KINDS; kind++) {
    const own = idAt(claim, kind);
    if (isThere(own) && isSameText(claim.bytes, own, bytes, id)) return true;
  }
  return false;
}

/** An id that a key names, and the claim by which it does. */
export interface NamedId {
  claim: ClaimPlaces;
  id: Span;
}

/** Filled anew for each key, as `byId` is; only the first `names` are its own. */
const named: NamedId[] = [];
let names = 0;
const byId: ClaimPlaces[] = [];

/**
 * Finds the ids that a key names since the first `known` of its claims, each once, in the order in which the key names
 * them: of its claims in the order of their ids. Returns how many there are, for `freshId` until the next call.
 */
export function findFreshIds(claims: readonly ClaimPlaces[], known: number, count: number): number {
  names = 0;
  for (let at = known; at < count; at++) nameIds(claims, known, claims[at]!);
  // The usual key names one id, and in one order.
  if (names < 2) return names;
  names = 0;
  sortById(claims, count);
  for (let at = 0; at < count; at++) nameIds(claims, known, byId[at]!);
  return names;
}

export function freshId(at: number): Readonly<NamedId> {
  return named[at]!;
}

function sortById(claims: readonly ClaimPlaces[], count: number): void {
  for (let at = 0; at < count; at++) {
    const claim = claims[at]!;
    let place = at;
    for (; place > 0 && isBefore(claim.bytes, claim.id, byId[place - 1]!.bytes, byId[place - 1]!.id); place--) {
      byId[place] = byId[place - 1]!;
    }
    byId[place] = claim;
  }
}

/** Adds the ids of a claim that neither the first `known` claims name nor one before it. */
function nameIds(claims: readonly ClaimPlaces[], known: number, claim: ClaimPlaces): void {
  if (claim.body === 'OrderPlaced') return;
  for (let kind = 0; kind < ID_KINDS; kind++) {
    const id = idAt(claim, kind);
    if (!isThere(id) || isNamed(claims, known, claim.bytes, id)) continue;
    named[names] ??= { claim, id };
    named[names]!.claim = claim;
    named[names++]!.id = id;
  }
}

function isNamed(claims: readonly ClaimPlaces[], known: number, bytes: Uint8Array, id: Span): boolean {
  for (let at = 0; at < names; at++) {
    const other = named[at]!;
    if (isSameText(other.claim.bytes, other.id, bytes, id)) return true;
  }
  for (let before = 0; before < known; before++) {
    if (claims[before]!.body !== 'OrderPlaced' && hasId(claims[before]!, bytes, id)) return true;
  }
  return false;
}
