// How Shopify writes orders, refunds and webhooks. Ids are beyond 2^53, times have the offset of the shop, and headers
// have one of two spellings. Sources: shopify.dev/docs/api/admin-rest (order, refund, transaction);
// shopify.dev/docs/apps/build/webhooks (verify-deliveries, ignore-duplicates).

import { hash } from 'node:crypto';
import { DateTime } from 'luxon';
import { formatMinor } from '../../../domain/money.ts';
import type { Instant } from '../../../domain/time.ts';
import type { Payment, Refund } from '../../gateway/payment.ts';
import type { PaymentDesk } from '../../gateway/payment-desk.ts';
import type { ScheduledEvent } from '../../gateway/payment-timeline.ts';
import { orderAt, orderOf } from '../../gateway/shop-order.ts';
import type { WebhookMessage } from '../../gateway/webhook-message.ts';
import { JSON_HEADERS, numberOf } from '../../gateway/wire-forms.ts';

const ZONE = 'Africa/Nairobi';
const SHOP = 'sandbox.myshopify.com';
const VERSION = '2026-07';
/** The largest whole number of JavaScript, and one. */
const FIRST_ID = 9_007_199_254_740_992n;

export const orderId = (nth: number): string => String(FIRST_ID + BigInt(nth) * 7_919n);

const timeOf = (at: Instant): string => DateTime.fromMillis(at, { zone: ZONE }).toISO({ suppressMilliseconds: true })!;

/** A number of JSON with these very figures. A forged order has a 9 before them, so that it is nobody's. */
function exact(id: string): unknown {
  const digits = id.replace(/\D/g, '');
  return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(id === digits ? id : `9${digits}`);
}

const ownId = (text: string): unknown =>
  exact(String(FIRST_ID + BigInt(`0x${hash('sha256', text, 'hex').slice(0, 10)}`)));

const FINANCIAL = { pending: 'pending', paid: 'paid', failed: 'pending', cancelled: 'voided', refunded: 'refunded' };

export function orderForm(payment: Payment, now: Instant): object {
  const { reference, minor, currency, createdAt, operator, phone } = payment;
  const order = orderAt(payment, now);
  const total = formatMinor(minor, currency);
  const returned = order.refunds.reduce((sum, refund) => sum + refund.minor, 0n);
  const left = formatMinor(minor - returned, currency);
  const number = 1_001 + Number((BigInt(reference.replace(/\D/g, '')) - FIRST_ID) / 7_919n);
  const money = (amount: string) => ({ amount, currency_code: currency });
  const isPart = returned > 0n && returned < minor;
  return {
    ...{ id: exact(reference), admin_graphql_api_id: `gid://shopify/Order/${reference}`, name: `#${number}` },
    ...{ order_number: number, test: false, currency, presentment_currency: currency, total_price: total },
    ...{ current_total_price: left, subtotal_price: total, total_tax: '0.00', total_discounts: '0.00' },
    total_price_set: { shop_money: money(total), presentment_money: money(total) },
    financial_status: isPart ? 'partially_refunded' : FINANCIAL[order.state],
    ...{ fulfillment_status: null, created_at: timeOf(createdAt), updated_at: timeOf(order.at) },
    processed_at: numberOf({ id: payment.operatorId }) % 7 === 0 ? null : timeOf(createdAt),
    cancelled_at: order.state === 'cancelled' ? timeOf(order.at) : null,
    cancel_reason: order.state === 'cancelled' ? 'declined' : null,
    ...{ closed_at: null, payment_gateway_names: gatewaysOf(payment), phone: phone === '' ? null : phone },
    ...{ note_attributes: [], line_items: [], tags: '', gateway: operator },
    refunds: order.refunds.map((refund) => refundForm(payment, refund)),
  };
}

/** Empty on some paid orders. */
function gatewaysOf({ operator, operatorId }: Payment): string[] {
  const chance = numberOf({ id: operatorId }) % 11;
  return chance === 0 ? [] : chance === 1 ? [''] : [operator];
}

