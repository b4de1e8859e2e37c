// Refunds that a shop asked for or made: the money of the order is to go back, until a provider says that it did.

import type { Claim, RefundRequested } from '../domain/fact.ts';
import { minorOf } from '../domain/money.ts';
import { type Instant, later, latest } from '../domain/time.ts';
import type { Claims } from './claims.ts';
import type { Findings } from './findings.ts';
import { isOfMerchant, type Order } from './orders.ts';
import type { Payment } from './payments.ts';
import { amountNotArrived } from './returned-check.ts';
import { type FoundReturns, returnsOf } from './returns.ts';
import type { CompiledRules } from './rules.ts';

interface Paid {
  readonly claims: Claims;
  readonly payments: readonly Payment[];
  readonly returns: FoundReturns;
  readonly rules: CompiledRules;
}

/**
 * What a shop gave back of an order and no provider's word answers within `grace.return` is told as money that is
 * kept, as that of a cancelled order is; before that the stage waits. Any returned money of the order answers, and so
 * does a return that failed, which is told as such. What was asked for in a currency in which nobody paid, or beyond
 * what was paid, is not known to be with the shop.
 */
export function checkRequests(found: Findings, about: Paid, order: Order): void {
  // Of a cancelled order all the money is to go back.
  if (about.claims.refundRequests.length === 0 || order.status === 'cancelled') return;
  const currencies = new Set(about.claims.refundRequests.map(({ body }) => body.currency));
  for (const currency of [...currencies].sort()) {
    checkCurrency(found, about, currency, requestsOf(about.claims, order, currency));
  }
}

/** What the shop of an order asked to be given back in a currency, in the order of time. */
export function requestsOf(
  { refundRequests }: Pick<Claims, 'refundRequests'>,
  { merchant }: Order,
  currency: string,
): readonly Claim<RefundRequested>[] {
  const own = refundRequests.filter((claim) => isOfMerchant(claim, merchant) && claim.body.currency === currency);
  return own.sort(byTime);
}

function checkCurrency(
  found: Findings,
  { payments, returns, rules }: Paid,
  currency: string,
  requests: readonly Claim<RefundRequested>[],
): void {
  const paid = payments.filter((payment) => payment.succeeded && payment.currency === currency);
  let [gross, returned, answered] = [0n, 0n, 0n];
  for (const payment of paid) {
    const own = returnsOf(returns, payment);
    gross += payment.gross ?? 0n;
    returned += own.returned;
    answered += own.returned;
    for (const entry of own.returns)
      if (entry.state === 'failed') answered += amountNotArrived(payment, entry, own.returns);
  }
  const paidAt = latest(paid.map(({ seenAt }) => seenAt));
  checkAsked(found, rules, requests, { gross, returned, answered, paidAt, currency });
}

/** What requests are held against: what was paid, when the last of it, what went back, and what answers a request. */
interface PaidSums {
  readonly gross: bigint;
  readonly returned: bigint;
  readonly answered: bigint;
  readonly paidAt: Instant | null;
  readonly currency: string;
}

export function checkAsked(
  found: Findings,
  rules: CompiledRules,
  requests: readonly Claim<RefundRequested>[],
  { gross, returned, answered, paidAt, currency }: PaidSums,
): void {
  let asked = 0n;
  let unanswered: Claim<RefundRequested> | undefined;
  for (const claim of requests) {
    asked += minorOf(claim.body.amount, currency);
    if (asked > gross) asked = gross;
    if (asked > answered) unanswered ??= claim;
  }
  if (unanswered === undefined) return;
  const since = timeOf(unanswered);
  if (since === null) return found.wait('payment');
  const deadline = later(since, paidAt)! + rules.grace.return;
  if (!found.passed('payment', deadline)) return;
  const subject = { subject: '', openedAt: deadline };
  found.amounts('CANCELLED_BUT_PAID', subject, gross - asked, gross - returned, currency);
}

/** What has no time is under no time rule. */
function timeOf({ body, occurred_at }: Claim<RefundRequested>): Instant | null {
  return body.at ?? occurred_at;
}

function byTime(left: Claim<RefundRequested>, right: Claim<RefundRequested>): number {
  const [leftAt, rightAt] = [timeOf(left), timeOf(right)];
  if (leftAt !== rightAt) return (leftAt ?? Number.POSITIVE_INFINITY) - (rightAt ?? Number.POSITIVE_INFINITY);
  return left.id < right.id ? -1 : 1;
}
