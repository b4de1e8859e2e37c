// The bodies of Shopify by their topics, or by their shapes where no header tells the topic: orders with the refunds in
// them, refunds, disputes, and what Shopify Payments paid out. Headers have two spellings. Ids are beyond 2^53.
// Sources: shopify.dev/docs/api/admin-rest (order, refund, transaction, dispute), shopify.dev/docs/apps/build/webhooks.

import {
  type Body,
  type BodyContext,
  type BodyReaders,
  type BodyReading,
  unread,
} from '../../producers/bodies/body.ts';
import { type BodyFacts, jsonPartsReader, jsonReader, readEach } from '../../producers/bodies/body-facts.ts';
import type { JsonFields } from '../../producers/bodies/json-fields.ts';
import { addDispute } from './disputes.ts';
import { addShopOrder, addShopRefund } from './orders.ts';
import { addPayouts } from './payouts.ts';

export function shopifyBodies(context: BodyContext): BodyReaders {
  const order = jsonPartsReader(context, readPart);
  return { order, webhook: order, settlement: jsonReader(context, addPayouts) };
}

const TOPIC_HEADERS = ['x-shopify-topic', 'shopify-topic'] as const;

function readPart(part: JsonFields, facts: BodyFacts, { header }: Body): BodyReading | undefined {
  // An answer to the question which orders changed.
  if (readEach(facts, part, 'orders', addShopOrder)) return undefined;
  const topic = header(TOPIC_HEADERS[0]) ?? header(TOPIC_HEADERS[1]) ?? topicOf(part);
  if (topic === null) return unread('an order, a refund, a transaction or a dispute', 'another body');
  const family = topic.split('/')[0]!;
  if (topic === 'orders/delete') facts.ignore(part.path, part.id('id'), 'an order that was deleted, by its id alone');
  else if (family === 'orders') addShopOrder(facts, part);
  else if (family === 'refunds') addShopRefund(facts, part);
  else if (family === 'disputes') addDispute(facts, part);
  else if (family === 'order_transactions') {
    facts.ignore(part.path, part.id('id'), "the shop's own word of a payment: what the gateway says of it counts");
  } else facts.ignore(part.path, part.id('id'), `the topic ${topic} is about no order`);
  return undefined;
}

/** Of an answer, or of a body that was kept without its headers. */
function topicOf(part: JsonFields): string | null {
  if (part.has(['total_price', 'financial_status'])) return 'orders';
  if (part.has(['refund_line_items', 'order_adjustments', 'restock'])) return 'refunds';
  if (part.has('order_id') && part.has('transactions')) return 'refunds';
  if (part.has(['evidence_due_by', 'network_reason_code', 'evidence_sent_on', 'initiated_at'])) return 'disputes';
  return part.has('kind') && part.has('order_id') ? 'order_transactions' : null;
}
