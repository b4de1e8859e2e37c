// Facts for the tests of the log: arbitrary ones of every body, and plain ones.

import fc from 'fast-check';
import {
  type Fact,
  LINE_TYPES,
  ORDER_STATUSES,
  type OrderPlaced,
  PAYMENT_KINDS,
  PAYMENT_STATUSES,
  VIAS,
} from '../../src/domain/fact.ts';
import { HANDOFF_WORDS } from '../../src/domain/handoff.ts';

/** Short and long, ASCII and not: the codec handles each in a different way. */
const text = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.string({ maxLength: 20, unit: 'grapheme' }),
  fc.string({ minLength: 60, maxLength: 200 }),
  fc.string({ minLength: 50, maxLength: 100, unit: 'grapheme' }),
);
const optional = fc.option(text);
const instant = fc.oneof(
  fc.integer({ min: 1_600_000_000_000, max: 1_900_000_000_000 }),
  fc.integer({ min: -1_000_000_000_000, max: 300 }),
);
const optionalInstant = fc.option(instant);

const ids = {
  provider_transaction_id: optional,
  operator_transaction_id: optional,
  request_id: optional,
  original_transaction_id: optional,
};

const order = fc.record({
  type: fc.constant('OrderPlaced' as const),
  amount: text,
  currency: text,
  placed_at: instant,
  expires_at: optionalInstant,
  status: fc.constantFrom(...ORDER_STATUSES),
  status_at: optionalInstant,
  order_number: optional,
  country: optional,
  operator: optional,
  msisdn: optional,
  ip: optional,
  device: optional,
});

const payment = fc.record({
  type: fc.constant('PaymentObserved' as const),
  via: fc.constantFrom(...VIAS),
  kind: fc.constantFrom(...PAYMENT_KINDS),
  status: fc.constantFrom(...PAYMENT_STATUSES),
  word: optional,
  ...ids,
  amount: optional,
  currency: optional,
  fee: optional,
  operator: optional,
  msisdn: optional,
});

const line = fc.record({
  type: fc.constant('SettlementLineReported' as const),
  line_type: fc.constantFrom(...LINE_TYPES),
  word: optional,
  ...ids,
  gross: text,
  currency: text,
  fee: optional,
  settlement_date: text,
  settlement_currency: optional,
  settlement_amount: optional,
  fx_rate: optional,
});

const aliases = fc
  .uniqueArray(
    fc.tuple(
      text.map((name) => `id${name}`),
      text,
    ),
    { minLength: 1, maxLength: 3, selector: ([name]) => name },
  )
  .map((entries) => Object.fromEntries(entries));
const series = aliases;
const yes = fc.constant(true as const);

/** Of these, members that say nothing are absent. */
const further = fc
  .record({ aliases, hint: yes, untimed: yes, series }, { requiredKeys: [], noNullPrototype: true })
  .filter((more) => Object.keys(more).length > 0);
const furtherPayment = fc.tuple(payment, further).map(([body, more]) => ({ ...body, ...more }));
const furtherLine = fc
  .tuple(line, fc.record({ aliases, series }, { requiredKeys: [], noNullPrototype: true }))
  .map(([body, more]) => ({ ...body, ...more }));
const orderPart = fc.tuple(order, text).map(([body, parent]) => ({ ...body, parent }));

const statusChange = fc.record({
  type: fc.constant('OrderStatusChanged' as const),
  status: fc.constantFrom(...ORDER_STATUSES),
  at: instant,
});

const refundRequest = fc.record({
  type: fc.constant('RefundRequested' as const),
  refund_id: optional,
  amount: text,
  currency: text,
  at: optionalInstant,
});

const handoff = fc.record({
  type: fc.constant('Handoff' as const),
  word: fc.constantFrom(...HANDOFF_WORDS),
  from: text,
  content: optional,
});

const bankLine = fc.record({
  type: fc.constant('BankLineReported' as const),
  bank_account: text,
  amount: text,
  currency: text,
  value_date: text,
  bank_reference: text,
  narration: optional,
});

const payoutPart = fc.record({
  type: fc.constant('PayoutPart' as const),
  currency: text,
  settlement_date: text,
  lines: fc.integer(),
  gross: text,
  fees: text,
  returns: text,
  other: text,
});

const withdrawn = fc.record({
  type: fc.constant('ClaimWithdrawn' as const),
  claim: text,
  content: text,
  import_id: fc.nat(),
  why: text,
});

export const anyFact: fc.Arbitrary<Fact> = fc.record(
  {
    id: text,
    provider: text,
    account: optional,
    merchant: text,
    occurred_at: optionalInstant,
    forwarded: fc.boolean(),
    stated_at: optionalInstant,
    import_id: fc.nat(),
    body: fc.oneof(
      ...[order, payment, line, handoff, bankLine, payoutPart, withdrawn],
      ...[statusChange, refundRequest, furtherPayment, furtherLine, orderPart],
    ),
    transaction_reference: text,
    received_at: instant,
    raw: text,
    report: optional,
    line: optional,
    payout: optional,
  },
  { noNullPrototype: true },
);

export function orderFact(reference = 'SHOP-000001'): Fact<OrderPlaced> {
  return {
    transaction_reference: reference,
    received_at: 1_769_850_000_000,
    raw: '1/2',
    report: null,
    line: null,
    payout: null,
    id: `order:${reference}`,
    provider: 'mfs-africa',
    account: null,
    merchant: 'nairobi-shoes',
    occurred_at: 1_769_846_400_000,
    forwarded: false,
    stated_at: null,
    import_id: 0,
    body: {
      type: 'OrderPlaced',
      amount: '1500.00',
      currency: 'KES',
      placed_at: 1_769_846_400_000,
      expires_at: null,
      status: 'awaiting_payment',
      status_at: null,
      order_number: null,
      country: 'KE',
      operator: null,
      msisdn: null,
      ip: null,
      device: null,
    },
  };
}
