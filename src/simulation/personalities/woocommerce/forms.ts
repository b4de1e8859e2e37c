// How WooCommerce writes orders, refunds and webhooks. Times are those of the site without an offset, and again in UTC
// without saying so; a refund within an order has a total below zero. Sources: woocommerce/woocommerce-rest-api-docs,
// _orders.md, _order-refunds.md and _webhooks.md.

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
const SITE = 'https://shop.example/';
const WEBHOOK = 5;
const FIRST_ID = 727;

export const orderId = (nth: number): string => String(FIRST_ID + nth);

const local = (at: Instant): string => DateTime.fromMillis(at, { zone: ZONE }).toFormat("yyyy-MM-dd'T'HH:mm:ss");
const utc = (at: Instant): string => new Date(at).toISOString().slice(0, 19);

function times(name: string, at: Instant | null): object {
  return { [`date_${name}`]: at === null ? null : local(at), [`date_${name}_gmt`]: at === null ? null : utc(at) };
}

const STATUSES = {
  pending: 'pending',
  paid: 'processing',
  failed: 'failed',
  cancelled: 'cancelled',
  refunded: 'refunded',
};

/** A forged order has a 9 before its figures, so that it is nobody's. */
const idOf = (reference: string): number => numberOf({ id: reference.replace('FORGED', 'X') });

export function orderForm(payment: Payment, now: Instant): object {
  const { reference, minor, currency, createdAt, operator, operatorId, phone, paidAt } = payment;
  const order = orderAt(payment, now);
  const isPaid = order.state === 'paid' || order.state === 'refunded';
  const returned = order.refunds.reduce((sum, refund) => sum + refund.minor, 0n);
  const id = idOf(reference);
  return {
    ...{ id, parent_id: 0, number: `${id}`, order_key: `wc_order_${id}`, created_via: 'checkout', version: '9.4.2' },
    status: order.state === 'refunded' && returned < minor ? 'processing' : STATUSES[order.state],
    ...{ currency, ...times('created', createdAt), ...times('modified', order.at), prices_include_tax: false },
    ...{ discount_total: '0.00', shipping_total: '0.00', total: formatMinor(minor, currency), total_tax: '0.00' },
    ...{ customer_id: 0, customer_ip_address: '41.90.64.1', billing: { country: 'KE', phone }, shipping: {} },
    ...{ payment_method: 'mobile', payment_method_title: operator, transaction_id: isPaid ? operatorId : '' },
    ...times('paid', isPaid ? paidAt : null),
    ...times('completed', null),
    ...{ cart_hash: '', meta_data: [], line_items: [], currency_symbol: currency },
    refunds: order.refunds.map((refund) => ({
      ...{ id: refundId(refund), reason: '', total: `-${formatMinor(refund.minor, currency)}` },
    })),
  };
}

const refundId = ({ id }: Refund): number => numberOf({ id });

/** The amount is above zero here, and there is no currency. */
export function refundForm({ reference, currency }: Payment, refund: Refund): object {
  const amount = formatMinor(refund.minor, currency);
  const up = [{ href: `${SITE}wp-json/wc/v3/orders/${idOf(reference)}` }];
  return {
    ...{ id: refundId(refund), ...times('created', refund.at), amount, reason: '', refunded_by: 1 },
    ...{ refunded_payment: false, meta_data: [], line_items: [], _links: { up } },
  };
}

/** There is no topic of refunds and none of payments: an order was updated. */
export function webhooksOf(event: ScheduledEvent, desk: PaymentDesk): readonly WebhookMessage[] {
  const { kind, payment, at, toldAt, forged } = event;
  if (!forged && orderOf(desk, event) === undefined) return [];
  const then = { ...payment, refunds: payment.refunds.filter((one) => one.at <= at) };
  const form = orderForm(then, forged ? payment.paidAt! : at);
  return [message(kind === 'pending' ? 'created' : 'updated', form, payment, at, toldAt)];
}

export function created(payment: Payment): WebhookMessage {
  const { createdAt: at } = payment;
  return message('created', orderForm(payment, at), payment, at, at);
}

/** What a new webhook sends first: a form, without a signature. */
export const PING: WebhookMessage = {
  ...{ method: 'POST', url: null, body: `webhook_id=${WEBHOOK}` },
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
};

function message(event: string, body: object, { id }: Payment, at: Instant, toldAt: Instant): WebhookMessage {
  const headers = {
    ...{ 'x-wc-webhook-source': SITE, 'x-wc-webhook-topic': `order.${event}`, 'x-wc-webhook-resource': 'order' },
    ...{ 'x-wc-webhook-event': event, 'x-wc-webhook-id': `${WEBHOOK}` },
    'x-wc-webhook-delivery-id': hash('sha256', `${id} ${event} ${at} ${toldAt}`, 'hex').slice(0, 32),
  };
  return { method: 'POST', url: null, headers: { ...JSON_HEADERS, ...headers }, body: JSON.stringify(body) };
}
