// The payment stage: the order against the payments made for it.

import type { Standing } from '../domain/assessment.ts';
import type { Claim } from '../domain/fact.ts';
import { earliest, type Instant, later } from '../domain/time.ts';
import type { Claims, Line, Observation } from './claims.ts';
import { isFinal, isUnsigned, meansMoney } from './evidence.ts';
import type { FeeLines } from './fee-lines.ts';
import type { Findings } from './findings.ts';
import { claimTime } from './lines.ts';
import { type Credit, creditsFor, type Links, tellCredits, tellStranded } from './linked-money.ts';
import type { Order } from './orders.ts';
import { checkAmounts, sumsOf } from './paid-amounts.ts';
import { assessPartPayment, checkPartSums } from './part-stage.ts';
import { type PaymentPart, sightOf, sightOfParts } from './payment-parts.ts';
import { type Gross, isInconclusive, isTooLate, type Payment } from './payments.ts';
import { checkRequests } from './refund-requests.ts';
import { checkReturned, checkUnlinkedChargebacks } from './returned-check.ts';
import { type FoundReturns, returnsOf } from './returns.ts';
import type { CompiledRules } from './rules.ts';
import type { Sharing } from './shared-payments.ts';
import type { Heard } from './speakers.ts';
import type { Whole } from './whole-orders.ts';
import { tellMerchants, tellShared } from './whose-order.ts';

/** The order, payments and returns of a key. Both stages are decided on these. */
export interface MatchGroup {
  readonly rules: CompiledRules;
  readonly heard: Heard;
  /** The claims that count. With orders of several merchants, `order` is none of theirs. */
  readonly claims: Claims;
  /** What counts under another reference, and of which whole it is a part. */
  readonly sharing: Sharing;
  /** The order that merchants' parts make up together; null where there are none. Then `order` is that of the whole. */
  readonly whole: Whole | null;
  readonly feeLines: FeeLines;
  readonly order: Order | undefined;
  readonly payments: readonly Payment[];
  /** The same payments in parts, where they are very many and each stands for itself; otherwise null. */
  readonly parts: readonly PaymentPart[] | null;
  readonly returns: FoundReturns;
  /** Absent where people linked nothing, and where what they linked is left out. */
  readonly links?: Links;
}

export function assessPaymentStage(found: Findings, about: MatchGroup): Standing {
  const { order, payments, parts } = about;
  if (order !== undefined && order.nextStatusAt !== null) found.reached(order.nextStatusAt);
  const credits = countedCredits(about);
  tellStranded(found, about.links, credits);
  if (about.heard.merchants.length > 1) return tellMerchants(found, about.claims.orders, about.heard.merchants);
  const isPaid = parts === null ? payments.some(hasMoney) : parts.some(({ sight }) => sight.succeeded > 0);
  checkClaims(found, about);
  const check = (into: Findings, payment: Payment) => checkPayment(into, about, payment, isPaid);
  if (parts === null) for (const payment of payments) check(found, payment);
  else for (const part of parts) part.check(found, 'payment', isPaid, check);
  checkUnlinkedChargebacks(found, about.returns);
  if (order === undefined) return found.standing('payment', withoutOrder(found, about, isPaid));
  if (about.sharing.partOf !== null) {
    // What came here is given to the whole: what is left is nobody's yet.
    if (isPaid) withoutOrder(found, about, isPaid);
    return assessPartPayment(found, about, order, about.sharing.partOf);
  }
  if (about.whole !== null) checkPartSums(found, about, about.whole);
  const isShared = tellShared(found, about.sharing.lost, order, about.rules);
  if (!isPaid && credits.length === 0) {
    return found.standing('payment', isShared ? 'unmatched' : withoutMoney(found, about, order));
  }
  const live = [...liveOf(about), ...credits.map(({ payment }) => payment)];
  for (const payment of live) if (!tellTooLate(found, order, payment)) checkKept(found, about, order, payment);
  checkRequests(found, about, order);
  checkAmounts(found, about, order, live);
  tellCredits(found, credits);
  // A person's word is no match.
  return found.standing('payment', credits.length > 0 ? 'resolved' : 'matched');
}

