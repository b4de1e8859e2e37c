// How Flutterwave writes a charge, a refund and its webhooks. An id is a number in a charge and a text in a list.
// Shapes: Flutterwave/Node-v3, documentation of transactions; developer.flutterwave.com/docs/webhooks.

import { formatMinor } from '../../../domain/money.ts';
import type { Instant } from '../../../domain/time.ts';
import { changeAt, type Payment, type Refund } from '../../gateway/payment.ts';
import type { PaymentEvent } from '../../gateway/payment-timeline.ts';
import { feeOf } from '../../gateway/settlement.ts';
import type { WebhookMessage } from '../../gateway/webhook-message.ts';
import { JSON_HEADERS, numberOf } from '../../gateway/wire-forms.ts';

const ACCOUNT_ID = 73_362;

/** A number of major units. */
export function majorOf(minor: bigint, currency: string): number {
  return Number(formatMinor(minor, currency));
}

const TYPES: Readonly<Record<string, string>> = {
  GHS: 'mobilemoneygh',
  KES: 'mpesa',
  NGN: 'account',
  RWF: 'mobilemoneyrw',
  TZS: 'mobilemoneytz',
  UGX: 'mobilemoneyug',
  XOF: 'mobilemoneysn',
  ZMW: 'mobilemoneyzm',
};

export const entityOf = ({ currency }: Payment): string => TYPES[currency] ?? 'card';
export const flwRefOf = (payment: Payment): string => `FLW-MOCK-${numberOf(payment).toString(16)}`;

/** The word for a status at a time: what was abandoned stays pending. */
function wordOf(payment: Payment, now: Instant): string {
  const { status } = changeAt(payment, now);
  return { succeeded: 'successful', failed: 'failed' }[status] ?? 'pending';
}

export function chargeOf(payment: Payment, now: Instant, word = wordOf(payment, now)): object {
  const { reference, minor, currency, createdAt, phone } = payment;
  const amount = majorOf(minor, currency);
  const isPaid = word === 'successful';
  const fee = feeOf(minor, currency);
  const settled = isPaid ? { amount_settled: majorOf(minor - fee, currency) } : {};
  return {
    ...{ id: numberOf(payment), tx_ref: reference, flw_ref: flwRefOf(payment), device_fingerprint: 'N/A', amount },
    ...{ currency, charged_amount: amount, app_fee: isPaid ? majorOf(fee, currency) : null, merchant_fee: 0 },
    ...{ processor_response: isPaid ? 'Approved' : 'Pending', auth_model: 'MOBILEMONEY', ip: '::ffff:10.5.179.3' },
    ...{ narration: 'A shop', status: word, payment_type: entityOf(payment), account_id: ACCOUNT_ID },
    ...{ created_at: new Date(createdAt).toISOString(), ...settled },
    customer: { id: 216_519_823, name: 'A B', phone_number: phone, email: 'payer@example.com' },
  };
}

/** In a list the id is a text, and the payer stands beside it. */
export function listedOf(payment: Payment, now: Instant): object {
  const { customer, ...charge } = chargeOf(payment, now) as { customer: { name: string; email: string } };
  const { name: customer_name, email: customer_email } = customer;
  return { ...charge, id: String(numberOf(payment)), customer_name, customer_email, account_id: String(ACCOUNT_ID) };
}

/** It names its charge by id, and has neither a currency nor the merchant's reference. */
export function refundOf(payment: Payment, refund: Refund, now: Instant): object {
  return {
    ...{ id: numberOf(refund), account_id: ACCOUNT_ID, tx_id: numberOf(payment), flw_ref: `URF_${numberOf(refund)}` },
    ...{ wallet_id: 74_639, amount_refunded: majorOf(refund.minor, payment.currency) },
    ...{ status: refund.at <= now ? 'completed' : 'pending', destination: 'payment_source' },
    ...{ meta: { source: 'availablebalance' }, created_at: new Date(refund.at).toISOString() },
  };
}

/** In a list its charge has another name, and the merchant's comment stands there. */
export function listedRefundOf(payment: Payment, refund: Refund, now: Instant, comment: string | null): object {
  const { tx_id: transaction_id, ...rest } = refundOf(payment, refund, now) as { tx_id: number };
  return { ...rest, transaction_id, comment };
}

/** The end of a charge is told, a success or a failure; of refunds nothing is documented. */
export function webhookOf({ kind, payment, at }: PaymentEvent): readonly WebhookMessage[] {
  if (kind !== 'succeeded' && kind !== 'failed') return [];
  const { amount_settled: _settled, ...data } = chargeOf(payment, at, kind === 'failed' ? 'failed' : 'successful') as {
    amount_settled?: number;
  };
  const type = `${entityOf(payment).toUpperCase()}_TRANSACTION`;
  const body = JSON.stringify({ event: 'charge.completed', data, 'event.type': type });
  return [{ method: 'POST', url: null, headers: JSON_HEADERS, body }];
}
