// Which part of a whole order the money that went back was for.

import { minorOf } from '../domain/money.ts';
import type { Payment } from './payments.ts';
import type { Return } from './return-state.ts';
import { amountNotArrived } from './returned-check.ts';
import { type FoundReturns, returnsOf } from './returns.ts';
import type { PlacedPart, Whole } from './whole-orders.ts';

export interface ReturnedByPart {
  /** By the reference of the part, in minor units of the currency of the whole. */
  readonly parts: ReadonlyMap<string, bigint>;
  /** What was said to go back of a part and failed, where anything did. */
  readonly failed: ReadonlyMap<string, bigint>;
  /** What nothing says of which part it was. */
  readonly rest: bigint;
}

interface Paid {
  readonly payments: readonly Payment[];
  readonly returns: FoundReturns;
}

/**
 * Each part gets back at most what it is. A return under a part's own reference is that part's. Of the others, all
 * that is left of the whole is everybody's; an amount that is exactly what is left of a part is that part's: of one
 * that was cancelled, then of one for which its shop asked for so much, then of the only one with this amount, then of
 * all that were cancelled together. `nameOf` has the parts by the names of what came under their references.
 */
export function returnedByPart(whole: Whole, { payments, returns }: Paid, nameOf: ReadonlyMap<string, string>) {
  const { currency } = whole.order;
  const all = payments.filter((payment) => payment.succeeded && payment.currency === currency);
  const owed = whole.parts.filter(({ isOwed }) => isOwed);
  const left = new Map(owed.map(({ reference, order }) => [reference, order.amount]));
  let total = 0n;
  for (const payment of all) total += returnsOf(returns, payment).returned;
  let rest = total;
  const give = (reference: string, amount: bigint): void => {
    const most = left.get(reference) ?? 0n;
    const given = amount < most ? amount : most;
    left.set(reference, most - given);
    rest -= given;
  };
  const unnamed: Return[] = [];
  for (const entry of all.flatMap((payment) => returnsOf(returns, payment).returns).sort(byTime)) {
    if (entry.state !== 'done' || (entry.currency ?? currency) !== currency) continue;
    const part = partOf(entry, nameOf);
    if (part !== undefined && left.has(part)) give(part, least(entry.amount, rest));
    else unnamed.push(entry);
  }
  for (const { amount } of unnamed) {
    if (amount > rest) continue;
    for (const { reference, given } of partsFor(amount, owed, left)) give(reference, given);
  }
  const open = [...left.values()].reduce((sum, amount) => sum + amount, 0n);
  if (rest > 0n && rest >= open) for (const { reference } of owed) give(reference, left.get(reference)!);
  const parts = new Map(owed.map(({ reference, order }) => [reference, order.amount - left.get(reference)!]));
  return { parts, failed: failedByPart(all, { owed, left, nameOf }, returns), rest } satisfies ReturnedByPart;
}

interface OpenParts {
  readonly owed: readonly PlacedPart[];
  readonly left: ReadonlyMap<string, bigint>;
  readonly nameOf: ReadonlyMap<string, string>;
}

/** A return that failed was for the part that names it, otherwise for the one that its amount fits. */
function failedByPart(paid: readonly Payment[], { owed, left, nameOf }: OpenParts, found: FoundReturns) {
  const failed = new Map<string, bigint>();
  for (const payment of paid) {
    const { returns } = returnsOf(found, payment);
    for (const entry of returns) {
      if (entry.state !== 'failed' || (entry.currency ?? payment.currency) !== payment.currency) continue;
      const missing = amountNotArrived(payment, entry, returns);
      if (missing === 0n) continue;
      const named = partOf(entry, nameOf);
      const parts = named === undefined ? partsFor(missing, owed, left) : [{ reference: named, given: missing }];
      for (const { reference, given } of parts) failed.set(reference, (failed.get(reference) ?? 0n) + given);
    }
  }
  return failed;
}

/** The part under whose reference anything of a return came. */
function partOf({ name, lines }: Return, nameOf: ReadonlyMap<string, string>): string | undefined {
  return [name, ...lines.map(({ id }) => id)].map((each) => nameOf.get(each)).find((reference) => reference);
}

interface Given {
  readonly reference: string;
  readonly given: bigint;
}

/** The parts that an amount was for, and how much of each; none where several may be meant. */
function partsFor(amount: bigint, owed: readonly PlacedPart[], left: ReadonlyMap<string, bigint>): readonly Given[] {
  const open = owed.filter(({ reference }) => left.get(reference)! > 0n);
  const cancelled = open.filter(({ order }) => order.status === 'cancelled').sort(byCancellation);
  const fits = ({ reference }: PlacedPart) => left.get(reference) === amount;
  const isAsked = (part: PlacedPart) => askedFor(part, left) === amount && amount <= left.get(part.reference)!;
  const one = cancelled.find(fits) ?? open.find(isAsked) ?? only(open.filter(fits)) ?? only(open);
  if (one !== undefined) return [{ reference: one.reference, given: amount }];
  const rests = cancelled.map(({ reference }) => ({ reference, given: left.get(reference)! }));
  return rests.reduce((sum, { given }) => sum + given, 0n) === amount ? rests : [];
}

function only<Value>(values: readonly Value[]): Value | undefined {
  return values.length === 1 ? values[0] : undefined;
}

/** What the shop asked to be given back of a part and is not yet. */
function askedFor({ reference, order, refundRequests }: PlacedPart, left: ReadonlyMap<string, bigint>): bigint {
  let asked = 0n;
  for (const { body } of refundRequests) {
    if (body.currency === order.currency) asked += minorOf(body.amount, body.currency);
  }
  return asked - (order.amount - left.get(reference)!);
}

function least(left: bigint, right: bigint): bigint {
  return left < right ? left : right;
}

function byCancellation({ order: left, ...one }: PlacedPart, { order: right, ...other }: PlacedPart): number {
  return left.statusAt - right.statusAt || (one.reference < other.reference ? -1 : 1);
}

function byTime(left: Return, right: Return): number {
  if (left.at !== right.at) return (left.at ?? Number.POSITIVE_INFINITY) - (right.at ?? Number.POSITIVE_INFINITY);
  return left.name < right.name ? -1 : left.name > right.name ? 1 : 0;
}
