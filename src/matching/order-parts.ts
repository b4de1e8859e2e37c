// Orders of several merchants: each merchant's part is an order that names the whole, and the payer pays the whole. A
// part tells the whole what its shop says of it and gives it all else that came under its reference; the whole tells
// each part where the payment stands.

import type { Standing } from '../domain/assessment.ts';
import type { Claim, OrderPlaced, OrderStatusChanged, RefundRequested } from '../domain/fact.ts';
import { isAboutPayment, ownIds } from '../domain/payment-ids.ts';
import type { ReasonCode } from '../domain/reasons.ts';
import type { Instant } from '../domain/time.ts';
import { sortClaims } from './claims.ts';
import type { Told } from './handoffs.ts';
import { merchantsOf } from './speakers.ts';

/** After `belongs`: what a shop says of one part, without what is of the payer. */
export interface PartClaims {
  readonly orders: readonly Claim<OrderPlaced>[];
  readonly statusChanges: readonly Claim<OrderStatusChanged>[];
  readonly refundRequests: readonly Claim<RefundRequested>[];
}

/** A part as its whole knows it. */
export interface OrderPart extends PartClaims {
  readonly reference: string;
}

/** After `whole`: where one part stands by what is known of the payment of the whole. */
export interface WholeStand {
  readonly payment: Standing;
  readonly settlement: Standing;
  readonly currency: string;
  /** Whether the payer owed this part: it was not cancelled before the payment, and is in the currency of the whole. */
  readonly isOwed: boolean;
  /** Whether money came, and the first time of that which is known. */
  readonly isPaid: boolean;
  readonly paidAt: Instant | null;
  /** What went back of this part, a decimal text. */
  readonly returned: string;
  /** What was said to go back of it and failed, a decimal text; absent where nothing did. */
  readonly failed?: string;
  /** How the whole ended without money; absent where it did not. */
  readonly ended?: { readonly reason: ReasonCode; readonly at: Instant | null };
}

/** After `whole`, where the order that a part names is itself a part of another one. */
export interface RefusedWhole {
  /** The order that the whole names. */
  readonly of: string;
}

/** What a part knows of its whole. */
export interface PartOf {
  readonly parent: string;
  /** Null until the whole said it. */
  readonly stand: WholeStand | RefusedWhole | null;
}

const NO_PARTS: readonly OrderPart[] = [];
const NO_MERCHANTS: readonly string[] = [];

/** Whether any claim is of a part: such a key has more to tell than ids. */
export function mayBePart(claims: readonly Claim[]): boolean {
  for (const { body } of claims) if (body.type === 'OrderPlaced' && body.parent !== undefined) return true;
  return false;
}

/** The whole that the order in use names; null for one that is no part, or of which nobody knows whose it is. */
export function parentOf(own: readonly Claim[]): string | null {
  if (!mayBePart(own) || merchantsOf(own).length > 1) return null;
  return sortClaims(own).orders[0]?.body.parent ?? null;
}

/** The parts of a whole, in the order of their references. */
export function partsIn({ words }: Told): readonly OrderPart[] {
  let parts: OrderPart[] | null = null;
  for (const { word, from, content } of words) {
    if (word !== 'belongs') continue;
    parts ??= [];
    parts.push({ reference: from, ...(JSON.parse(content) as PartClaims) });
  }
  return parts?.sort((left, right) => (left.reference < right.reference ? -1 : 1)) ?? NO_PARTS;
}

/** What a part knows of its whole; null where it is no part. */
export function partOfIn({ own, words }: Told): PartOf | null {
  const parent = parentOf(own);
  if (parent === null) return null;
  const said = words.find(({ word, from }) => word === 'whole' && from === parent);
  return { parent, stand: said === undefined ? null : (JSON.parse(said.content) as WholeStand | RefusedWhole) };
}

/** Whose the parts of a whole are, in the order of their names. */
export function merchantsOfParts(parts: readonly OrderPart[]): readonly string[] {
  if (parts.length === 0) return NO_MERCHANTS;
  return [...new Set(parts.flatMap(({ orders }) => orders.slice(0, 1)).map(({ merchant }) => merchant))].sort();
}

export function isRefused(stand: WholeStand | RefusedWhole): stand is RefusedWhole {
  return 'of' in stand;
}

/** Whether an order is a part of a whole for which money came. */
export function isPaidWithWhole(partOf: PartOf | null): boolean {
  const stand = partOf?.stand ?? null;
  return stand !== null && !isRefused(stand) && stand.isPaid;
}

/** What a part tells its whole of itself. */
export function partClaimsOf(own: readonly Claim[]): PartClaims {
  const { orders, statusChanges, refundRequests } = sortClaims(own);
  return { orders: orders.map(withoutPayer), statusChanges, refundRequests };
}

function withoutPayer(claim: Claim<OrderPlaced>): Claim<OrderPlaced> {
  return { ...claim, body: { ...claim.body, msisdn: null, ip: null, device: null } };
}

/** The names of what a part gave its whole: the ids of claims, and of the returns in them. */
export function partByName(told: Told, parts: readonly OrderPart[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const references = new Set(parts.map(({ reference }) => reference));
  for (const { from, claim } of told.given) {
    if (!references.has(from)) continue;
    names.set(claim.id, from);
    for (const id of isAboutPayment(claim.body) ? ownIds(claim.body) : []) names.set(id, from);
  }
  return names;
}
