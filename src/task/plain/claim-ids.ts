// The ids of the claims of a plain case: whether they make one payment, and in which order a reference names them. See
// id-groups.ts and reference-words.ts in the matching.

import type { Span } from '../../domain/byte-scan.ts';
import { isAscii, isBefore, isSameText, isThere } from '../../domain/byte-texts.ts';
import type { ClaimPlaces } from '../../log/claim-places.ts';

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

/** Whether the ids of callbacks, polls and lines join all of them, directly or through others. */
export function areOnePayment(claims: readonly ClaimPlaces[], count: number): boolean {
  let left = 0;
  let first = true;
  for (let at = 0; at < count; at++) {
    const isOrder = claims[at]!.body === 'OrderPlaced';
    joined[at] = isOrder || first;
    if (isOrder) continue;
    if (!first) left++;
    first = false;
  }
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

function isJoined(claims: readonly ClaimPlaces[], count: number, claim: ClaimPlaces): boolean {
  for (let at = 0; at < count; at++) {
    const other = claims[at]!;
    if (joined[at] && other.body !== 'OrderPlaced' && shareId(claim, other)) return true;
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

const byId: ClaimPlaces[] = [];

/**
 * Tells each id that a key names since the first `known` of its claims, once, in the order in which the key names them:
 * of its claims in the order of their ids.
 */
export function forEachFreshId(
  claims: readonly ClaimPlaces[],
  known: number,
  count: number,
  tell: (claim: ClaimPlaces, id: Span) => void,
): void {
  byId.length = 0;
  for (let at = 0; at < count; at++) {
    const claim = claims[at]!;
    if (claim.body === 'OrderPlaced') continue;
    let place = byId.push(claim) - 1;
    for (; place > 0 && isBefore(claim.bytes, claim.id, byId[place - 1]!.bytes, byId[place - 1]!.id); place--) {
      byId[place] = byId[place - 1]!;
    }
    byId[place] = claim;
  }
  for (let at = 0; at < byId.length; at++) {
    const claim = byId[at]!;
    for (let kind = 0; kind < ID_KINDS; kind++) {
      const id = idAt(claim, kind);
      if (isThere(id) && !isNamed(claims, known, claim, id, at, kind)) tell(claim, id);
    }
  }
}

/** Whether a claim that was known names an id, or one before the claim at this place, or that claim itself before. */
function isNamed(
  claims: readonly ClaimPlaces[],
  known: number,
  claim: ClaimPlaces,
  id: Span,
  at: number,
  kind: number,
): boolean {
  for (let before = 0; before < known; before++) {
    if (claims[before]!.body !== 'OrderPlaced' && hasId(claims[before]!, claim.bytes, id)) return true;
  }
  for (let before = 0; before < at; before++) if (hasId(byId[before]!, claim.bytes, id)) return true;
  for (let before = 0; before < kind; before++) {
    const other = idAt(claim, before);
    if (isThere(other) && isSameText(claim.bytes, other, claim.bytes, id)) return true;
  }
  return false;
}
