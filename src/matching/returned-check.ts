// Returned money in the payment stage: more than was paid, chargebacks without an outcome, refunds that failed.

import { type Instant, later, latest } from '../domain/time.ts';
import type { Findings } from './findings.ts';
import type { Payment } from './payments.ts';
import { broughtBack } from './return-lines.ts';
import type { Return } from './return-state.ts';
import { type FoundReturns, returnsOf } from './returns.ts';

/** Reports more returned than paid, chargebacks without an outcome, and returned money as a reversal. */
export function checkReturned(found: Findings, all: FoundReturns, payment: Payment): void {
  const { returns, returned } = returnsOf(all, payment);
  for (const entry of returns) {
    if (entry.state === 'open') openChargeback(found, entry.name, entry.at, entry.amount, entry.currency);
    else if (entry.state === 'failed') checkFailed(found, payment, entry, returns);
  }
  if (returned === 0n || payment.currency === null) return;
  const paid = payment.succeeded ? (payment.gross ?? 0n) : 0n;
  let sum = 0n;
  let exceededAt: Instant | null = null;
  let lastAt: Instant | null = null;
  for (const entry of returns) {
    if (entry.state !== 'done' || !isOfCurrency(entry, payment.currency)) continue;
    sum += entry.amount;
    lastAt = later(lastAt, entry.at);
    if (sum > paid && exceededAt === null) exceededAt = entry.at;
  }
  if (returned > paid) {
    const subject = {
      subject: payment.name,
      openedAt: latest([exceededAt ?? lastAt, payment.grossAt, payment.seenAt]),
    };
    found.amounts('REFUND_EXCEEDS_PAYMENT', subject, paid, returned, payment.currency);
  }
  found.report('payment', 'reversal', null, {
    subject: payment.name,
    openedAt: lastAt,
    expected: paid,
    observed: returned,
    currency: payment.currency,
  });
}

/** A refund that failed leaves the payer without the money, until it is returned again or comes back. */
function checkFailed(found: Findings, payment: Payment, failed: Return, returns: readonly Return[]): void {
  const currency = failed.currency ?? payment.currency;
  const missing = amountNotArrived(payment, failed, returns);
  if (currency === null || missing === 0n) return;
  const { name, at, amount } = failed;
  found.amounts('REFUND_FAILED', { subject: name, openedAt: at }, amount, amount - missing, currency);
}

/** What the payer still lacks of a return that failed. */
export function amountNotArrived(payment: Payment, failed: Return, returns: readonly Return[]): bigint {
  const currency = failed.currency ?? payment.currency;
  if (currency === null || broughtBack(failed.lines).length > 0) return 0n;
  let again = 0n;
  for (const entry of returns) {
    if (entry.state !== 'done' || entry.at === null || !isOfCurrency(entry, currency)) continue;
    if (failed.at === null || entry.at >= failed.at) again += entry.amount;
  }
  return again >= failed.amount ? 0n : failed.amount - again;
}

/** A line in another currency than the payment's is a wrong line, which is told as such. */
function isOfCurrency(entry: Return, currency: string): boolean {
  return entry.currency === null || entry.currency === currency;
}

export function checkUnlinkedChargebacks(found: Findings, returns: FoundReturns): void {
  for (const entry of returns.unlinked) {
    if (entry.state === 'open') openChargeback(found, entry.name, entry.at, entry.amount, entry.currency);
  }
}

function openChargeback(
  found: Findings,
  subject: string,
  openedAt: Instant | null,
  amount: bigint,
  currency: string | null,
): void {
  found.amounts('CHARGEBACK_OPEN', { subject, openedAt }, 0n, amount, currency);
}
