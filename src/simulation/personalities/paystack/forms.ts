// How Paystack writes a transaction, a refund and its webhooks. Shapes: PaystackOSS/doc-code-snippets, events of
// charges, refunds and disputes; answers of transactions, refunds and settlements.

import { currencyExponent } from '../../../domain/currency.ts';
import type { Instant } from '../../../domain/time.ts';
import { changeAt, type Payment, type Refund } from '../../gateway/payment.ts';
import type { PaymentEvent } from '../../gateway/payment-timeline.ts';
import { feeOf } from '../../gateway/settlement.ts';
import type { WebhookMessage } from '../../gateway/webhook-message.ts';
import { JSON_HEADERS, numberOf } from '../../gateway/wire-forms.ts';

const INTEGRATION = 463_433;

/** Hundredths of the major unit, whatever the currency's own decimals are. */
export function hundredthsOf(minor: bigint, currency: string): number {
  const exponent = currencyExponent(currency)!;
  return Number(exponent > 2 ? minor / 10n ** BigInt(exponent - 2) : minor * 10n ** BigInt(2 - exponent));
}

/** Null where the currency has no such part: a fraction of a CFA franc, for one. */
export function minorOfHundredths(hundredths: bigint, currency: string): bigint | null {
  const divisor = 10n ** BigInt(2 - currencyExponent(currency)!);
  return hundredths % divisor === 0n ? hundredths / divisor : null;
}

const timeOf = (at: Instant): string => new Date(at).toISOString();

/** What the merchant sent along, and gets back. */
interface Notes {
  readonly customer_note: string | null;
  readonly merchant_note: string | null;
  readonly createdAt: Instant;
}
export const METADATA = new WeakMap<Payment, unknown>();
export const NOTES = new WeakMap<Refund, Notes>();

/** The word for a status at a time. */
function wordOf(payment: Payment, now: Instant): string {
  const { status } = changeAt(payment, now);
  // What was given back in part is a success still.
  const returned = payment.refunds.reduce((sum, { at, minor }) => (at <= now ? sum + minor : sum), 0n);
  if (status === 'succeeded') return returned >= payment.minor ? 'reversed' : 'success';
  return { failed: 'failed', expired: 'abandoned', MR102: 'processing' }[status] ?? 'ongoing';
}

export function transactionOf(payment: Payment, now: Instant, word = wordOf(payment, now)): object {
  const { reference, minor, currency, createdAt, operator, phone } = payment;
  const isPaid = word === 'success' || word === 'reversed';
  const paidAt = isPaid ? timeOf(payment.paidAt ?? now) : null;
  const amount = hundredthsOf(minor, currency);
  return {
    ...{ id: numberOf(payment), domain: 'live', status: word, reference, receipt_number: null, amount },
    ...{ message: null, gateway_response: isPaid ? 'Approved' : 'Declined', channel: 'mobile_money', currency },
    ...{ paid_at: paidAt, created_at: timeOf(createdAt), paidAt, createdAt: timeOf(createdAt) },
    ...{ ip_address: '41.242.49.37, 172.31.38.35', metadata: METADATA.get(payment) ?? '', log: null },
    fees: isPaid ? hundredthsOf(feeOf(minor, currency), currency) : null,
    ...{ fees_split: null, requested_amount: amount, split: {}, subaccount: {}, order_id: null },
    authorization: {
      ...{ authorization_code: `AUTH_${numberOf(payment).toString(36)}`, bin: '055XXX', last4: phone.slice(-4) },
      ...{ channel: 'mobile_money', card_type: '', bank: operator, reusable: false, account_name: null },
    },
    customer: { id: 68_324, first_name: null, last_name: null, email: 'payer@example.com', phone: null },
  };
}

/** When it was asked for; one that nobody asked for by the API, a minute before it is done. */
export function createdAt(refund: Refund): Instant {
  return NOTES.get(refund)?.createdAt ?? refund.at - 60_000;
}

/** `settlement` is the one that it was taken from, or null. In a list it has no reference of the transaction. */
export function refundOf(payment: Payment, refund: Refund, now: Instant, settlement: number | null): object {
  const { currency, reference } = payment;
  const amount = hundredthsOf(refund.minor, currency);
  const isDone = refund.at <= now;
  return {
    ...{ id: numberOf(refund), integration: INTEGRATION, domain: 'live', transaction: numberOf(payment) },
    ...{ dispute: refund.kind === 'refund' ? null : numberOf(refund), bank_reference: null },
    ...{ amount, deducted_amount: isDone ? amount : 0, currency },
    ...{ channel: 'mobile_money', fully_deducted: isDone, status: isDone ? 'processed' : 'pending' },
    ...{ refunded_by: 'shop@example.com', refunded_at: isDone ? timeOf(refund.at) : null, settlement },
    ...{ expected_at: timeOf(refund.at), ...notesOf(reference, refund) },
    ...{ createdAt: timeOf(createdAt(refund)), updatedAt: timeOf(isDone ? refund.at : createdAt(refund)) },
  };
}

/** The network's own words where the merchant sent none. */
function notesOf(reference: string, refund: Refund): object {
  const { customer_note = null, merchant_note = null } = NOTES.get(refund) ?? {};
  const words = `Refund for transaction ${reference}`;
  return { customer_note: customer_note ?? words, merchant_note: merchant_note ?? `${words} by shop@example.com` };
}

/** Nothing is told of a payment that is pending, failed or abandoned. */
export function webhookOf(event: PaymentEvent): readonly WebhookMessage[] {
  const { kind, payment, refund } = event;
  if (refund === null) {
    if (kind !== 'succeeded') return [];
    return [message('charge.success', transactionOf(payment, event.at, 'success'))];
  }
  return kind === 'refunded'
    ? [message('refund.processed', refundEvent(payment, refund))]
    : [message('charge.dispute.resolve', disputeOf(payment, refund))];
}

function message(event: string, data: object): WebhookMessage {
  return { method: 'POST', url: null, headers: JSON_HEADERS, body: JSON.stringify({ event, data }) };
}

/** The amount is a text here, and a number elsewhere. */
function refundEvent({ reference, currency }: Payment, refund: Refund): object {
  return {
    ...{ status: 'processed', transaction_reference: reference, refund_reference: String(numberOf(refund)) },
    ...{ amount: String(hundredthsOf(refund.minor, currency)), currency, processor: 'mobile_money' },
    ...{ customer: { first_name: 'A', last_name: 'B', email: 'payer@example.com' } },
    ...{ integration: INTEGRATION, domain: 'live' },
  };
}

/** The payer got the money back through the bank: the merchant accepted it. */
export function disputeOf(payment: Payment, refund: Refund): object {
  return {
    ...{
      id: numberOf(refund),
      refund_amount: hundredthsOf(refund.minor, payment.currency),
      currency: payment.currency,
    },
    ...{ status: 'resolved', resolution: 'merchant-accepted', domain: 'live', category: 'chargeback', note: null },
    transaction: transactionOf(payment, refund.at, 'reversed'),
    ...{ transaction_reference: null, dueAt: timeOf(refund.at), resolvedAt: timeOf(refund.at) },
    ...{ createdAt: timeOf(refund.at), updatedAt: timeOf(refund.at) },
  };
}
