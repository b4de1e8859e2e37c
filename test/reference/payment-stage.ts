// The payment stage of the reference: the order against its payments, reason by reason.

import type { Standing } from '../../src/domain/assessment.ts';
import type { Heard, Order } from './claims.ts';
import { timeOf } from './claims.ts';
import { expiryOf, type Status, statusOf } from './orders.ts';
import { NO_MONEY, type Payment } from './payments.ts';
import { failedOf, judgeRequests } from './refund-requests.ts';
import type { Return } from './returns.ts';
import type { Terms } from './terms.ts';
import { first, last, minor, sum } from './values.ts';
import { texts, type Verdict } from './verdict.ts';

export interface Read {
  readonly heard: Heard;
  readonly terms: Terms;
  readonly payments: readonly Payment[];
  readonly returns: readonly Return[];
}

const UNKNOWN = { expected: null, observed: null, currency: null };
export const key = (opened_at: number | null) => ({ names: [''], opened_at });

export const returnsOfPayment = ({ returns }: Read, payment: Payment) =>
  returns.filter((each) => each.payment === payment);
/** The returns of a payment that happened, in its own currency. */
export const doneOf = (read: Read, payment: Payment): Return[] =>
  returnsOfPayment(read, payment).filter(({ state, currency }) => {
    return state === 'done' && (currency === null || currency === payment.amount?.currency);
  });

/** max(gross if so by status, sum of the named). */
export function returnedOf(read: Read, payment: Payment): bigint {
  const isByStatus = ({ names }: Return) => payment.moneyWord !== null && names.includes(payment.moneyWord.id);
  const done = doneOf(read, payment);
  const told = sum(done.filter((each) => !isByStatus(each)).map(({ amount }) => amount));
  const gross = done.some(isByStatus) ? (payment.amount?.gross ?? 0n) : 0n;
  return told > gross ? told : gross;
}
export const isReturnedInFull = (read: Read, payment: Payment) =>
  payment.isPaid &&
  payment.amount !== null &&
  returnedOf(read, payment) > 0n &&
  returnedOf(read, payment) >= payment.amount.gross;

export function judgePaymentStage(verdict: Verdict, read: Read): Standing {
  const { heard, payments } = read;
  for (const { source, opened_at } of heard.foreign) {
    const about = { names: [source], opened_at };
    verdict.words('payment', 'FOREIGN_ACCOUNT', about, texts(heard.merchants.join(', '), source));
  }
  if (heard.merchants.length > 1) {
    judgeShared(verdict, heard);
    return verdict.standing('payment', 'unmatched');
  }
  for (const { holder, names, opened_at } of heard.lost) {
    verdict.words('payment', 'PAYMENT_SHARED', { names, opened_at }, texts(null, holder));
  }
  judgeContradictions(verdict, read);
  judgeReturns(verdict, read);
  const money = payments.filter(({ isPaid }) => isPaid);
  const kept = money.filter((payment) => !isReturnedInFull(read, payment));
  for (const payment of payments)
    if (payment.told === 'inconclusive' && !payment.isPaid) judgeInconclusive(verdict, read, payment, money.length > 0);
  if (heard.order === null) return judgeWithoutOrder(verdict, read, money, kept);
  const status = statusOf(heard, verdict);
  if (money.length === 0) return judgeWithoutMoney(verdict, read, heard.order, status);
  if (!status.isCancelled) judgeRequests(verdict, read, money);
  judgeAmounts(verdict, read, heard.order, kept);
  judgeEnded(verdict, read, heard.order, kept, status);
  return verdict.standing('payment', 'matched');
}

function judgeShared(verdict: Verdict, { merchants, orders }: Heard): void {
  const firsts = merchants.map((merchant) =>
    first(orders.filter((order) => order.merchant === merchant).map(({ body }) => body.placed_at)),
  );
  const since = firsts.filter((at) => at !== null).sort((one, other) => one - other)[1] ?? null;
  const [own, ...others] = merchants;
  verdict.words('payment', 'REFERENCE_SHARED', key(since), texts(own!, others.join(', ')));
}

