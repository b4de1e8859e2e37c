// Sorts a key's claims by what they are about, with one content for each id.

import type {
  Claim,
  FactBody,
  LineType,
  OrderPlaced,
  OrderStatusChanged,
  PaymentObserved,
  RefundRequested,
  SettlementLineReported,
} from '../domain/fact.ts';
import { ownIds } from '../domain/payment-ids.ts';
import { type Difference, differenceOf, rankContents, withOwnTimes, withoutForgotten } from './contents.ts';
import { isUnsigned } from './evidence.ts';
import { asRead } from './unsigned-words.ts';

export type Observation = Claim<PaymentObserved>;
export type Line = Claim<SettlementLineReported>;

/** Several contents under one claim id, the one in use first. */
export interface Conflict {
  readonly id: string;
  readonly contents: readonly Claim[];
  readonly difference: Difference;
}

export interface Claims {
  /** Every content of the order's claim: their statuses all count. */
  readonly orders: readonly Claim<OrderPlaced>[];
  /** What the shop says later of its order. */
  readonly statusChanges: readonly Claim<OrderStatusChanged>[];
  readonly refundRequests: readonly Claim<RefundRequested>[];
  /** Callbacks and polls about payments. */
  readonly observations: readonly Observation[];
  readonly paymentLines: readonly Line[];
  readonly feeLines: readonly Line[];
  /** Callbacks and polls about returned money, and its lines. */
  readonly returnObservations: readonly Observation[];
  readonly returnLines: readonly Line[];
  readonly unclassified: readonly (Observation | Line)[];
  readonly conflicts: readonly Conflict[];
}

/** The kinds of an observation that are about returned money. */
export const RETURN_KINDS: ReadonlySet<string> = new Set(['refund', 'reversal', 'chargeback']);

const RETURN_LINES: ReadonlySet<LineType> = new Set(['refund', 'reversal', 'chargeback', 'return_failed']);

interface Sorting extends Claims {
  orders: Claim<OrderPlaced>[];
  statusChanges: Claim<OrderStatusChanged>[];
  refundRequests: Claim<RefundRequested>[];
  observations: Observation[];
  paymentLines: Line[];
  feeLines: Line[];
  returnObservations: Observation[];
  returnLines: Line[];
  unclassified: (Observation | Line)[];
  conflicts: Conflict[];
}

/** The claims that hold, by what they are about. */
export function sortClaims(claims: readonly Claim[]): Claims {
  const sorting: Sorting = {
    orders: [],
    statusChanges: [],
    refundRequests: [],
    observations: [],
    paymentLines: [],
    feeLines: [],
    returnObservations: [],
    returnLines: [],
    unclassified: [],
    conflicts: [],
  };
  for (let at = 0; at < claims.length; ) {
    let end = at + 1;
    while (end < claims.length && claims[end]!.id === claims[at]!.id) end++;
    if (end === at + 1) place(sorting, claims[at]!);
    else for (const contents of byType(claims.slice(at, end))) placeContents(sorting, contents);
    at = end;
  }
  return sorting;
}

function place(sorting: Sorting, claim: Claim): void {
  if (isA(claim, 'OrderPlaced')) sorting.orders.push(claim);
  else if (isA(claim, 'PaymentObserved')) placeObservation(sorting, asRead(claim));
  else if (isA(claim, 'SettlementLineReported')) placeLine(sorting, claim);
  else if (isA(claim, 'OrderStatusChanged')) sorting.statusChanges.push(claim);
  else if (isA(claim, 'RefundRequested')) sorting.refundRequests.push(claim);
}

function placeObservation(sorting: Sorting, claim: Observation): void {
  if (claim.body.status === 'unclassified') sorting.unclassified.push(claim);
  if (RETURN_KINDS.has(claim.body.kind)) sorting.returnObservations.push(claim);
  else if (claim.body.kind !== 'payout') sorting.observations.push(claim);
}

function placeLine(sorting: Sorting, claim: Line): void {
  const type = claim.body.line_type;
  if (type === 'payment') sorting.paymentLines.push(claim);
  else if (type === 'fee') sorting.feeLines.push(claim);
  else if (type === 'unclassified') sorting.unclassified.push(claim);
  // The others belong to no payment.
  else if (RETURN_LINES.has(type)) sorting.returnLines.push(claim);
}