/** Money that people linked counts for an order of one merchant that is paid by itself. */
function countedCredits({ links, order, heard, whole, sharing }: MatchGroup): readonly Credit[] {
  const isAlone = order !== undefined && heard.merchants.length <= 1 && whole === null && sharing.partOf === null;
  return isAlone ? creditsFor(links, order.merchant) : [];
}

function checkPayment(found: Findings, about: MatchGroup, payment: Payment, isPaid: boolean): void {
  checkStatuses(found, payment);
  checkInconclusive(found, about, payment, isPaid);
  checkReturned(found, about.returns, payment);
}

function hasMoney({ succeeded }: Payment): boolean {
  return succeeded;
}

/** The payments with money that was not returned in full. */
function liveOf({ payments, returns }: MatchGroup): Payment[] {
  return payments.filter((payment) => payment.succeeded && !returnsOf(returns, payment).inFull);
}

/** Claims with contradictory contents, and unclassified claims. */
function checkClaims(found: Findings, { claims, rules }: MatchGroup): void {
  for (const { id, contents, difference } of claims.conflicts) {
    const times = differing(contents).map((claim) => claimTime(claim, rules.calendar));
    const known = times.filter((time) => time !== null).sort((left, right) => left - right);
    // The second content made the conflict; what has no time was there before all that has.
    const openedAt = known[known.length < times.length ? 0 : 1] ?? null;
    found.texts('CONFLICTING_EVIDENCE', { subject: id, openedAt }, difference.used, difference.others, null);
  }
  for (const claim of claims.unclassified) {
    found.texts(
      'UNCLASSIFIED',
      { subject: claim.id, openedAt: claimTime(claim, rules.calendar) },
      null,
      rawStatusOf(claim),
      null,
    );
  }
}

/** Contents of an order that differ in its status alone, for example, are one. */
function differing(contents: readonly Claim[]): Claim[] {
  const byMeaning = new Map<unknown, Claim>();
  for (const claim of contents) {
    const { body } = claim;
    const isOrder = body.type === 'OrderPlaced';
    byMeaning.set(
      isOrder ? `${body.amount} ${body.currency} ${body.placed_at} ${body.expires_at} ${body.parent}` : claim,
      claim,
    );
  }
  return [...byMeaning.values()];
}

function rawStatusOf(claim: Observation | Line): string {
  return claim.body.word ?? 'unclassified';
}

function checkStatuses(found: Findings, payment: Payment): void {
  if (payment.observations.length < 2) return;
  let paid: Observation | undefined;
  let unpaid: Observation | undefined;
  for (const claim of payment.observations) {
    if (!isFinal(claim.body.status)) continue;
    if (meansMoney(claim.body.status)) paid = earlierOf(paid, claim);
    else unpaid = earlierOf(unpaid, claim);
  }
  if (paid === undefined || unpaid === undefined) return;
  const openedAt = later(paid.occurred_at, unpaid.occurred_at);
  const [held, other] =
    payment.reportedStatus !== null && meansMoney(payment.reportedStatus) ? [paid, unpaid] : [unpaid, paid];
  const about = { subject: payment.name, openedAt };
  found.texts('STATUS_CONFLICT', about, held.body.status, other.body.status, payment.currency);
}

function earlierOf(left: Observation | undefined, right: Observation): Observation {
  if (left === undefined || left.occurred_at === null) return right;
  return right.occurred_at !== null && right.occurred_at < left.occurred_at ? right : left;
}

/** If another attempt brought the money, the stage does not wait for this one; its deadline still counts. */
function checkInconclusive(found: Findings, { rules }: MatchGroup, payment: Payment, isPaid: boolean): void {
  if (!isInconclusive(payment)) return;
  const claims = payment.observations.filter(({ body }) => body.status === 'inconclusive');
  const since = earliest(claims.map(({ occurred_at }) => occurred_at));
  if (!isPaid) found.wait('payment');
  if (since === null) return;
  const deadline = since + rules.grace.inconclusive;
  if (!found.reached(deadline)) return;
  const about = { subject: payment.name, openedAt: deadline };
  const known = claims.every(isUnsigned) ? 'unsigned' : 'inconclusive';
  found.texts('PAYMENT_INCONCLUSIVE', about, null, known, payment.currency);
}