function judgeContradictions(verdict: Verdict, { heard, payments, terms }: Read): void {
  for (const { id, opened_at } of heard.conflicts) {
    verdict.words('payment', 'CONFLICTING_EVIDENCE', { names: [id], opened_at }, texts(null, null));
  }
  for (const { isConflict, conflictAt, names } of payments) {
    if (isConflict) verdict.words('payment', 'STATUS_CONFLICT', { names, opened_at: conflictAt }, texts(null, null));
  }
  const unknown = [
    ...heard.words.filter(({ body }) => body.status === 'unclassified'),
    ...heard.lines.filter(({ body }) => body.line_type === 'unclassified'),
  ];
  for (const claim of unknown) {
    const about = { names: [claim.id], opened_at: timeOf(claim, terms) };
    verdict.words('payment', 'UNCLASSIFIED', about, texts(null, claim.body.word ?? 'unclassified'));
  }
}

function judgeReturns(verdict: Verdict, read: Read): void {
  for (const each of read.returns) {
    const { names, at, state } = each;
    if (state === 'open') {
      const { currency } = each;
      verdict.money(
        'payment',
        'CHARGEBACK_OPEN',
        { names, opened_at: at },
        { expected: 0n, observed: each.amount, currency },
      );
    }
  }
  for (const payment of read.payments) {
    for (const { names, at, amount, currency, missing } of failedOf(read, payment)) {
      const sums = {
        expected: amount,
        observed: amount - missing,
        currency: currency ?? payment.amount?.currency ?? null,
      };
      if (missing > 0n) verdict.money('payment', 'REFUND_FAILED', { names, opened_at: at }, sums);
    }
  }
  for (const payment of read.payments) {
    const { amount, names, isPaid } = payment;
    const returned = returnedOf(read, payment);
    const paid = isPaid ? (amount?.gross ?? 0n) : 0n;
    if (amount === null || returned <= paid) continue;
    const about = { names, opened_at: exceededAt(read, payment, paid) };
    const sums = { expected: paid, observed: returned, currency: amount.currency };
    verdict.money('payment', 'REFUND_EXCEEDS_PAYMENT', about, sums);
  }
}

/** When the sum of the returns first came to more than was paid. */
function exceededAt(read: Read, payment: Payment, paid: bigint): number | null {
  const done = doneOf(read, payment);
  const count = done.findIndex((_, at) => sum(done.slice(0, at + 1).map(({ amount }) => amount)) > paid) + 1;
  return last([payment.knownAt, ...(count === 0 ? done : done.slice(0, count)).map(({ at }) => at)]);
}

/** Nobody knows, for too long; until then it waits, unless the money came by another attempt. */
function judgeInconclusive(verdict: Verdict, { terms }: Read, payment: Payment, isPaid: boolean): void {
  const since = payment.inconclusiveAt;
  const end = since === null ? null : since + terms.grace.inconclusive;
  const passed = isPaid ? end !== null && verdict.reached(end) : verdict.passed('payment', end);
  if (!passed) return;
  verdict.words(
    'payment',
    'PAYMENT_INCONCLUSIVE',
    { names: payment.names, opened_at: end },
    texts(null, payment.isUnsigned ? 'unsigned' : 'inconclusive'),
  );
}

function judgeWithoutOrder(
  verdict: Verdict,
  { heard, terms, payments }: Read,
  money: readonly Payment[],
  kept: readonly Payment[],
): Standing {
  if (kept.length > 0) {
    const seen = first(kept.map(({ sightAt }) => sightAt));
    const deadline = seen === null ? null : seen + terms.grace.order;
    if (verdict.passed('payment', deadline)) {
      const currencies = [...new Set(kept.flatMap(({ amount }) => amount?.currency ?? []))];
      for (const currency of currencies) {
        const same = kept.filter(({ amount }) => amount?.currency === currency);
        const observed = sum(same.map(({ amount }) => amount!.gross));
        verdict.money('payment', 'ORDER_MISSING', key(deadline), { expected: 0n, observed, currency });
      }
      if (currencies.length === 0) verdict.money('payment', 'ORDER_MISSING', key(deadline), UNKNOWN);
    }
    return verdict.standing('payment', 'matched');
  }
  if (money.length > 0) return verdict.standing('payment', 'matched');
  const isUnder = payments.some(({ told }) => told !== null && !NO_MONEY.includes(told));
  if (isUnder || heard.changes.length + heard.requests.length > 0) verdict.waits.payment = true;
  return verdict.standing('payment', 'closed');
}

