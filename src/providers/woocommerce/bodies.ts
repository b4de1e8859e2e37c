// The bodies of WooCommerce by their topics, or by their shapes: orders with the refunds in them, refunds, and the ping
// of a new webhook, which is a form. Times named `_gmt` are in UTC without saying so; the others are in the zone of the
// site, which an account can name. Source: woocommerce/woocommerce-rest-api-docs, _orders.md, _order-refunds.md and
// _webhooks.md.

import type { OrderStatus } from '../../domain/fact.ts';
import type { Instant } from '../../domain/time.ts';
import {
  type Body,
  type BodyContext,
  type BodyReaders,
  type BodyReading,
  unread,
} from '../../producers/bodies/body.ts';
import { type BodyFacts, jsonPartsReader } from '../../producers/bodies/body-facts.ts';
import { amountIn, currencyIn, instantIn, referenceIn, signedAmountIn } from '../../producers/bodies/field-values.ts';
import type { JsonFields } from '../../producers/bodies/json-fields.ts';
import { addOrder, addOrderStatus, addRefundRequest } from '../../producers/bodies/order-facts.ts';
import { timeReader } from '../../producers/files/time-forms.ts';

export function woocommerceBodies(context: BodyContext): BodyReaders {
  const json = jsonPartsReader(context, readPart);
  const order = (body: Body): BodyReading => (PING.test(body.text.trim()) ? PINGED : json(body));
  return { order, webhook: order };
}

const PING = /^webhook_id=\d{1,20}$/;
const PINGED: BodyReading = {
  ...{ facts: [], rejects: [], unread: null },
  ignored: [{ place: '', id: null, why: 'the ping of a new webhook' }],
};

const UTC = timeReader([], 'UTC');

/** `_gmt` if it is there, otherwise the local time where its zone is known. */
function timeIn({ context }: BodyFacts, fields: JsonFields, name: string): Instant | null {
  if (fields.has(`${name}_gmt`)) return instantIn(fields, `${name}_gmt`, UTC);
  return instantIn(fields, name, timeReader([], context.settings.zone ?? undefined));
}

function readPart(part: JsonFields, facts: BodyFacts, { header }: Body): BodyReading | undefined {
  const topic = header('x-wc-webhook-topic') ?? topicOf(part);
  if (topic === null) return unread('an order, or a refund', 'another body');
  const [resource, event] = topic.split('.');
  if (resource === 'refund') addRefund(facts, part);
  else if (resource !== 'order') facts.ignore(part.path, part.id('id'), `the topic ${topic} is about no order`);
  else if (event === 'deleted' || !part.has('total')) addDeleted(facts, part);
  else addShopOrder(facts, part);
  return undefined;
}

function topicOf(part: JsonFields): string | null {
  if (part.has('total') && part.has('status')) return 'order';
  return part.has('amount') && part.has(['_links.up', 'refunded_payment', 'refunded_by']) ? 'refund' : null;
}

const STATUSES: ReadonlyMap<string, OrderStatus> = new Map([
  ['pending', 'awaiting_payment'],
  ['on-hold', 'awaiting_payment'],
  // The payer may try again.
  ['failed', 'awaiting_payment'],
  ['processing', 'paid'],
  ['refunded', 'paid'],
  ['completed', 'fulfilled'],
  ['cancelled', 'cancelled'],
  ['trash', 'cancelled'],
]);
const DRAFTS: ReadonlySet<string> = new Set(['checkout-draft', 'auto-draft']);

function addShopOrder(facts: BodyFacts, fields: JsonFields): void {
  const id = fields.id('id');
  const word = (fields.text('status') ?? '').replace(/^wc-/, '');
  const currency = currencyIn(fields, 'currency') ?? facts.context.settings.currency;
  const amount = fields.required('total', amountIn(fields, 'total', currency), 'an amount');
  if (DRAFTS.has(word)) return facts.ignore(fields.path, id, 'a draft of an order');
  if (amount !== null && !/[1-9]/.test(amount)) return facts.ignore(fields.path, id, 'an order of zero');
  const reference = orderReference(facts, fields);
  const [modified, paid] = [timeIn(facts, fields, 'date_modified'), timeIn(facts, fields, 'date_paid')];
  // A status of the shop's own: what is known of it is whether it was paid.
  const status = STATUSES.get(word) ?? (paid === null ? 'awaiting_payment' : 'paid');
  const at = status === 'paid' ? paid : status === 'fulfilled' ? timeIn(facts, fields, 'date_completed') : modified;
  const placed = fields.has('date_created_gmt') ? 'date_created_gmt' : 'date_created';
  addOrder(facts, fields, {
    ...{ reference, amount, currency, status, statedAt: modified },
    placedAt: fields.required(placed, timeIn(facts, fields, 'date_created'), 'a time'),
    statusAt: status === 'awaiting_payment' ? null : (at ?? modified),
    number: fields.text('number'),
    country: fields.text('billing.country'),
    phone: fields.text('billing.phone'),
    ip: fields.text('customer_ip_address'),
  });
  for (const refund of fields.each('refunds')) addRefundOf(facts, refund, reference, currency);
}

/** The order's id, unless the account says another path: what comes alone has no other. */
function orderReference({ context }: BodyFacts, fields: JsonFields): string | null {
  return referenceIn(fields, context.settings.reference ?? 'id');
}

/** Whether orders go by something that a refund or a deletion, which comes alone, does not have. */
function isByOther({ context }: BodyFacts): boolean {
  const { reference } = context.settings;
  return reference !== null && reference !== 'id';
}

/** Within an order a refund has a total below zero, and no time. */
function addRefundOf(facts: BodyFacts, fields: JsonFields, reference: string | null, currency: string | null): void {
  const total = signedAmountIn(fields, 'total', currency);
  addRefundRequest(facts, fields, {
    ...{ reference, currency, refund: fields.id('id'), at: null },
    amount: fields.required('total', total?.replace(/^-/, '') ?? null, 'an amount'),
  });
}

/** One that comes alone has neither a currency nor its order but in its link upwards. */
function addRefund(facts: BodyFacts, fields: JsonFields): void {
  const up = fields.each('_links.up')[0]?.text('href') ?? null;
  const order = /\/orders\/(\d+)\/?$/.exec(up ?? '')?.[1] ?? fields.id(['parent_id', 'order_id']);
  if (isByOther(facts)) {
    return facts.ignore(
      fields.path,
      fields.id('id'),
      'a refund by the id of its order: the order itself tells of it too',
    );
  }
  const currency = currencyIn(fields, 'currency') ?? facts.context.settings.currency;
  addRefundRequest(facts, fields, {
    reference: fields.required('_links.up', order, 'the link to the order'),
    refund: fields.id('id'),
    amount: fields.required('amount', amountIn(fields, 'amount', currency), 'an amount'),
    currency,
    at: timeIn(facts, fields, 'date_created'),
  });
}

/** A deleted order comes with its id alone. */
function addDeleted(facts: BodyFacts, fields: JsonFields): void {
  if (isByOther(facts)) return facts.ignore(fields.path, fields.id('id'), 'a deleted order, by its id alone');
  const reference = fields.required('id', referenceIn(fields, 'id'), 'the id of the order');
  addOrderStatus(facts, fields, { reference, status: 'cancelled', at: null, event: null });
}
