// A whole order of several merchants: what the payer owes for all its parts, as one order.

import { earliest, type Instant, latest } from '../domain/time.ts';
import type { OrderPart } from './order-parts.ts';
import { type Order, readOrder } from './orders.ts';
import type { Payment } from './payments.ts';
import type { CompiledRules } from './rules.ts';

export interface PlacedPart extends OrderPart {
  readonly order: Order;
  /** Whether the payer owes it: it was not cancelled before the payment, and is in the currency of the whole. */
  readonly isOwed: boolean;
}

export interface Whole {
  /** In the order of their references. */
  readonly parts: readonly PlacedPart[];
  readonly order: Order;
  /** Whether money came, and the first time of that which is known. */
  readonly isPaid: boolean;
  readonly paidAt: Instant | null;
  /** What the parts come to where the order of the whole says something else, and since when; otherwise null. */
  readonly other: { readonly sum: bigint; readonly placedAt: Instant } | null;
}

type Placed = Pick<PlacedPart, 'reference' | 'order'>;

/** What may be paid at most, before anything is known of payments: their amounts do not depend on a status. */
export function askedOrder(own: Order | undefined, parts: readonly OrderPart[], rules: CompiledRules): Order {
  if (own !== undefined) return own;
  const placed = placedParts(parts, rules, Number.POSITIVE_INFINITY);
  const currency = currencyOf(placed);
  const same = placed.filter(({ order }) => order.currency === currency);
  return { ...same[0]!.order, amount: sumOf(same) };
}

/** The whole by its own order, where there is one, and by its parts, of which there is at least one. */
export function readWhole(
  own: Order | undefined,
  parts: readonly OrderPart[],
  payments: readonly Payment[],
  rules: CompiledRules,
  asOf: Instant,
): Whole {
  const paid = payments.filter(({ succeeded }) => succeeded);
  const paidAt = earliest(paid.map(({ succeededAt, seenAt }) => succeededAt ?? seenAt));
  const isPaid = paid.length > 0;
  const all = placedParts(parts, rules, asOf);
  const currency = own?.currency ?? currencyOf(all);
  const isCancelled = ({ status, statusAt }: Order) => {
    return status === 'cancelled' && (!isPaid || (paidAt !== null && statusAt <= paidAt));
  };
  const placed = all.map((part) => {
    return { ...part, isOwed: part.order.currency === currency && !isCancelled(part.order) };
  });
  const owed = placed.filter(({ isOwed }) => isOwed);
  const same = placed.filter(({ order }) => order.currency === currency);
  const [sum, sumOfAll] = [sumOf(owed), sumOf(same)];
  // A shop restates the whole when a part is cancelled, or leaves it as it was placed: both agree with the parts.
  const isOther = own !== undefined && own.amount !== sum && own.amount !== sumOfAll;
  const placedAt = latest(all.map(({ order }) => order.placedAt))!;
  const terms = termsOf(own, owed.length > 0 ? owed : all, owed.length > 0);
  const amount = isOther ? own.amount : owed.length > 0 ? sum : (own?.amount ?? sumOfAll);
  const nextStatusAt = earliest([own?.nextStatusAt ?? null, ...all.map(({ order }) => order.nextStatusAt)]);
  return {
    parts: placed,
    order: { ...terms, amount, currency, nextStatusAt },
    ...{ isPaid, paidAt },
    other: isOther ? { sum: owed.length > 0 ? sum : sumOfAll, placedAt: Math.max(own.placedAt, placedAt) } : null,
  };
}

function placedParts(parts: readonly OrderPart[], rules: CompiledRules, asOf: Instant) {
  return parts.map((part) => ({ ...part, order: readOrder(part, rules, asOf)! }));
}

/** The currency of most parts; of several the first. */
function currencyOf(parts: readonly Placed[]): string {
  const counts = new Map<string, number>();
  for (const { order } of parts) counts.set(order.currency, (counts.get(order.currency) ?? 0) + 1);
  const [[currency]] = [...counts].sort(([left, many], [right, more]) => more - many || (left < right ? -1 : 1)) as [
    [string, number],
  ];
  return currency;
}

function sumOf(parts: readonly Placed[]): bigint {
  return parts.reduce((sum, { order }) => sum + order.amount, 0n);
}

/** All of an order but its amount. A whole without parts that are owed was cancelled with the last of them. */
function termsOf(own: Order | undefined, parts: readonly Placed[], hasOwed: boolean): Omit<Order, 'amount'> {
  const orders = parts.map(({ order }) => order);
  const [first] = orders as [Order];
  const base = own ?? {
    ...first,
    merchant: '',
    placedAt: Math.min(...orders.map(({ placedAt }) => placedAt)),
    status: 'awaiting_payment' as const,
    expiresAt: latest(orders.map(({ expiresAt }) => expiresAt)),
  };
  if (own?.status === 'cancelled') return own;
  if (!hasOwed) {
    const statusAt = latest(orders.map((order) => order.statusAt))!;
    return { ...base, status: 'cancelled', statusAt, countedAt: null, closedFrom: statusAt };
  }
  const countedAt = earliest([own?.countedAt ?? null, ...orders.map((order) => order.countedAt)]);
  if (countedAt !== null) {
    return { ...base, status: 'paid', statusAt: countedAt, countedAt, expiresAt: null, closedFrom: null };
  }
  return { ...base, statusAt: base.placedAt, countedAt: null, closedFrom: base.expiresAt };
}