function withoutOrder(found: Findings, about: MatchGroup, isPaid: boolean): Standing {
  const { payments, parts } = about;
  if (isPaid) {
    const live = parts === null ? sightOf(liveOf(about)) : sightOfParts(parts);
    if (live.succeeded === 0) {
      found.ended('payment', 'matched', null, sumsOf(payments.filter(hasMoney), null, null));
      return 'matched';
    }
    if (live.firstSight === null) found.wait('payment');
    else {
      const deadline = live.firstSight + about.rules.grace.order;
      if (found.passed('payment', deadline)) missingOrder(found, withoutLinked(live.gross, about.links), deadline);
    }
    return 'pending';
  }
  const attempts = parts === null ? sightOf(payments) : sightOfParts(parts);
  if (attempts.isOpen) {
    found.wait('payment');
    return 'pending';
  }
  // What a shop says later of an order waits for the order.
  if (about.claims.statusChanges.length + about.claims.refundRequests.length > 0) {
    found.wait('payment');
    return 'pending';
  }
  if (attempts.isReported) found.ended('payment', 'closed', null, sumsOf([], null, null));
  return 'closed';
}

/** What is not for other orders, by currency. */
function withoutLinked(sums: readonly Gross[], links: Links | undefined): readonly Gross[] | null {
  if (links === undefined || links.out.size === 0) return sums;
  const left = sums.map(({ currency, gross }) => ({ currency, gross: gross - (links.out.get(currency) ?? 0n) }));
  const rest = left.filter(({ gross }) => gross !== 0n);
  return rest.length === 0 ? null : rest;
}

/** Reports one break for each currency in which money came without an order. */
function missingOrder(found: Findings, sums: readonly Gross[] | null, openedAt: Instant): void {
  if (sums === null) return;
  for (const { currency, gross } of sums) {
    found.amounts('ORDER_MISSING', { subject: '', openedAt }, 0n, gross, currency);
  }
  if (sums.length === 0) found.amounts('ORDER_MISSING', { subject: '', openedAt }, null, null, null);
}

function withoutMoney(found: Findings, { rules, payments }: MatchGroup, order: Order): Standing {
  if (payments.some(isInconclusive)) return 'pending';
  const nothing = { subject: '', expected: order.amount, observed: 0n, currency: order.currency };
  if (order.status === 'cancelled') {
    found.ended('payment', 'closed', 'ORDER_CANCELLED', { ...nothing, openedAt: order.statusAt });
    return 'closed';
  }
  if (order.expiresAt === null) {
    const deadline = order.placedAt + rules.grace.payment;
    if (!found.passed('payment', deadline)) return 'pending';
    const about = { subject: '', openedAt: later(deadline, order.countedAt) };
    found.amounts('PAYMENT_MISSING', about, order.amount, 0n, order.currency);
    return 'unmatched';
  }
  if (!found.passed('payment', order.expiresAt)) return 'pending';
  found.ended('payment', 'closed', 'ORDER_EXPIRED', { ...nothing, openedAt: order.expiresAt });
  return 'closed';
}

/** Reports a payment at or after the end of its order. */
function tellTooLate(found: Findings, order: Order, payment: Payment): boolean {
  const { succeededAt, gross, currency } = payment;
  if (!isTooLate(order, payment)) return false;
  const about = { subject: payment.name, openedAt: succeededAt };
  found.amounts('PAID_AFTER_CANCEL', about, 0n, gross, currency);
  return true;
}

/** Money of an order that was cancelled after it was paid goes back in time, or the shop delivers after all. */
function checkKept(found: Findings, { rules, returns }: MatchGroup, order: Order, payment: Payment): void {
  if (order.status !== 'cancelled') return;
  const paidAt = payment.succeededAt ?? payment.seenAt;
  const deadline = Math.max(paidAt ?? order.statusAt, order.statusAt) + rules.grace.return;
  if (!found.passed('payment', deadline)) return;
  const about = { subject: payment.name, openedAt: deadline };
  const left = payment.gross === null ? null : payment.gross - returnsOf(returns, payment).returned;
  found.amounts('CANCELLED_BUT_PAID', about, 0n, left, payment.currency);
}