/** An id that a careless producer gave to an order and to a payment names two claims, not two contents of one. */
function byType(claims: readonly Claim[]): readonly (readonly Claim[])[] {
  const { type } = claims[0]!.body;
  if (claims.every(({ body }) => body.type === type)) return [claims];
  return [...new Set(claims.map(({ body }) => body.type))]
    .sort()
    .map((one) => claims.filter(({ body }) => body.type === one));
}

function placeContents(sorting: Sorting, contents: readonly Claim[]): void {
  const isOrder = contents[0]!.body.type === 'OrderPlaced';
  const latest = withoutForgotten(isOrder ? latestOf(contents) : firstTold(withOwnTimes(signedOf(contents))));
  const ranked = rankContents(latest);
  if (isOrder) sorting.orders.push(...([...ranked, ...contents.filter(isNotIn(latest))] as Claim<OrderPlaced>[]));
  else place(sorting, ranked[0]!);
  // What nobody signed contradicts nothing.
  const isOne = latest.length < 2 || isUnsigned(ranked[0]!);
  const difference = isOne ? null : differenceOf(ranked, isOrder ? isOfOrder : isOfAny);
  if (difference !== null) sorting.conflicts.push({ id: ranked[0]!.id, contents: ranked, difference });
}

/** The contents that their source stated last: what it said of an order before no longer holds. */
export function latestOf<Content extends Claim>(contents: readonly Content[]): readonly Content[] {
  const last = Math.max(...contents.map(statedAt));
  return contents.filter((claim) => statedAt(claim) === last);
}

/** Of one event that came signed and unsigned, what was signed. */
function signedOf(contents: readonly Claim[]): readonly Claim[] {
  const signed = contents.filter((claim) => !isUnsigned(claim));
  return signed.length === 0 ? contents : signed;
}

/** Of what a shop says of its order again, and with another time alone, the earliest. */
function firstTold(contents: readonly Claim[]): readonly Claim[] {
  const told = new Map<string, Claim>();
  for (const claim of contents) {
    const { body } = claim;
    if (body.type !== 'OrderStatusChanged' && body.type !== 'RefundRequested') return contents;
    const name = JSON.stringify([claim.merchant, { ...body, at: null }]);
    const known = told.get(name);
    if (known === undefined || isBefore(body, known.body as typeof body)) told.set(name, claim);
  }
  return [...told.values()];
}

/** One without a time is after all that have one. */
function isBefore(left: { readonly at: number | null }, right: { readonly at: number | null }): boolean {
  return (left.at ?? Number.POSITIVE_INFINITY) < (right.at ?? Number.POSITIVE_INFINITY);
}

/** What has no time was stated before all that has. */
export function statedAt({ stated_at }: Claim): number {
  return stated_at ?? Number.NEGATIVE_INFINITY;
}

function isNotIn(some: readonly Claim[]): (claim: Claim) => boolean {
  return (claim) => !some.includes(claim);
}

/** Another amount, time, deadline or whole of an order is a contradiction. Another status or phone number is not. */
const ORDER_FIELDS: ReadonlySet<string> = new Set(['amount', 'currency', 'placed_at', 'expires_at', 'parent']);
const isOfOrder = (field: string) => ORDER_FIELDS.has(field);
const isOfAny = () => true;

function isA<Type extends FactBody['type']>(
  claim: Claim,
  type: Type,
): claim is Claim<Extract<FactBody, { readonly type: Type }>> {
  return claim.body.type === type;
}

/**
 * The id that people see for a payment or return: the provider's, otherwise any; the smallest of several. What nobody
 * signed names it where nothing else does.
 */
export function nameOf(observations: readonly Observation[], lines: readonly Line[]): string {
  let name: string | null = null;
  for (const claim of observations) if (!isUnsigned(claim)) name = smaller(name, claim.body.provider_transaction_id);
  for (const { body } of lines) name = smaller(name, body.provider_transaction_id);
  if (name !== null) return name;
  for (const { body } of observations) name = smaller(name, body.provider_transaction_id);
  if (name !== null) return name;
  for (const claim of [...observations, ...lines]) for (const id of ownIds(claim.body)) name = smaller(name, id);
  return name ?? '';
}

function smaller(name: string | null, id: string | null): string | null {
  return name === null || (id !== null && id < name) ? id : name;
}
