// The amounts of the payment stage: what was paid for an order, against what it is for.

import { type Instant, later, latest } from '../domain/time.ts';
import { absolute, type Findings } from './findings.ts';
import { creditsFor, type Links } from './linked-money.ts';
import type { Order } from './orders.ts';
import { isInconclusive, isTooLate, type Payment } from './payments.ts';
import { type FoundReturns, returnsOf } from './returns.ts';
import type { CompiledRules } from './rules.ts';
import type { Sharing } from './shared-payments.ts';

interface Paid {
  readonly rules: CompiledRules;
  readonly order: Order | undefined;
  readonly payments: readonly Payment[];
  readonly returns: FoundReturns;
  readonly sharing: Pick<Sharing, 'partOf'>;
  readonly links?: Links;
}

/** Compares the sum of the payments that were not returned in full with the order's amount. */
export function checkAmounts(found: Findings, { rules, links }: Paid, order: Order, live: readonly Payment[]): void {
  const tolerance = rules.tolerance.get(order.currency) ?? 0n;
  const most = order.amount + tolerance;
  let own = 0;
  let sum = -(links?.out.get(order.currency) ?? 0n);
  let openedAt: Instant | null = order.placedAt;
  for (const payment of live) {
    if (payment.currency !== null && payment.currency !== order.currency) {
      const about = { subject: payment.name, openedAt: later(order.placedAt, knownAt(payment)) };
      found.texts('CURRENCY_MISMATCH', about, order.currency, payment.currency, payment.currency);
    }
    if (payment.gross === null || payment.currency !== order.currency) continue;
    own++;
    sum += payment.gross;
    openedAt = later(openedAt, knownAt(payment));
  }
  if (own > 1 && sum > most) {
    const subject = { subject: '', openedAt: later(order.placedAt, exceededAt(live, most, order.currency)) };
    found.amounts('DUPLICATE_PAYMENT', subject, order.amount, sum, order.currency);
    return;
  }
  // An amount that is unknown or in another currency leaves the sum unknown.
  if (own === live.length && own > 0 && absolute(sum - order.amount) > tolerance) {
    const reason = sum < order.amount ? 'AMOUNT_UNDER' : 'AMOUNT_OVER';
    const subject = own === 1 ? live[0]!.name : '';
    found.amounts(reason, { subject, openedAt }, order.amount, sum, order.currency);
  }
  if (links === undefined) found.ended('payment', 'matched', null, sumsOf(live, order, openedAt));
}

/** Since when there is money, and of this amount. */
function knownAt({ grossAt, seenAt }: Payment): Instant | null {
  return later(grossAt, seenAt);
}

/** When payments came to more than this, in the order in which they were known. */
function exceededAt(payments: readonly Payment[], most: bigint, currency: string): Instant | null {
  const known = payments.flatMap((payment) => {
    return payment.gross === null || payment.currency !== currency
      ? []
      : [{ gross: payment.gross, at: knownAt(payment) }];
  });
  known.sort((left, right) => (left.at ?? Number.POSITIVE_INFINITY) - (right.at ?? Number.POSITIVE_INFINITY));
  let sum = 0n;
  let since: Instant | null = null;
  for (const [place, { gross, at }] of known.entries()) {
    sum += gross;
    since = at ?? since;
    // A single payment is never a duplicate, however large.
    if (place > 0 && sum > most) break;
  }
  return since;
}

export function sumsOf(payments: readonly Payment[], order: Order | null, openedAt: Instant | null) {
  const currency = order?.currency ?? payments[0]?.currency ?? null;
  let observed = 0n;
  for (const payment of payments) if (payment.currency === currency) observed += payment.gross ?? 0n;
  const at = openedAt ?? latest(payments.map((payment) => payment.seenAt));
  return { subject: '', openedAt: at, expected: order?.amount ?? null, observed, currency };
}

/** When an order that nobody paid is to be paid no more, if that is still to come. */
export function dueUntil({ order, payments, links }: Paid, asOf: Instant): Instant | null {
  if (order === undefined || order.expiresAt === null || order.expiresAt <= asOf) return null;
  const isPaid = payments.some(({ succeeded }) => succeeded) || creditsFor(links, order.merchant).length > 0;
  return isPaid ? null : order.expiresAt;
}

/** Whether the order is to be paid: it stands, and is paid in time or may still be. A part is paid with its whole. */
export function isDue({ order, payments, returns, sharing, links }: Paid, asOf: Instant): boolean {
  if (order === undefined || sharing.partOf !== null || order.status === 'cancelled') return false;
  const linked = creditsFor(links, order.merchant).map(({ payment }) => payment);
  const paid = [...payments.filter(({ succeeded }) => succeeded), ...linked];
  if (paid.length === 0) {
    return order.expiresAt === null || order.expiresAt > asOf || payments.some(isInconclusive);
  }
  const live = paid.filter((payment) => !returnsOf(returns, payment).inFull);
  return live.some((payment) => !isTooLate(order, payment));
}
