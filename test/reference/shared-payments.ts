// One payment under several references, as the slow reference has it: which of them holds it, which have a part of it,
// and what each then stands on.

import type { Claim } from '../../src/domain/fact.ts';
import {
  type Heard,
  isHint,
  type Line,
  type Order,
  readingsOf,
  type Shared,
  timeOf,
  unsignedAsHint,
  type Word,
} from './claims.ts';
import { amountWord, bestOf, connected, idsOf, isFinal, isMoney } from './payments.ts';
import { type Judgement, judge } from './reference.ts';
import type { Terms } from './terms.ts';
import { abs, first, minor, sum } from './values.ts';

type Claims = readonly Claim[];
type PaymentClaim = (Word | Line) & { readonly reference: string };

/** What is said under a reference, and where it stands; it stands nowhere where others hold all of it. */
export function judgeReferences(
  references: ReadonlyMap<string, Claims>,
  terms: Terms,
  asOf: number,
): ReadonlyMap<string, Judgement> {
  const counting = new Map([...references].map(([reference, claims]) => [reference, [...claims]]));
  const lost = new Map<string, Shared[]>();
  const parts = new Map<string, string[]>();
  for (const payment of paymentsOf(references)) {
    const { holder, sharers } = holderOf(payment, references, terms);
    for (const reference of sharers) parts.set(reference, [...(parts.get(reference) ?? []), ...namesOf(payment)]);
    if (holder === null) continue;
    for (const [reference, claims] of references) {
      if (reference === holder || sharers.includes(reference)) continue;
      const order = claims.find(isOrder);
      const names = namesOf(payment);
      const own = claims.filter((claim) => isOf(claim, names));
      // A return alone claims its original for a reference without an order only, and so do words that nobody signed.
      const isClaimed = own.some((claim) => isPayment(claim) && !isHint(claim));
      if (own.length === 0 || (order !== undefined && !isClaimed)) continue;
      counting.set(
        reference,
        counting.get(reference)!.filter((claim) => !own.includes(claim)),
      );
      counting.get(holder)!.push(...own);
      if (order !== undefined)
        lost.set(reference, [...(lost.get(reference) ?? []), sharedOf(own, holder, order, terms)]);
    }
  }
  const standing = [...counting].filter(([, claims]) => claims.length > 0);
  return new Map(
    standing.map(([reference, claims]) => {
      const [heard] = readingsOf(claims, terms) as [Heard];
      return [
        reference,
        judge({ ...heard, lost: lost.get(reference) ?? [], parts: parts.get(reference) ?? [] }, terms, asOf),
      ];
    }),
  );
}

const isOrder = (claim: Claim): claim is Order => claim.body.type === 'OrderPlaced';

function isPayment(claim: Claim): claim is Word | Line {
  const { body } = claim;
  if (body.type === 'SettlementLineReported') return body.line_type === 'payment';
  return body.type === 'PaymentObserved' && ['payment', 'authorisation', 'capture'].includes(body.kind);
}

/** Whether a claim is of a payment, or names it as its original. */
function isOf({ body }: Claim, names: readonly string[]): boolean {
  if (body.type !== 'PaymentObserved' && body.type !== 'SettlementLineReported') return false;
  const original = body.original_transaction_id;
  return idsOf(body).some((id) => names.includes(id)) || (original !== null && names.includes(original));
}

const namesOf = (payment: readonly PaymentClaim[]): string[] => [
  ...new Set(payment.flatMap(({ body }) => idsOf(body))),
];

/** The payments that are claimed under several references, and mean money. */
function paymentsOf(references: ReadonlyMap<string, Claims>): PaymentClaim[][] {
  const all = [...references].flatMap(([reference, claims]) =>
    claims.filter(isPayment).map((claim): PaymentClaim => {
      const { body } = claim;
      return {
        ...(body.type === 'PaymentObserved' ? unsignedAsHint({ ...claim, body }) : { ...claim, body }),
        reference,
      };
    }),
  );
  const groups = connected(all, ({ body }) => idsOf(body));
  return groups.filter((group) => group.some((claim) => isLine(claim) || isMoney(claim)));
}

