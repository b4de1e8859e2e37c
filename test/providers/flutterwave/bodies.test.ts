// The bodies of Flutterwave, in the shapes of its documentation, with made-up values.

import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { FLUTTERWAVE } from '../../../src/providers/flutterwave/flutterwave.ts';
import { type Given, readBody } from '../body-reader.ts';

const V3 = {
  ...{ id: 1001, tx_ref: 'ord-77', flw_ref: 'FLW-MOCK-1', amount: 2000, currency: 'RWF', charged_amount: 2028 },
  ...{ app_fee: 28.58, merchant_fee: 0, status: 'successful', created_at: '2024-05-01T09:00:00.000Z' },
};
const V4 = {
  ...{ id: 'chg_9', reference: 'ord-77', amount: 2500, currency: 'KES', status: 'succeeded' },
  ...{
    created_datetime: 1735000000.116,
    fees: [
      { type: 'app', amount: 35 },
      { type: 'vat', amount: 2.63 },
    ],
  },
  payment_method: { type: 'mobile_money', mobile_money: { country_code: '254', network: 'MPESA' } },
};
const v3 = (event: string, data: object, given: Given = {}) => readBody(FLUTTERWAVE, 'webhook', { event, data }, given);
const v4 = (type: string, data: object, more: object = {}) =>
  readBody(FLUTTERWAVE, 'webhook', { webhook_id: 'wbk_1', timestamp: 1735000000000, type, data, ...more });
const poll = (data: unknown, given: Given = {}) =>
  readBody(FLUTTERWAVE, 'poll', { status: 'success', message: 'fetched', data }, given);
const bodyOf = ({ facts }: ReturnType<typeof v3>) => facts.map((fact) => fact.body);

describe('a webhook of a charge', () => {
  test('of version 3 has the amount that was asked for, and the exact fee', () => {
    const body = {
      status: 'succeeded',
      amount: '2000',
      currency: 'RWF',
      fee: '28.58',
      provider_transaction_id: '1001',
    };
    expect(v3('charge.completed', V3).facts).toMatchObject([
      {
        ...{ transaction_reference: 'ord-77', occurred_at: Date.parse('2024-05-01T09:00:00Z') },
        body: { ...body, aliases: { flw_ref: 'FLW-MOCK-1' } },
      },
    ]);
  });

  test('of version 4 goes by its own id, with the sum of its fees', () => {
    expect(v4('charge.completed', V4).facts).toMatchObject([
      {
        ...{ id: 'flutterwave/main:callback:wbk_1', transaction_reference: 'ord-77' },
        occurred_at: 1735000000116,
        body: {
          status: 'succeeded',
          amount: '2500.00',
          fee: '37.63',
          operator: 'MPESA',
          provider_transaction_id: 'chg_9',
        },
      },
    ]);
  });

  test.each([
    ['ISO 8601', '2024-12-24T00:26:40.116Z', 1735000000116],
    ['seconds', 1735000000, 1735000000000],
    ['milliseconds', 1735000000116, 1735000000116],
  ])('has a time as %s', (_form, created_datetime, at) => {
    expect(v4('charge.completed', { ...V4, created_datetime }).facts).toMatchObject([{ occurred_at: at }]);
  });

  test('of version 2 is flat', () => {
    const body = {
      ...{ id: 77, txRef: 'ord-5', flwRef: 'FLW5', amount: 300, charged_amount: 304.2, status: 'successful' },
      ...{ currency: 'NGN', 'event.type': 'ACCOUNT_TRANSACTION', createdAt: '2024-05-01T09:00:00.000Z' },
    };
    expect(readBody(FLUTTERWAVE, 'webhook', body).facts).toMatchObject([
      {
        transaction_reference: 'ord-5',
        body: { status: 'succeeded', amount: '300.00', provider_transaction_id: '77' },
      },
    ]);
  });

  test.each([
    ['successful', 'succeeded'],
    ['failed', 'failed'],
    ['pending', 'pending'],
    ['voided', 'voided'],
    ['sublimated', 'unclassified'],
  ])('that is %s is %s', (status, ours) => {
    expect(bodyOf(v3('charge.completed', { ...V3, status }))).toMatchObject([{ status: ours, amount: '2000' }]);
  });

  test.each([
    ['N/A', { flw_ref: 'N/A' }],
    ['none', { flw_ref: null }],
  ])('without a further id (%s) has none', (_what, more) => {
    expect(bodyOf(v3('charge.completed', { ...V3, ...more }))[0]).not.toHaveProperty('aliases');
  });

  test('whose fee is not known yet has none', () => {
    expect(bodyOf(v3('charge.completed', { ...V3, app_fee: null }))).toMatchObject([{ fee: null }]);
  });

  test('beyond 2^53 has its id as it is written, as a text too', () => {
    const text = JSON.stringify({ event: 'charge.completed', data: V3 }).replace('1001', '90071992547409931');
    expect(bodyOf(readBody(FLUTTERWAVE, 'webhook', text))).toMatchObject([
      { provider_transaction_id: '90071992547409931' },
    ]);
  });

  test.each([
    ['finer than its currency', { amount: 10.5 }, 'data.amount'],
    ['missing', { amount: null }, 'data.amount'],
    ['of no currency', { currency: 'RWFX' }, 'data.currency'],
  ])('with an amount %s is rejected', (_what, more, field) => {
    expect(v3('charge.completed', { ...V3, ...more })).toMatchObject({ facts: [], rejects: [{ field }] });
  });
});

