// A merchant's part of an order that is paid as a whole: it stands where the payment of the whole stands, but for what
// is of the part alone: that it was cancelled, or that its shop gave money back.

import type { Standing } from '../domain/assessment.ts';
import { formatMinor, minorOf } from '../domain/money.ts';
import { later } from '../domain/time.ts';
import type { Claims } from './claims.ts';
import type { Findings } from './findings.ts';
import { isRefused, type PartOf, type WholeStand } from './order-parts.ts';
import type { Order } from './orders.ts';
import { checkAsked, requestsOf } from './refund-requests.ts';
import type { CompiledRules } from './rules.ts';
import type { Whole } from './whole-orders.ts';

interface Part {
  readonly claims: Claims;
  readonly rules: CompiledRules;
}

export function assessPartPayment(found: Findings, about: Part, order: Order, { parent, stand }: PartOf): Standing {
  if (stand === null) found.wait('payment');
  else if (isRefused(stand)) {
    const subject = { subject: about.claims.orders[0]!.id, openedAt: order.placedAt };
    found.texts('CONFLICTING_EVIDENCE', subject, `parent: ${parent}`, `whole: ${stand.of}`, null);
  } else return standing(found, about, order, stand);
  return found.standing('payment', 'pending');
}

/** A shop says of the whole what all its parts come to, once all of them had time to come. */
export function checkPartSums(found: Findings, { claims, rules }: Part, { order, other }: Whole): void {
  if (other === null) return;
  const deadline = other.placedAt + rules.grace.order;
  if (!found.passed('payment', deadline)) return;
  const textOf = (amount: bigint) => `${formatMinor(amount, order.currency)} ${order.currency}`;
  const about = { subject: claims.orders[0]!.id, openedAt: deadline };
  const [whole, parts] = [`amount: ${textOf(order.amount)}`, `parts: ${textOf(other.sum)}`];
  found.texts('CONFLICTING_EVIDENCE', about, whole, parts, null);
}

export function assessPartSettlement(found: Findings, order: Order, { stand }: PartOf): Standing {
  if (stand === null || isRefused(stand) || (order.status === 'cancelled' && !isOfPayment(stand))) return 'closed';
  if (stand.settlement === 'matched') {
    found.ended('settlement', 'matched', null, sumsOf(order, stand, order.amount));
  }
  return stand.settlement;
}

function standing(found: Findings, about: Part, order: Order, stand: WholeStand): Standing {
  if (stand.currency !== order.currency) {
    const subject = { subject: '', openedAt: order.placedAt };
    found.texts('CURRENCY_MISMATCH', subject, order.currency, stand.currency, stand.currency);
  }
  if (order.status === 'cancelled' && !isOfPayment(stand)) {
    const nothing = { ...sumsOf(order, stand, 0n), openedAt: order.statusAt };
    found.ended('payment', 'closed', 'ORDER_CANCELLED', nothing);
    return found.standing('payment', 'closed');
  }
  if (isOfPayment(stand)) checkReturned(found, about, order, stand);
  if (stand.payment === 'pending') found.wait('payment');
  const isPaid = stand.payment === 'matched';
  if (isPaid) found.ended('payment', 'matched', null, sumsOf(order, stand, order.amount));
  else if (stand.payment === 'closed') {
    const { reason, at } = stand.ended ?? { reason: null, at: null };
    found.ended('payment', 'closed', reason, { ...sumsOf(order, stand, 0n), ...(at === null ? {} : { openedAt: at }) });
  }
  return stand.payment === 'unmatched' ? 'unmatched' : found.standing('payment', stand.payment);
}

/** Whether money came for it. */
function isOfPayment({ isPaid, isOwed }: WholeStand): boolean {
  return isPaid && isOwed;
}

/** Money of a part that was cancelled after the payment, or that its shop gave back, goes back in time. */
function checkReturned(found: Findings, about: Part, order: Order, stand: WholeStand): void {
  const returned = minorOf(stand.returned, stand.currency);
  const left = order.amount - returned;
  if (returned > 0n) found.report('payment', 'reversal', null, { ...sumsOf(order, stand, returned) });
  if (order.status === 'cancelled') {
    const deadline = later(stand.paidAt, order.statusAt)! + about.rules.grace.return;
    if (left <= 0n || !found.passed('payment', deadline)) return;
    found.amounts('CANCELLED_BUT_PAID', { subject: '', openedAt: deadline }, 0n, left, order.currency);
    return;
  }
  // That a return failed is told under the whole.
  const answered = returned + minorOf(stand.failed ?? '0', stand.currency);
  const sums = { gross: order.amount, returned, answered, paidAt: stand.paidAt, currency: order.currency };
  checkAsked(found, about.rules, requestsOf(about.claims, order, order.currency), sums);
}

function sumsOf(order: Order, { paidAt }: WholeStand, observed: bigint) {
  const openedAt = later(order.placedAt, paidAt);
  return { subject: '', openedAt, expected: order.amount, observed, currency: order.currency };
}
