// The bodies of WooCommerce, in the shapes of its documentation, with made-up values.

import { describe, expect, test } from 'vitest';
import { WOOCOMMERCE } from '../../../src/providers/woocommerce/woocommerce.ts';
import { type Given, READ_AT, readBody } from '../body-reader.ts';

const ORDER = {
  ...{ id: 727, number: '727', order_key: 'wc_order_x', status: 'processing', currency: 'KES', total: '1500.00' },
  ...{ date_created: '2024-05-01T16:28:02', date_created_gmt: '2024-05-01T13:28:02', payment_method: 'mpesa' },
  ...{ date_modified_gmt: '2024-05-01T13:28:08', date_paid_gmt: '2024-05-01T13:28:08', date_completed_gmt: null },
  ...{ transaction_id: 'TAB1CDEFGH', billing: { country: 'KE', phone: '0711223344' }, refunds: [] as object[] },
};
const at = (text: string) => Date.parse(text);
const read = (body: unknown, given: Given = {}) => readBody(WOOCOMMERCE, 'order', body, given);
const under = (topic: string) => ({ headers: { 'x-wc-webhook-topic': topic } });

describe('an order', () => {
  test('has its times in UTC', () => {
    expect(read(ORDER, under('order.created')).facts).toMatchObject([
      {
        ...{ id: 'order:727', transaction_reference: '727', occurred_at: at('2024-05-01T13:28:02Z') },
        body: { amount: '1500.00', currency: 'KES', status: 'paid', status_at: at('2024-05-01T13:28:08Z') },
      },
    ]);
  });

  test('without a currency is in that of the account', () => {
    const { facts } = read({ ...ORDER, currency: undefined }, { settings: { currency: 'UGX' } });
    expect(facts).toMatchObject([{ body: { amount: '1500', currency: 'UGX' } }]);
  });

  test('with local times alone needs the zone of the site', () => {
    const { date_created_gmt: _, ...local } = ORDER;
    const settings = { zone: 'Africa/Nairobi' };
    expect(read(local, { settings }).facts).toMatchObject([{ occurred_at: at('2024-05-01T13:28:02Z') }]);
    expect(read(local)).toMatchObject({ facts: [], rejects: [{ field: 'date_created' }] });
  });

  test.each([
    ['pending', 'awaiting_payment'],
    ['on-hold', 'awaiting_payment'],
    ['failed', 'awaiting_payment'],
    ['processing', 'paid'],
    ['refunded', 'paid'],
    ['completed', 'fulfilled'],
    ['cancelled', 'cancelled'],
    ['trash', 'cancelled'],
    ['packed-by-robot', 'paid'],
  ])('that is %s is %s', (word, status) => {
    expect(read({ ...ORDER, status: word, date_paid_gmt: null, date_completed_gmt: null }).facts).toMatchObject([
      { body: { status: word === 'packed-by-robot' ? 'awaiting_payment' : status } },
    ]);
    expect(read({ ...ORDER, status: word }).facts).toMatchObject([{ body: { status } }]);
  });

  test('tells of the refunds in it, which have totals below zero', () => {
    const refunds = [
      { id: 728, reason: '', total: '-500.00' },
      { id: 729, total: '-0.50' },
    ];
    expect(read({ ...ORDER, refunds }).facts.slice(1)).toMatchObject([
      {
        transaction_reference: '727',
        body: { type: 'RefundRequested', refund_id: '728', amount: '500.00', currency: 'KES' },
      },
      { body: { refund_id: '729', amount: '0.50' } },
    ]);
  });

  test('that was deleted comes with its id alone, and is cancelled', () => {
    expect(read({ id: 727 }, under('order.deleted')).facts).toMatchObject([
      { transaction_reference: '727', occurred_at: READ_AT, body: { type: 'OrderStatusChanged', status: 'cancelled' } },
    ]);
  });

  test.each([
    ['a draft', { status: 'checkout-draft' }],
    ['of zero', { total: '0.00' }],
  ])('that is %s is none, and said so', (_what, more) => {
    expect(read({ ...ORDER, ...more })).toMatchObject({ facts: [], rejects: [], ignored: [{ id: '727' }] });
  });

  test.each([
    ['total', { total: '1,500.00' }],
    ['currency', { currency: 'KSH' }],
    ['date_created_gmt', { date_created_gmt: '2024-13-01T13:28:02' }],
  ])('with an invalid %s is rejected', (field, more) => {
    expect(read({ ...ORDER, ...more })).toMatchObject({ facts: [], rejects: [{ field }] });
  });
});

describe('other bodies', () => {
  const refund = {
    ...{ id: 726, date_created_gmt: '2024-05-02T08:00:00', amount: '10.00', reason: '' },
    _links: { up: [{ href: 'https://shop.example/wp-json/wc/v3/orders/723' }] },
  };

  test('a refund that comes alone has the currency of the account, and its order in a link', () => {
    const expected = { refund_id: '726', amount: '10.00', currency: 'KES', at: at('2024-05-02T08:00:00Z') };
    expect(read(refund, { settings: { currency: 'KES' } }).facts).toMatchObject([
      { transaction_reference: '723', body: expected },
    ]);
    expect(read(refund)).toMatchObject({ facts: [], rejects: [{ field: 'amount' }] });
  });

  test('what comes alone by the id is ignored where orders go by another reference', () => {
    const settings = { reference: 'number', currency: 'KES' };
    expect(read({ ...ORDER, number: 'WEB-9' }, { settings }).facts).toMatchObject([{ transaction_reference: 'WEB-9' }]);
    expect(read(refund, { settings })).toMatchObject({ facts: [], ignored: [{ id: '726' }] });
    expect(read({ id: 727 }, { settings, ...under('order.deleted') })).toMatchObject({
      facts: [],
      ignored: [{ id: '727' }],
    });
  });

  test('a list of orders has a fact for each', () => {
    const list = [ORDER, { ...ORDER, id: 728 }, { ...ORDER, total: 'x' }];
    const { facts, rejects } = read(list);
    expect(facts.map((fact) => fact.transaction_reference)).toEqual(['727', '728']);
    expect(rejects).toMatchObject([{ field: '[2].total', place: '[2]' }]);
  });

  test('the ping of a new webhook is a form, and ignored', () => {
    expect(read('webhook_id=12')).toMatchObject({ facts: [], unread: null, ignored: [{ why: expect.any(String) }] });
  });

  test.each([{}, { id: 7 }, 'webhook_id=x', { hello: 1 }])('%o is unread', (body) => {
    expect(read(body)).toMatchObject({ facts: [], unread: { code: expect.stringMatching(/^HESABU_/) } });
  });
});

describe('the signature', () => {
  test('is the one of the published test: an empty secret over the body "secret"', () => {
    const body = Buffer.from('secret');
    // WooCommerce core, tests of WC_Webhook, test_generate_signature.
    const signature = 'GBDo00G55h6IiV+6CxqivQPLbI//KzaOZm747971tPs=';
    const check = WOOCOMMERCE.webhook!.check!(Buffer.from(''), null)!;
    expect(check((name) => (name === 'x-wc-webhook-signature' ? [signature] : []), body, 0)).toBeNull();
  });
});
