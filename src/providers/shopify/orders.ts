// Orders and refunds of Shopify. The merchant's reference is the order's id, unless the account says another path: a
// refund that comes alone has no other.

import { addDecimal, decimalOf, formatDecimal } from '../../domain/decimal.ts';
import type { OrderStatus } from '../../domain/fact.ts';
import { readAmount } from '../../domain/money.ts';
import type { Instant } from '../../domain/time.ts';
import type { BodyFacts } from '../../producers/bodies/body-facts.ts';
import { amountIn, currencyIn, instantIn, referenceIn } from '../../producers/bodies/field-values.ts';
import type { JsonFields } from '../../producers/bodies/json-fields.ts';
import { addOrder, addRefundRequest } from '../../producers/bodies/order-facts.ts';

/** What was refunded had been paid; where an authorisation ran out or was voided, nobody pays any more. */
const FINANCIAL: ReadonlyMap<string, OrderStatus> = new Map([
  ['pending', 'awaiting_payment'],
  ['authorized', 'awaiting_payment'],
  ['partially_paid', 'awaiting_payment'],
  ['unpaid', 'awaiting_payment'],
  ['paid', 'paid'],
  ['partially_refunded', 'paid'],
  ['refunded', 'paid'],
  ['voided', 'cancelled'],
  ['expired', 'cancelled'],
]);

/**
 * `total_price` is what the payer was to pay. `current_total_price` goes down with each refund, which is no smaller
 * order. An order of zero, and a test, is none.
 */
export function addShopOrder(facts: BodyFacts, fields: JsonFields): void {
  const id = fields.id('id');
  const currency = currencyIn(fields, 'currency') ?? facts.context.settings.currency;
  const amount = fields.required('total_price', amountIn(fields, 'total_price', currency), 'an amount');
  if (fields.text('test') === 'true') return facts.ignore(fields.path, id, 'a test order');
  if (amount !== null && !/[1-9]/.test(amount)) return facts.ignore(fields.path, id, 'an order of zero');
  const reference = orderReference(facts, fields, 'id');
  const updated = instantIn(fields, 'updated_at');
  const cancelled = instantIn(fields, 'cancelled_at');
  const status = statusOf(facts, fields, cancelled);
  addOrder(facts, fields, {
    reference,
    amount,
    currency,
    placedAt: fields.required('created_at', instantIn(fields, 'created_at'), 'a time'),
    status,
    statusAt: status === 'awaiting_payment' ? null : (cancelled ?? updated ?? instantIn(fields, 'processed_at')),
    statedAt: updated,
    number: fields.text(['name', 'order_number']),
    country: fields.text(['billing_address.country_code', 'shipping_address.country_code']),
    phone: fields.text(['phone', 'billing_address.phone', 'customer.phone']),
    ip: fields.text('browser_ip'),
  });
  for (const refund of fields.each('refunds')) addRefund(facts, refund, reference, currency);
}

function statusOf(facts: BodyFacts, fields: JsonFields, cancelled: Instant | null): OrderStatus {
  if (cancelled !== null) return 'cancelled';
  const word = fields.text('financial_status');
  const status = word === null ? 'awaiting_payment' : FINANCIAL.get(word);
  if (status === undefined) {
    facts.ignore(fields.path, fields.id('id'), `the financial status ${word} is not known: the order counts as unpaid`);
  }
  return status === 'paid' && fields.text('fulfillment_status') === 'fulfilled'
    ? 'fulfilled'
    : (status ?? 'awaiting_payment');
}

/** One that comes alone. */
export function addShopRefund(facts: BodyFacts, fields: JsonFields): void {
  const reference = orderReference(facts, fields, 'order_id');
  if (reference === null && facts.context.settings.reference !== null) {
    return facts.ignore(
      fields.path,
      fields.id('id'),
      'a refund by the id of its order: the order itself tells of it too',
    );
  }
  addRefund(facts, fields, fields.required('order_id', reference, 'the order'), null);
}

/** `own` is where the order's id is. */
function orderReference({ context }: BodyFacts, fields: JsonFields, own: string): string | null {
  const { reference } = context.settings;
  return referenceIn(fields, reference === null || reference === 'id' ? own : reference);
}

/** Of its transactions count those that did not fail. */
function addRefund(facts: BodyFacts, fields: JsonFields, reference: string | null, ofOrder: string | null): void {
  const parts = fields.each('transactions').filter((part) => {
    return (part.text('kind') ?? 'refund') === 'refund' && !/^(?:failure|error)$/.test(part.text('status') ?? '');
  });
  const id = fields.id('id');
  if (parts.length === 0) return facts.ignore(fields.path, id, 'a refund without money');
  const currency = currencyIn(parts[0]!, 'currency') ?? ofOrder ?? facts.context.settings.currency;
  const amounts = parts.map((part) => part.required('amount', amountIn(part, 'amount', currency), 'an amount'));
  for (const part of parts) if (facts.isRefused(part)) return;
  const sum = amounts.map((amount) => decimalOf(amount!)).reduce(addDecimal);
  const total = readAmount(formatDecimal(sum), currency ?? '');
  addRefundRequest(facts, fields, {
    reference,
    refund: id,
    amount: typeof total === 'string' ? total : null,
    currency,
    at: instantIn(fields, ['processed_at', 'created_at']),
  });
}