export function transactionForms(payment: Payment, now: Instant): object[] {
  const { state } = orderAt(payment, now);
  if (state === 'pending' || state === 'cancelled') return [];
  const sale = saleForm(payment, state === 'failed' ? 'failure' : 'success');
  const refunds = payment.refunds.filter(({ at }) => at <= now);
  return [sale, ...refunds.map((refund) => returnForm(payment, refund))];
}

function saleForm(payment: Payment, status: string): object {
  const { reference, minor, currency, operator, operatorId, id, paidAt, createdAt } = payment;
  return {
    ...{ id: ownId(id), order_id: exact(reference), kind: 'sale', status, gateway: operator, currency },
    ...{ amount: formatMinor(minor, currency), authorization: operatorId, payment_id: `c${reference}.1` },
    ...{ parent_id: null, processed_at: timeOf(paidAt ?? createdAt), receipt: {}, test: false },
  };
}

function returnForm(payment: Payment, refund: Refund): object {
  const { reference, currency, operator, id } = payment;
  return {
    ...{ id: ownId(refund.id), order_id: exact(reference), kind: 'refund', status: 'success', gateway: operator },
    ...{ amount: formatMinor(refund.minor, currency), currency, parent_id: ownId(id), authorization: null },
    ...{ processed_at: timeOf(refund.at), receipt: {}, test: false },
  };
}

function refundForm(payment: Payment, refund: Refund): object {
  return {
    ...{ id: ownId(`refund ${refund.id}`), order_id: exact(payment.reference), created_at: timeOf(refund.at) },
    ...{ note: null, processed_at: timeOf(refund.at), restock: false, refund_line_items: [], order_adjustments: [] },
    transactions: [returnForm(payment, refund)],
  };
}

/** What is told of an event. An order that failed to be paid still waits for its money. */
export function webhooksOf(event: ScheduledEvent, desk: PaymentDesk): readonly WebhookMessage[] {
  const { kind, payment, refund, at, toldAt, forged } = event;
  if (!forged && orderOf(desk, event) === undefined) return [];
  const then = { ...payment, refunds: payment.refunds.filter((one) => one.at <= at) };
  const order = () => orderForm(then, forged ? payment.paidAt! : at);
  const tell = (topic: string, body: object) => message(topic, body, payment, at, toldAt);
  if (kind === 'pending') return [tell('orders/create', order())];
  if (kind === 'expired') return [tell('orders/cancelled', order()), tell('orders/updated', order())];
  if (refund !== null) return [tell('refunds/create', refundForm(payment, refund)), tell('orders/updated', order())];
  const sale = saleForm(payment, kind === 'failed' ? 'failure' : 'success');
  const paid = kind === 'failed' ? [] : [tell('orders/paid', order()), tell('orders/updated', order())];
  return [tell('order_transactions/create', sale), ...paid];
}

/** One that says that an order was placed. */
export function created(payment: Payment): WebhookMessage {
  const { createdAt: at } = payment;
  return message('orders/create', orderForm(payment, at), payment, at, at);
}

/** The id of the event is the same for all subscriptions, and that of the webhook for all attempts. */
function message(topic: string, body: object, { id }: Payment, at: Instant, toldAt: Instant): WebhookMessage {
  const idOf = (text: string) => {
    const hex = hash('sha256', text, 'hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  };
  const event = `${id} ${topic} ${at}`;
  const names = {
    ...{ topic, 'shop-domain': SHOP, 'api-version': VERSION, 'webhook-id': idOf(`${event} ${toldAt}`) },
    ...{ 'event-id': idOf(event), 'triggered-at': new Date(at).toISOString() },
  };
  const prefix = isNewer(event) ? 'shopify-' : 'x-shopify-';
  const headers = Object.fromEntries(Object.entries(names).map(([name, value]) => [`${prefix}${name}`, value]));
  return { method: 'POST', url: null, headers: { ...JSON_HEADERS, ...headers }, body: JSON.stringify(body) };
}

/** Newer deliveries spell the names of their headers without `x-`. */
function isNewer(event: string): boolean {
  return Number.parseInt(hash('sha256', event, 'hex').slice(0, 2), 16) % 2 === 0;
}