const isLine = (claim: PaymentClaim): claim is Line & { readonly reference: string } =>
  claim.body.type === 'SettlementLineReported';
const isWord = (claim: PaymentClaim): claim is Word & { readonly reference: string } => !isLine(claim);

/** The holder, or several that share it: those whose lines, each under an order, come to its gross. */
function holderOf(
  payment: readonly PaymentClaim[],
  references: ReadonlyMap<string, Claims>,
  terms: Terms,
): { holder: string | null; sharers: string[] } {
  const names = namesOf(payment);
  const orderOf = (reference: string) => references.get(reference)!.find(isOrder) ?? null;
  const own = (reference: string) => payment.filter((claim) => claim.reference === reference);
  const claimants = [...new Set(payment.filter((claim) => !isHint(claim)).map(({ reference }) => reference))];
  const returning = [...references].filter(
    ([reference, claims]) => orderOf(reference) === null && claims.some((claim) => isOf(claim, names)),
  );
  if (new Set([...claimants, ...returning.map(([reference]) => reference)]).size < 2)
    return { holder: null, sharers: [] };
  const words = payment.filter(isWord).filter(({ body }) => body.amount !== null);
  const lines = payment.filter(isLine);
  const ofLines = [...new Set(lines.map(({ reference }) => reference))];
  // What was only asked for does not outweigh what was settled.
  const word = amountWord(words.filter(isMoney)) ?? (lines.length > 0 ? null : amountWord(words));
  const amounts =
    word !== null ? [word.body] : lines.map(({ body }) => ({ amount: body.gross, currency: body.currency }));
  const fits = (reference: string) => {
    const order = orderOf(reference)?.body ?? null;
    return amounts.some(({ amount, currency }) => {
      if (order === null || order.currency !== currency) return false;
      return abs(minor(amount!, currency!) - minor(order.amount, order.currency)) <= terms.tolerance(order.currency);
    });
  };
  const rank = (reference: string): number[] => [
    Number(fits(reference)),
    Number(orderOf(reference) !== null),
    evidenceOf(own(reference)),
  ];
  const sharers = isSplit(lines, word, orderOf) ? ofLines : [];
  const [holder] = (sharers.length > 0 ? sharers : claimants).toSorted((one, other) => {
    const [left, right] = [rank(one), rank(other)];
    const at = left.findIndex((value, place) => value !== right[place]);
    return at < 0 ? (one < other ? -1 : 1) : right[at]! - left[at]!;
  });
  return { holder: holder!, sharers };
}

/** Whether every line has a reference with an order, and they come to what was reported, exactly. */
function isSplit(
  lines: readonly (Line & { readonly reference: string })[],
  word: Word | null,
  orderOf: (reference: string) => Order | null,
): boolean {
  if (word === null || new Set(lines.map(({ reference }) => reference)).size < 2) return false;
  const { amount, currency } = word.body as { amount: string; currency: string };
  if (!lines.every(({ body, reference }) => body.currency === currency && orderOf(reference) !== null)) return false;
  return sum(lines.map(({ body }) => minor(body.gross, currency))) === minor(amount, currency);
}

/** Settlement beats poll beats callback, and a final word one that is not. */
function evidenceOf(claims: readonly PaymentClaim[]): number {
  if (claims.some(isLine)) return 4;
  const best = bestOf(claims.filter(isWord));
  if (best === null) return -1;
  return (isFinal(best) ? 2 : 0) + (best.body.via === 'poll' ? 1 : 0);
}

function sharedOf(claims: readonly Claim[], holder: string, order: Order, terms: Terms): Shared {
  const own = claims.filter(isPayment);
  const since = first(own.map((claim) => timeOf(claim, terms)));
  return {
    holder,
    names: own.flatMap(({ body }) => idsOf(body)),
    opened_at: since === null ? null : Math.max(since, order.body.placed_at),
  };
}
