// The order of a key as the shop reports it: one amount, and the status that holds.

import { type Claim, ORDER_STATUSES, type OrderPlaced, type OrderStatus } from '../domain/fact.ts';
import { minorOf } from '../domain/money.ts';
import type { Instant } from '../domain/time.ts';
import type { CompiledRules } from './rules.ts';

export interface Order {
  readonly merchant: string;
  readonly provider: string;
  readonly amount: bigint;
  readonly currency: string;
  readonly placedAt: Instant;
  readonly status: OrderStatus;
  /** Since when the status holds. */
  readonly statusAt: Instant;
  /** When the order expires unless it is paid; null if the shop counts it as paid or fulfilled. */
  readonly expiresAt: Instant | null;
  /** From when money is too late: the earlier of cancellation and expiry; null while neither can happen. */
  readonly closedFrom: Instant | null;
  readonly country: string | null;
  readonly operator: string | null;
}

export function readOrder(contents: readonly Claim<OrderPlaced>[], rules: CompiledRules): Order | undefined {
  const used = contents[0];
  if (used === undefined) return undefined;
  const { body } = used;
  const { status, since } = holdingStatus(contents);
  const counted = status === 'paid' || status === 'fulfilled';
  const expiresAt = counted ? null : (body.expires_at ?? body.placed_at + rules.grace.payment);
  const cancelledAt = status === 'cancelled' ? since : null;
  return {
    merchant: used.merchant,
    provider: used.provider,
    amount: minorOf(body.amount, body.currency),
    currency: body.currency,
    placedAt: body.placed_at,
    status,
    statusAt: since,
    expiresAt,
    closedFrom: cancelledAt === null || expiresAt === null ? expiresAt : Math.min(cancelledAt, expiresAt),
    country: body.country,
    operator: body.operator,
  };
}

/** The latest status holds, from the first claim in the uninterrupted run of that status. */
function holdingStatus(contents: readonly Claim<OrderPlaced>[]): { status: OrderStatus; since: Instant } {
  if (contents.length === 1) {
    const { status, status_at, placed_at } = contents[0]!.body;
    return { status, since: status_at ?? placed_at };
  }
  const statuses = contents.map(({ body }) => ({ status: body.status, since: body.status_at ?? body.placed_at }));
  // At the same time, the status later in an order's life holds: fulfilled, paid, cancelled, awaiting payment.
  statuses.sort(
    (left, right) =>
      right.since - left.since || ORDER_STATUSES.indexOf(right.status) - ORDER_STATUSES.indexOf(left.status),
  );
  const { status } = statuses[0]!;
  const other = statuses.findIndex((entry) => entry.status !== status);
  return { status, since: statuses[(other < 0 ? statuses.length : other) - 1]!.since };
}