function judgeWithoutMoney(verdict: Verdict, read: Read, order: Order, status: Status): Standing {
  const { terms, payments } = read;
  if (payments.some(({ told }) => told === 'inconclusive')) return verdict.standing('payment', 'closed');
  const amount = minor(order.body.amount, order.body.currency);
  const sums = { expected: amount, observed: 0n, currency: order.body.currency };
  // Its money is known, and counts elsewhere.
  if (status.isCounted && read.heard.lost.length > 0) return verdict.standing('payment', 'closed');
  if (status.isCounted) {
    const deadline = order.body.placed_at + terms.grace.payment;
    if (verdict.passed('payment', deadline)) {
      verdict.money('payment', 'PAYMENT_MISSING', key(last([deadline, status.since])), sums);
    }
    return verdict.standing('payment', 'closed');
  }
  const expiry = expiryOf(order, terms);
  if (!status.isCancelled && !verdict.passed('payment', expiry)) return verdict.standing('payment', 'pending');
  if (verdict.standing('payment', 'closed') === 'closed') {
    if (status.isCancelled) verdict.money('payment', 'ORDER_CANCELLED', key(status.since), sums);
    else verdict.money('payment', 'ORDER_EXPIRED', key(expiry), sums);
  }
  return verdict.standing('payment', 'closed');
}

const byTime = (one: Payment, other: Payment) =>
  (one.knownAt ?? Number.POSITIVE_INFINITY) - (other.knownAt ?? Number.POSITIVE_INFINITY);

/** The currency of each payment, then the sum of those in the order's: a duplicate beyond it, or the difference. */
function judgeAmounts(verdict: Verdict, { terms }: Read, order: Order, kept: readonly Payment[]): void {
  const { currency, placed_at } = order.body;
  for (const { amount, names, knownAt } of kept) {
    if (amount !== null && amount.currency !== currency) {
      const about = { names, opened_at: last([placed_at, knownAt]) };
      verdict.words('payment', 'CURRENCY_MISMATCH', about, texts(currency, amount.currency, amount.currency));
    }
  }
  const comparable = kept.filter(({ amount }) => amount?.currency === currency).sort(byTime);
  if (comparable.length === 0) return;
  const expected = minor(order.body.amount, currency);
  const observed = sum(comparable.map(({ amount }) => amount!.gross));
  const tolerance = terms.tolerance(currency);
  const sums = { expected, observed, currency };
  if (comparable.length > 1 && observed > expected + tolerance) {
    const grosses = comparable.map(({ amount }) => amount!.gross);
    const count = comparable.findIndex((_, at) => at > 0 && sum(grosses.slice(0, at + 1)) > expected + tolerance) + 1;
    const since = last([placed_at, ...comparable.slice(0, count).map(({ knownAt }) => knownAt)]);
    verdict.money('payment', 'DUPLICATE_PAYMENT', key(since), sums);
    return;
  }
  // What came in another currency may be the rest.
  if (comparable.length < kept.length) return;
  const names = comparable.length === 1 ? comparable[0]!.names : [''];
  const about = { names, opened_at: last([placed_at, ...comparable.map(({ knownAt }) => knownAt)]) };
  if (observed > expected + tolerance) verdict.money('payment', 'AMOUNT_OVER', about, sums);
  if (observed < expected - tolerance) verdict.money('payment', 'AMOUNT_UNDER', about, sums);
}

/** Money at or after the end of the order, and money from before its cancellation that was not given back in time. */
function judgeEnded(verdict: Verdict, read: Read, order: Order, kept: readonly Payment[], status: Status): void {
  if (status.isCounted) return;
  const { terms } = read;
  const expiry = expiryOf(order, terms);
  const ended = status.isCancelled
    ? status.countedAt(expiry)
      ? status.since!
      : Math.min(status.since!, expiry)
    : expiry;
  const after = kept.filter(({ successAt }) => successAt !== null && successAt >= ended);
  for (const { names, amount, successAt } of after) {
    const sums = { expected: 0n, observed: amount?.gross ?? null, currency: amount?.currency ?? null };
    verdict.money('payment', 'PAID_AFTER_CANCEL', { names, opened_at: successAt }, sums);
  }
  const before = kept.filter((payment) => !after.includes(payment));
  if (!status.isCancelled) return;
  for (const payment of before) {
    const deadline = last([status.since, payment.successAt ?? payment.sightAt])! + terms.grace.return;
    if (!verdict.passed('payment', deadline)) continue;
    const { amount, names } = payment;
    verdict.money(
      'payment',
      'CANCELLED_BUT_PAID',
      { names, opened_at: deadline },
      {
        expected: 0n,
        observed: amount === null ? null : amount.gross - returnedOf(read, payment),
        currency: amount?.currency ?? null,
      },
    );
  }
}
