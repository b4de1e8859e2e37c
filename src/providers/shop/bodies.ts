// The events of a shop system of one's own: `{ type, timestamp, data }`, as Standard Webhooks advises. The members of
// `data` have the names of the orders format. docs/providers.md is the contract for those who write such a shop.

import { ORDER_STATUSES, type OrderStatus } from '../../domain/fact.ts';
import {
  type Body,
  type BodyContext,
  type BodyReaders,
  type BodyReading,
  unread,
} from '../../producers/bodies/body.ts';
import { type BodyFacts, jsonReader } from '../../producers/bodies/body-facts.ts';
import { amountIn, currencyIn, instantIn, referenceIn } from '../../producers/bodies/field-values.ts';
import type { JsonFields } from '../../producers/bodies/json-fields.ts';
import { addOrder, addOrderStatus, addRefundRequest } from '../../producers/bodies/order-facts.ts';

export function shopBodies(context: BodyContext): BodyReaders {
  const order = jsonReader(context, readEvent);
  return { order, webhook: order };
}

/** The events that have the whole order, and the status that each means where the order does not say it. */
const ORDERS: ReadonlyMap<string, OrderStatus> = new Map([
  ['order.placed', 'awaiting_payment'],
  ['order.updated', 'awaiting_payment'],
  ['order.paid', 'paid'],
  ['order.fulfilled', 'fulfilled'],
  ['order.cancelled', 'cancelled'],
]);
const REFERENCE = 'transaction_reference';

function readEvent(root: JsonFields, facts: BodyFacts, { header }: Body): BodyReading | undefined {
  const type = root.text('type');
  const data = root.within('data');
  if (type === null || Object.keys(data.object).length === 0) {
    return unread('an event with `type` and `data`', 'a body without them');
  }
  const told = instantIn(root, 'timestamp');
  // The header is the same over all attempts to send an event.
  const event = header('webhook-id');
  const reference = referenceIn(data, REFERENCE);
  const merchant = data.text('merchant');
  const meant = ORDERS.get(type);
  if (meant !== undefined && data.has('amount')) addWhole(facts, data, { meant, told });
  else if (meant !== undefined || type === 'order.status') {
    const status = statusIn(data, meant === 'awaiting_payment' ? null : (meant ?? null));
    const at = instantIn(data, 'status_at') ?? told;
    if (facts.isRefused(root)) return undefined;
    data.required(REFERENCE, reference, 'the reference of the order');
    addOrderStatus(facts, data, { reference, merchant, status: status ?? 'awaiting_payment', at, event });
  } else if (type === 'refund.requested') {
    const currency = currencyIn(data, 'currency') ?? facts.context.settings.currency;
    data.required(REFERENCE, reference, 'the reference of the order');
    addRefundRequest(facts, data, {
      ...{ reference, merchant, currency },
      refund: data.id('refund_id') ?? event,
      amount: data.required('amount', amountIn(data, 'amount', currency), 'an amount'),
      at: instantIn(data, 'requested_at') ?? told,
    });
  } else facts.ignore('', data.id(REFERENCE), `an event of the type ${type}, which is none of ours`);
  return undefined;
}

function statusIn(data: JsonFields, meant: OrderStatus | null): OrderStatus | null {
  const word = data.text('status') ?? meant;
  if (ORDER_STATUSES.includes(word as OrderStatus)) return word as OrderStatus;
  data.refuse('status', 'HESABU_FIELD_INVALID', `one of ${ORDER_STATUSES.join(', ')}`);
  return null;
}

function addWhole(
  facts: BodyFacts,
  data: JsonFields,
  { meant, told }: { readonly meant: OrderStatus; readonly told: number | null },
): void {
  const currency = currencyIn(data, 'currency') ?? facts.context.settings.currency;
  const amount = data.required('amount', amountIn(data, 'amount', currency), 'an amount');
  if (amount !== null && !/[1-9]/.test(amount)) data.refuse('amount', 'HESABU_AMOUNT_RANGE', 'an amount above zero');
  const status = statusIn(data, meant) ?? meant;
  addOrder(facts, data, {
    reference: data.required(REFERENCE, referenceIn(data, REFERENCE), 'the reference of the order'),
    ...{ amount, currency, status },
    placedAt: data.required('placed_at', instantIn(data, 'placed_at'), 'a time'),
    expiresAt: instantIn(data, 'expires_at'),
    statusAt: instantIn(data, 'status_at') ?? (status === 'awaiting_payment' ? null : told),
    statedAt: instantIn(data, 'updated_at') ?? told,
    merchant: data.text('merchant'),
    number: data.text('order_number'),
    country: data.text('country'),
    operator: data.text('operator'),
    phone: data.text('msisdn'),
    ip: data.text('ip'),
    device: data.text('device_id'),
    parent: referenceIn(data, 'parent'),
  });
}
