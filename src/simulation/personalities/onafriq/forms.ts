// How Onafriq writes collection requests, collections and webhooks. Amounts are texts of four decimals, in webhooks now
// and then without; a payment has one id as a request and another as a collection. Shapes: beyonic/api-docs,
// collecting_funds and methods/_webhooks.

import { formatMinor } from '../../../domain/money.ts';
import type { Instant } from '../../../domain/time.ts';
import { changeAt, type Payment } from '../../gateway/payment.ts';
import type { PaymentDesk } from '../../gateway/payment-desk.ts';
import type { PaymentEvent } from '../../gateway/payment-timeline.ts';
import type { WebhookMessage } from '../../gateway/webhook-message.ts';
import { JSON_HEADERS, numberOf } from '../../gateway/wire-forms.ts';

const ORGANIZATION = 4;
const DAY = 86_400_000;

export const NETWORKS = [
  { id: 1, name: 'MTN', country: 'UG', prefix: /^\+256(77|78|76)\d{7}$/ },
  { id: 2, name: 'AIRTEL', country: 'UG', prefix: /^\+256(70|75|74)\d{7}$/ },
  { id: 3, name: 'SAFARICOM', country: 'KE', prefix: /^\+254(7|1)\d{8}$/ },
  { id: 14, name: 'MTN', country: 'RW', prefix: /^\+250(78|79)\d{7}$/ },
  { id: 15, name: 'HALOTEL', country: 'TZ', prefix: /^\+25562\d{7}$/ },
  { id: 16, name: 'MTN', country: 'GH', prefix: /^\+233(24|54|55|59)\d{7}$/ },
  { id: 17, name: 'MTN', country: 'CI', prefix: /^\+22507\d{8}$/ },
].map(({ country, ...network }) => ({ ...network, country: { iso: country, supported: true } }));

export const requestNumberOf = (payment: Payment): number => numberOf({ id: payment.requestId });

const timeOf = (at: Instant): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

export function fourDecimals(minor: bigint, currency: string): string {
  const [units, decimals = ''] = formatMinor(minor, currency).split('.');
  return `${units}.${decimals.padEnd(4, '0')}`;
}

/** The merchant's own name of the reference in `metadata`. */
function nameOf({ operator }: Payment): string {
  return operator.split(' ')[1] || 'order_id';
}

/** Whether money came by then: a collection there is only for a success. */
export function hasCollection({ paidAt, changes }: Payment, now: Instant): boolean {
  return paidAt !== null && paidAt <= now && changes.at(-1)!.status === 'succeeded';
}

function wordOf(payment: Payment, now: Instant): string {
  const { status } = changeAt(payment, now);
  if (status === 'succeeded') return payment.refunds.some(({ at }) => at <= now) ? 'reversed' : 'successful';
  return { failed: 'failed', expired: 'expired', MR102: 'processing_started' }[status] ?? 'pending';
}

export function requestOf(payment: Payment, now: Instant, word = wordOf(payment, now)): object {
  const { minor, currency, phone, reference, createdAt } = payment;
  const expiry = new Date(createdAt + DAY).toISOString().replace('T', ' ').replace('Z', '000+00:00');
  return {
    ...{ id: requestNumberOf(payment), organization: ORGANIZATION, amount: fourDecimals(minor, currency), currency },
    ...{ phonenumber: phone, contact: { id: 127_694, phone_number: phone, metadata: {} }, reason: 'An order' },
    ...{ metadata: { [nameOf(payment)]: reference }, created: timeOf(createdAt), author: 134, updated_by: 134 },
    ...{ modified: timeOf(changeAt(payment, now).at), account: null, success_message: '', instructions: null },
    collection: hasCollection(payment, now) ? numberOf(payment) : null,
    ...{ send_instructions: false, status: word, error_message: word === 'failed' ? 'Declined by payer' : null },
    expiry_date: expiry,
  };
}

/** The request stands inside, as from version 3 on; `transaction` is its row of the ledger, as from version 4 on. */
export function collectionOf(payment: Payment, now: Instant): object {
  const { minor, currency, phone, operatorId, paidAt } = payment;
  const at = timeOf(paidAt ?? now);
  const amount = fourDecimals(minor, currency);
  return {
    ...{ id: numberOf(payment), remote_transaction_id: operatorId, organization: ORGANIZATION, amount, currency },
    ...{ phonenumber: phone, payment_date: at, reference: '', status: 'successful', created: at, modified: at },
    ...{ author: 134, updated_by: 134, collection_request: requestOf(payment, now) },
    transaction: {
      ...{ id: rowNumberOf(payment), amount, currency, type: 'mobile_collection', created: at },
      ...{ fee_transaction: rowNumberOf(payment) + 1, account: accountOf(currency) },
    },
  };
}

/** Rows of the ledger have numbers of their own: even for money, and the next one for its fee. */
export const rowNumberOf = (payment: Payment): number => numberOf(payment) * 2;

/** An account holds one currency. */
export const accountOf = (currency: string): number =>
  2_874_000 + [...currency].reduce((sum, letter) => sum * 3 + letter.charCodeAt(0), 0);

/** What webhooks told of money that came, the oldest first; kept whether or not they arrived. */
export function eventsOf(desk: PaymentDesk): object[] {
  const paid = desk.payments().filter((payment) => hasCollection(payment, desk.now));
  const oldestFirst = paid.sort((left, right) => left.paidAt! - right.paidAt!);
  return oldestFirst.map((payment) => {
    const created = timeOf(payment.paidAt!);
    const data = collectionOf(payment, payment.paidAt!);
    return { id: numberOf(payment), organization: ORGANIZATION, type: 'collection.received', data, created };
  });
}

/** A success is told twice, as a change of the request and as a collection that was received. */
export function webhooksOf(event: PaymentEvent): readonly WebhookMessage[] {
  const { kind, payment, at } = event;
  const words = { pending: 'pending', succeeded: 'successful', failed: 'failed', expired: 'expired' };
  const word = kind === 'refunded' || kind === 'reversed' ? 'reversed' : words[kind];
  const changed = message('collectionrequest.status.changed', at, {
    ...requestOf(payment, at, word),
    ...(numberOf(payment) % 3 === 0 ? { amount: formatMinor(payment.minor, payment.currency) } : {}),
  });
  return kind === 'succeeded' ? [changed, message('collection.received', at, collectionOf(payment, at))] : [changed];
}

function message(event: string, at: Instant, data: object): WebhookMessage {
  const time = timeOf(at);
  const hook = { id: 53, created: time, updated: time, event, target: 'https://shop.example/hook', user: 42 };
  return { method: 'POST', url: null, headers: JSON_HEADERS, body: JSON.stringify({ hook, data }) };
}
