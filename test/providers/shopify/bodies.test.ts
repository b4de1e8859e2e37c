// The bodies of Shopify, in the shapes of its documentation, with made-up values.

import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { SHOPIFY } from '../../../src/providers/shopify/shopify.ts';
import { type Given, readBody } from '../body-reader.ts';

const ORDER = {
  ...{ id: 450, name: '#1001', order_number: 1001, financial_status: 'paid', fulfillment_status: null },
  ...{ total_price: '1500.00', current_total_price: '1000.00', currency: 'KES', presentment_currency: 'USD' },
  ...{ created_at: '2024-05-01T12:00:00+03:00', updated_at: '2024-05-01T12:05:00+03:00', cancelled_at: null },
  ...{ payment_gateway_names: [''], processed_at: null, phone: '+254711223344', refunds: [] },
};
const REFUND = {
  ...{ id: 50, order_id: 450, created_at: '2024-05-02T12:00:00+03:00', processed_at: null, refund_line_items: [] },
  transactions: [{ id: 39, kind: 'refund', status: 'success', amount: '500.00', currency: 'KES' }],
};
const at = (text: string) => Date.parse(text);
const read = (body: unknown, given: Given = {}) => readBody(SHOPIFY, 'order', body, given);
const under = (topic: string) => ({ headers: { 'x-shopify-topic': topic } });

describe('an order', () => {
  test('without a currency is in that of the account', () => {
    const read = readBody(SHOPIFY, 'order', { ...ORDER, currency: null }, { settings: { currency: 'UGX' } });
    expect(read.facts).toMatchObject([{ body: { amount: '1500', currency: 'UGX' } }]);
  });

  test('is what the payer was to pay, in the currency of the shop', () => {
    expect(read(ORDER, under('orders/create')).facts).toMatchObject([
      {
        ...{ id: 'order:450', transaction_reference: '450', merchant: 'shop-a', stated_at: at('2024-05-01T09:05:00Z') },
        occurred_at: at('2024-05-01T09:00:00Z'),
        body: { amount: '1500.00', currency: 'KES', status: 'paid', order_number: '#1001' },
      },
    ]);
  });

  test('has its id beyond 2^53 as it is written', () => {
    const text = JSON.stringify(ORDER).replace('450', '820982911946154508');
    expect(read(text).facts).toMatchObject([{ transaction_reference: '820982911946154508' }]);
  });

  test('goes by the path that the account names', () => {
    const settings = { reference: 'name' };
    expect(read(ORDER, { settings }).facts).toMatchObject([{ transaction_reference: '#1001' }]);
  });

  test.each([
    ['pending', 'awaiting_payment'],
    ['authorized', 'awaiting_payment'],
    ['partially_paid', 'awaiting_payment'],
    ['paid', 'paid'],
    ['partially_refunded', 'paid'],
    ['refunded', 'paid'],
    ['voided', 'cancelled'],
    ['levitating', 'awaiting_payment'],
  ])('that is %s is %s', (financial_status, status) => {
    const { facts, ignored } = read({ ...ORDER, financial_status });
    expect(facts).toMatchObject([{ body: { status } }]);
    expect(ignored).toHaveLength(financial_status === 'levitating' ? 1 : 0);
  });

  test('that was cancelled or sent says so, and since when', () => {
    const cancelled = read({ ...ORDER, cancelled_at: '2024-05-03T12:00:00+03:00' });
    expect(cancelled.facts).toMatchObject([{ body: { status: 'cancelled', status_at: at('2024-05-03T09:00:00Z') } }]);
    expect(read({ ...ORDER, fulfillment_status: 'fulfilled' }).facts).toMatchObject([
      { body: { status: 'fulfilled' } },
    ]);
  });

  test('tells of the refunds in it', () => {
    expect(read({ ...ORDER, refunds: [REFUND] }).facts).toMatchObject([
      { id: 'order:450' },
      { transaction_reference: '450', body: { type: 'RefundRequested', refund_id: '50', amount: '500.00' } },
    ]);
  });

  test.each([
    ['a test', { test: true }],
    ['of zero', { total_price: '0.00' }],
  ])('that is %s is none, and said so', (_what, more) => {
    expect(read({ ...ORDER, ...more })).toMatchObject({ facts: [], rejects: [], ignored: [{ id: '450' }] });
  });

  test.each([
    ['total_price', { total_price: '12.345' }],
    ['total_price', { total_price: null }],
    ['created_at', { created_at: '2024-05-01T12:00:00' }],
    ['created_at', { created_at: null }],
    ['currency', { currency: 'KSH' }],
  ])('with an invalid %s is rejected: %o', (field, more) => {
    expect(read({ ...ORDER, ...more })).toMatchObject({ facts: [], rejects: [{ field }] });
  });
});