describe('other webhooks', () => {
  test.each([
    ['completed', 'succeeded'],
    ['completed-momo', 'succeeded'],
    ['pending', 'pending'],
    ['requires_action', 'pending'],
    ['failed', 'failed'],
    ['cancelled', 'failed'],
    ['misplaced', 'unclassified'],
  ])('a refund that is %s is %s, and names its charge', (status, ours) => {
    const data = { id: 'rfd_1', charge_id: 'chg_9', amount_refunded: 500, currency: 'KES', status };
    expect(bodyOf(v4('refund.completed', data))).toMatchObject([
      {
        kind: 'refund',
        status: ours,
        amount: '500.00',
        original_transaction_id: 'chg_9',
        provider_transaction_id: 'rfd_1',
      },
    ]);
  });

  test.each([
    ['won', 'succeeded'],
    ['lost', 'charged_back'],
    ['accepted', 'charged_back'],
    ['initiated', 'disputed'],
    ['reversed', 'unclassified'],
  ])('a chargeback that is %s is %s', (status, ours) => {
    const data = { id: 6, stage: 'new', status, amount: 2000, currency: 'RWF', transaction_id: 1001, tx_ref: 'ord-77' };
    expect(bodyOf(v3('chargeback.updated', data))).toMatchObject([
      { kind: 'chargeback', status: ours, amount: '2000', original_transaction_id: '1001' },
    ]);
  });

  test('a transfer is money that the merchant sends', () => {
    const data = {
      id: 8,
      account_number: '1',
      amount: 500,
      fee: 10.75,
      currency: 'NGN',
      reference: 'pay-1',
      status: 'SUCCESSFUL',
    };
    const expected = { kind: 'payout', status: 'succeeded', amount: '500.00', fee: '10.75' };
    expect(bodyOf(v3('transfer.completed', data))).toMatchObject([expected]);
    expect(bodyOf(readBody(FLUTTERWAVE, 'webhook', { 'event.type': 'Transfer', transfer: data }))).toMatchObject([
      expected,
    ]);
  });

  test('of an unknown event are kept with its word, and those about no charge are ignored', () => {
    expect(bodyOf(v3('charge.levitated', V3))).toMatchObject([{ status: 'unclassified', word: 'charge.levitated' }]);
    expect(v3('subscription.cancelled', { id: 4 })).toMatchObject({ facts: [], ignored: [{ id: '4' }], unread: null });
  });

  test.each([{}, { event: 'charge.completed' }, { data: V3 }, { type: 'charge.completed', data: 7 }])(
    '%o is unread',
    (body) => {
      expect(readBody(FLUTTERWAVE, 'webhook', body)).toMatchObject({ facts: [], unread: { code: 'HESABU_ROW_SHAPE' } });
    },
  );
});

describe('an answer', () => {
  test('about a charge has the status of the charge', () => {
    expect(bodyOf(poll({ ...V3, status: 'failed' }))).toMatchObject([{ via: 'poll', status: 'failed' }]);
    expect(bodyOf(poll([V3, { ...V3, id: '1002' }]))).toHaveLength(2);
  });

  test('about a refund of version 3 has the currency of the account, and no reference', () => {
    const data = { id: 75923, account_id: 7, tx_id: 1001, flw_ref: 'F', amount_refunded: 500, status: 'completed' };
    expect(poll(data, { settings: { currency: 'KES' } }).facts).toMatchObject([
      { transaction_reference: '?flutterwave:75923', body: { amount: '500.00', original_transaction_id: '1001' } },
    ]);
    expect(poll(data)).toMatchObject({ facts: [], rejects: [{ field: 'data.amount_refunded' }] });
  });

  test('that knows no charge is no fact', () => {
    const answer = { status: 'error', message: 'No transaction was found for this id', data: null };
    expect(readBody(FLUTTERWAVE, 'poll', answer)).toMatchObject({ facts: [], ignored: [{ why: answer.message }] });
  });

  test.each([
    ['a charge', { data: { id: 5, tx_ref: 'ord-3', flw_ref: 'F-5', status: 'pending' } }, {}],
    ['a link alone', { meta: { authorization: { mode: 'redirect' } } }, { transaction_reference: 'ord-3' }],
  ])('to a request for a payment with %s says that it was asked for', (_what, more, about) => {
    const answer = { status: 'success', message: 'Charge initiated', ...more };
    expect(readBody(FLUTTERWAVE, 'initiation', answer, { about }).facts).toMatchObject([
      { transaction_reference: 'ord-3', body: { status: 'initiated' } },
    ]);
  });
});

describe('the signature', () => {
  const body = Buffer.from(JSON.stringify({ event: 'charge.completed', data: V3 }));
  const headers: Readonly<Record<string, string>> = {
    'verif-hash': 'the-hash',
    'flutterwave-signature': createHmac('sha256', 'the-hash').update(body).digest('base64'),
  };
  const judge = (scheme: string | null, only: string) =>
    FLUTTERWAVE.webhook!.check!(Buffer.from('the-hash'), scheme)!(
      (name) => (name === only ? [headers[name]!] : []),
      body,
      0,
    );

  test('is of the scheme that is set, and never of the other', () => {
    expect(judge(null, 'verif-hash')).toBeNull();
    expect(judge('token', 'flutterwave-signature')).not.toBeNull();
    expect(judge('hmac-sha256-base64', 'flutterwave-signature')).toBeNull();
    expect(judge('hmac-sha256-base64', 'verif-hash')).not.toBeNull();
  });
});
