// The order of a key as the shop reports it: one amount, and the status that holds.

import { type Claim, ORDER_STATUSES, type OrderPlaced, type OrderStatus } from '../domain/fact.ts';
import { minorOf } from '../domain/money.ts';
import { earlier, type Instant } from '../domain/time.ts';
import type { Claims } from './claims.ts';
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
  /** Since when the shop counts on the money, whether it calls the order paid or fulfilled; null where it does not. */
  readonly countedAt: Instant | null;
  /** When a status that was announced comes into force; null if none is. */
  readonly nextStatusAt: Instant | null;
  /** When the order expires unless it is paid; null if the shop counts it as paid or fulfilled. */
  readonly expiresAt: Instant | null;
  /** From when money is too late: the earlier of cancellation and expiry; null while neither can happen. */
  readonly closedFrom: Instant | null;
  readonly country: string | null;
  readonly operator: string | null;
}

/** A status, and from when it holds. */
interface Held {
  readonly status: OrderStatus;
  readonly since: Instant;
}

/** What is said of an order: its contents, and what the shop says later. */
export type OrderClaims = Pick<Claims, 'orders' | 'statusChanges'>;

/** The order as of a time: a status that holds from later on is not yet in force. A change alone places no order. */
export function readOrder(claims: OrderClaims, rules: CompiledRules, asOf: Instant): Order | undefined {
  const used = claims.orders[0];
  if (used === undefined) return undefined;
  const { body } = used;
  const { holding, next } = heldAt(claims, used, asOf);
  const { status } = holding[0]!;
  const deadline = body.expires_at ?? body.placed_at + rules.grace.payment;
  const cancelledAt = status === 'cancelled' ? sinceOf(holding, isCancelled) : null;
  const expiresAt = isCounted(status) ? null : deadline;
  return {
    merchant: used.merchant,
    provider: used.provider,
    amount: minorOf(body.amount, body.currency),
    currency: body.currency,
    placedAt: body.placed_at,
    status,
    statusAt: sinceOf(holding, (other) => other === status),
    countedAt: isCounted(status) ? sinceOf(holding, isCounted) : null,
    nextStatusAt: next,
    expiresAt,
    closedFrom: cancelledAt === null ? expiresAt : endOf(cancelledAt, deadline, holding),
    country: body.country,
    operator: body.operator,
  };
}

/** A cancelled order had ended before if it expired; while the shop counted it as paid it could not. */
function endOf(cancelledAt: Instant, deadline: Instant, holding: readonly Held[]): Instant {
  const then = holding.find(({ since }) => since <= deadline);
  return deadline < cancelledAt && !(then !== undefined && isCounted(then.status)) ? deadline : cancelledAt;
}

const isCancelled = (status: OrderStatus) => status === 'cancelled';
/** Whether the shop counts on the money. */
const isCounted = (status: OrderStatus) => status === 'paid' || status === 'fulfilled';

/** The start of the uninterrupted run of such statuses that holds now. */
function sinceOf(holding: readonly Held[], isSuch: (status: OrderStatus) => boolean): Instant {
  // Most orders have one status.
  if (holding.length === 1) return holding[0]!.since;
  const other = holding.findIndex(({ status }) => !isSuch(status));
  return holding[(other < 0 ? holding.length : other) - 1]!.since;
}

/** The statuses that hold or held, at least one, the latest first; and when the next one begins. */
function heldAt(
  { orders, statusChanges }: OrderClaims,
  used: Claim<OrderPlaced>,
  asOf: Instant,
): { holding: readonly Held[]; next: Instant | null } {
  const holding: Held[] = [];
  let next: Instant | null = null;
  for (const { body } of orders) {
    const since = body.status_at ?? body.placed_at;
    if (body.status_at !== null && since > asOf) next = earlier(next, since);
    else holding.push({ status: body.status, since });
  }
  for (const claim of statusChanges) {
    const { status, at } = claim.body;
    if (!isOfMerchant(claim, used.merchant)) continue;
    if (at > asOf) next = earlier(next, at);
    else holding.push({ status, since: at });
  }
  // At the same time, the status later in an order's life holds: fulfilled, paid, cancelled, awaiting payment.
  if (holding.length > 1) {
    holding.sort(
      (left, right) =>
        right.since - left.since || ORDER_STATUSES.indexOf(right.status) - ORDER_STATUSES.indexOf(left.status),
    );
  }
  if (holding.length === 0) holding.push({ status: 'awaiting_payment', since: used.body.placed_at });
  return { holding: holding.length === 1 ? holding : withoutOvertaken(holding), next };
}

/** What another status overtook at once never held, and interrupts nothing. */
function withoutOvertaken(holding: readonly Held[]): readonly Held[] {
  return holding.filter(({ since }, at) => at === 0 || holding[at - 1]!.since !== since);
}

/** Whether what a shop says later is about the order of this merchant: another shop's waits for its own order. */
export function isOfMerchant({ merchant }: Claim, of: string): boolean {
  return merchant === of || merchant === '';
}