describe('a refund that comes alone', () => {
  test('is what the shop gives back, and is one however often it comes', () => {
    const { facts } = read(REFUND, under('refunds/create'));
    const body = { type: 'RefundRequested', refund_id: '50', amount: '500.00', at: at('2024-05-02T09:00:00Z') };
    expect(facts).toMatchObject([{ transaction_reference: '450', body }]);
    const inside = read({ ...ORDER, refunds: [REFUND] }).facts[1]!;
    expect(inside.id).toBe(facts[0]!.id);
  });

  test('adds up its transactions that did not fail', () => {
    const [one] = REFUND.transactions;
    const transactions = [one, { ...one, amount: '20.50' }, { ...one, status: 'failure', amount: '7.00' }];
    expect(read({ ...REFUND, transactions }).facts).toMatchObject([{ body: { amount: '520.50' } }]);
  });

  test('without money, or by another reference than the id, is ignored with the reason', () => {
    expect(read({ ...REFUND, transactions: [] })).toMatchObject({ facts: [], ignored: [{ id: '50' }] });
    expect(read(REFUND, { settings: { reference: 'name' } })).toMatchObject({ facts: [], ignored: [{ id: '50' }] });
  });
});

describe('other bodies', () => {
  const dispute = {
    ...{ id: 35982383, order_id: 450, type: 'chargeback', currency: 'USD', amount: '100.00' },
    ...{ initiated_at: '2024-05-04T00:00:00Z', finalized_on: null, status: 'needs_response' },
  };

  test.each([
    ['needs_response', 'disputed'],
    ['under_review', 'disputed'],
    ['lost', 'charged_back'],
    ['accepted', 'charged_back'],
    ['won', 'succeeded'],
    ['vanished', 'unclassified'],
  ])('a dispute that is %s is %s', (status, ours) => {
    expect(read({ ...dispute, status }, under('disputes/update')).facts).toMatchObject([
      { transaction_reference: '450', body: { kind: 'chargeback', status: ours, amount: '100.00' } },
    ]);
  });

  test('a dispute names no order where orders go by another reference than the id', () => {
    const given = { ...under('disputes/create'), settings: { reference: 'name' } };
    expect(read(dispute, given).facts).toMatchObject([{ transaction_reference: '?shopify:35982383' }]);
  });

  test.each([
    ['an inquiry', { ...dispute, type: 'inquiry' }, 'disputes/create'],
    [
      "the shop's word of a payment",
      { id: 38, order_id: 450, kind: 'sale', amount: '1500.00' },
      'order_transactions/create',
    ],
    ['a product', { id: 7 }, 'products/update'],
  ])('%s is ignored with the reason', (_what, body, topic) => {
    expect(read(body, under(topic))).toMatchObject({ facts: [], unread: null, ignored: [{ why: expect.any(String) }] });
  });

  test('a topic comes under either spelling', () => {
    const headers = { 'shopify-topic': 'products/update' };
    expect(read({ id: 7 }, { headers })).toMatchObject({ ignored: [{ id: '7' }] });
  });

  test.each([{}, [], 'no JSON', { hello: 1 }])('%o has no fact', (body) => {
    expect(read(body).facts).toEqual([]);
  });

  test('balance transactions are lines of their payouts', () => {
    const row = {
      payout_id: 9,
      payout_status: 'paid',
      currency: 'USD',
      fee: '0.00',
      processed_at: '2024-05-05T10:00:00-04:00',
    };
    const transactions = [
      {
        ...row,
        id: 1,
        type: 'charge',
        amount: '100.00',
        fee: '3.20',
        source_order_id: 450,
        source_order_transaction_id: 38,
      },
      { ...row, id: 2, type: 'refund', amount: '-20.00', source_order_id: 450 },
      { ...row, id: 3, type: 'reserve', amount: '-5.00' },
      { ...row, id: 4, type: 'payout', amount: '-71.80' },
      { ...row, id: 5, type: 'charge', amount: '1.00', payout_status: 'pending' },
    ];
    const { facts, ignored } = readBody(SHOPIFY, 'settlement', { transactions });
    expect(facts.map(({ body, payout }) => 'line_type' in body && [body.line_type, body.gross, payout])).toEqual([
      ...[
        ['payment', '100.00', '9'],
        ['refund', '-20.00', '9'],
        ['reserve', '-5.00', '9'],
        ['payout', '-71.80', '9'],
      ],
    ]);
    expect(ignored).toMatchObject([{ id: '5' }]);
  });
});

describe('the signature', () => {
  const body = Buffer.from(JSON.stringify(ORDER));
  const signature = createHmac('sha256', 'new').update(body).digest('base64');

  test('is taken under either spelling of its header, with the newer or the older secret, and not under both', () => {
    const check = SHOPIFY.webhook!.check!(Buffer.from('new'), null)!;
    const judge = (headers: Readonly<Record<string, string>>) => check((name) => [headers[name] ?? []].flat(), body, 0);
    expect(judge({ 'x-shopify-hmac-sha256': signature })).toBeNull();
    expect(judge({ 'shopify-hmac-sha256': signature })).toBeNull();
    expect(judge({ 'x-shopify-hmac-sha256': signature, 'shopify-hmac-sha256': signature })).not.toBeNull();
    const rotated = SHOPIFY.webhook!.verifier(
      SHOPIFY.account.parse({
        ...{ provider: 'shopify', account: 'a', webhook: { secrets: [{ env: 'newer' }, { env: 'new' }] } },
      }),
      (place) => ('env' in place ? place.env : ''),
    )!;
    expect(rotated((name) => (name === 'x-shopify-hmac-sha256' ? [signature] : []), body, 0)).toBeNull();
  });
});
