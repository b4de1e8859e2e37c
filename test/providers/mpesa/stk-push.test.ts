// What M-Pesa says of an STK push: what was asked for, what was called back, and what a query answers.
import { describe, expect, test } from 'vitest';
import type { BodyKind } from '../../../src/producers/bodies/body.ts';
import { MPESA } from '../../../src/providers/mpesa/mpesa.ts';
import { type Given, readBody } from '../body-reader.ts';
import {
  CONFIRMATION,
  error,
  ITEMS,
  MERCHANT_REQUEST,
  RECEIPT,
  REQUEST,
  STK_ACCEPTED,
  stkCallback,
  stkQuery,
} from './given-bodies.ts';

const read = (kind: BodyKind, body: unknown, given: Given = {}) => readBody(MPESA, kind, body, given);
const bodyOf = (kind: BodyKind, body: unknown, given: Given = {}) => {
  const { facts, ...rest } = read(kind, body, given);
  expect(rest).toEqual({ rejects: [], ignored: [], unread: null });
  expect(facts).toHaveLength(1);
  return facts[0]!.body;
};

describe('the answer to a request', () => {
  test('is an attempt, and no money', () => {
    const about = { transaction_reference: 'ord-71', phone: '+254711000127', operator: 'mpesa' };
    const { facts } = read('initiation', STK_ACCEPTED, { about });
    expect(facts).toMatchObject([
      {
        transaction_reference: 'ord-71',
        body: {
          ...{ via: 'poll', kind: 'payment', status: 'initiated', amount: null, request_id: REQUEST, untimed: true },
          ...{ aliases: { MerchantRequestID: MERCHANT_REQUEST }, operator: 'mpesa', msisdn: 'KE:#254711000127' },
        },
      },
    ]);
  });

  test.each<readonly [object, string]>([
    [{ ...STK_ACCEPTED, ResponseCode: '1', ResponseDescription: 'Rejected' }, 'the network began nothing: 1 Rejected'],
    [
      error('400.002.02', 'Bad Request - Invalid PhoneNumber'),
      'the network answered 400.002.02: Bad Request - Invalid PhoneNumber',
    ],
    ...[
      ...[
        'Merchant does not exist',
        'Wrong credentials',
        'Internal Server Error',
        'The transaction is being processed',
      ],
      'Unable to lock subscriber, a transaction is already in process for the current subscriber',
    ].map((words) => [error('500.001.1001', words), `the network answered 500.001.1001: ${words}`] as const),
    [error('500.003.02', 'System is busy.'), 'the network answered 500.003.02: System is busy.'],
    [
      error('401.002.01', 'Error Occurred - Invalid Access Token - c9SQ'),
      'the network answered 401.002.01: Error Occurred - Invalid Access Token',
    ],
  ])('that began nothing is left out with why: %j', (body, why) => {
    const about = { transaction_reference: 'ord-71', phone: '+254711000127' };
    expect(read('initiation', body, { about })).toMatchObject({ facts: [], ignored: [{ why }], unread: null });
  });
});

describe('the callback', () => {
  test('of money has what its items say, in whatever order', () => {
    const expected = {
      ...{ via: 'callback', kind: 'payment', status: 'succeeded', word: null, hint: true, msisdn: 'KE:#254711000127' },
      ...{ provider_transaction_id: RECEIPT, request_id: REQUEST, operator_transaction_id: null, amount: '1500.50' },
      ...{ aliases: { MerchantRequestID: MERCHANT_REQUEST }, currency: 'KES', fee: null },
    };
    for (const items of [ITEMS, ITEMS.toReversed(), ITEMS.filter(({ Name }) => Name !== 'Balance')]) {
      const { facts } = read('webhook', stkCallback(0, items));
      expect(facts).toMatchObject([{ transaction_reference: `?mpesa:${RECEIPT}`, body: expected }]);
      // 08:04:03 in Nairobi.
      expect(facts[0]!.occurred_at).toBe(Date.parse('2026-06-01T05:04:03Z'));
      expect(facts[0]!.body).not.toHaveProperty('untimed');
    }
  });

  test.each([
    ['1500', '1500.00'],
    [1500.5, '1500.50'],
    ['1.00', '1.00'],
    ['0.10', '0.10'],
    [null, null],
  ])('has the amount %j as %j', (Value, amount) => {
    expect(bodyOf('webhook', stkCallback(0, [{ Name: 'Amount', Value }]))).toMatchObject({ amount });
  });

  test.each(['1.005', '-1.00', '1,500', 'x'])('with the amount %j is refused', (Value) => {
    expect(read('webhook', stkCallback(0, [{ Name: 'Amount', Value }])).rejects).toMatchObject([
      { field: expect.stringContaining('Amount'), code: expect.stringMatching(/^HESABU_AMOUNT/) },
    ]);
  });

  test('keeps digits that no float has', () => {
    const text = JSON.stringify(stkCallback())
      .replace('254711000127', '90071992547409931')
      .replace('1500.5', '12345678901234567.89');
    expect(bodyOf('webhook', text)).toMatchObject({ amount: '12345678901234567.89', msisdn: null });
  });

  test('without items, or with items that are none, is a success of an unknown amount', () => {
    for (const items of [null, [], [{}], [{ Name: 'Amount' }], [{ Name: 7, Value: 8 }]] as const) {
      expect(bodyOf('webhook', stkCallback(0, items))).toMatchObject({ status: 'succeeded', amount: null });
    }
    expect(bodyOf('webhook', stkCallback(0, null, { CallbackMetadata: null, Unknown: [1] }))).toMatchObject({
      amount: null,
    });
  });

  test.each([
    [0, 'succeeded'],
    ['0', 'succeeded'],
    [1, 'failed'],
    [2, 'failed'],
    [3, 'failed'],
    [4, 'failed'],
    [8, 'failed'],
    [11, 'failed'],
    [17, 'failed'],
    [21, 'failed'],
    [26, 'failed'],
    [1001, 'failed'],
    [1019, 'expired'],
    [1025, 'failed'],
    [1032, 'failed'],
    ['1032', 'failed'],
    [1037, 'failed'],
    [2001, 'failed'],
    [2006, 'failed'],
    [2028, 'failed'],
    [8006, 'failed'],
    ['SFC_IC0003', 'failed'],
    [4999, 'pending'],
    [9999, 'unclassified'],
    ['DS_TIMEOUT', 'unclassified'],
    [-1, 'unclassified'],
  ])('with the code %j says %s', (code, status) => {
    const body = bodyOf('webhook', stkCallback(code, null));
    const word = status === 'unclassified' ? `${code}` : null;
    expect(body).toMatchObject({ status, word, amount: null, request_id: REQUEST, untimed: true });
    expect(bodyOf('poll', stkQuery(`${code}`))).toMatchObject({ via: 'poll', status, word });
  });

  test('without a code, or without any id, is refused', () => {
    expect(read('webhook', stkCallback(null)).rejects).toMatchObject([{ field: 'Body.stkCallback.ResultCode' }]);
    const nameless = stkCallback(1032, null, { CheckoutRequestID: null, MerchantRequestID: '' });
    expect(read('webhook', nameless)).toMatchObject({ facts: [], rejects: [{ code: 'HESABU_FIELD_MISSING' }] });
  });

  test('of an account whose network is trusted is no hint', () => {
    const settings = { webhook: { trust: 'network', path: { env: 'P' }, addresses: ['196.201.214.0/24'] } };
    expect(bodyOf('webhook', stkCallback(), { settings })).not.toHaveProperty('hint');
  });

  test('of another account may have another currency and zone', () => {
    const settings = { currency: 'TZS', zone: 'UTC' };
    const [fact] = read('webhook', stkCallback(), { settings }).facts;
    expect(fact).toMatchObject({ occurred_at: Date.parse('2026-06-01T08:04:03Z'), body: { currency: 'TZS' } });
  });

  test('of a stranger is unread', () => {
    for (const body of [{}, { Body: {} }, { hello: 1 }, { Body: { stkCallback: 7 } }]) {
      const { facts, unread, rejects } = read('webhook', body);
      expect([facts, unread !== null || rejects.length > 0]).toEqual([[], true]);
    }
    expect(read('webhook', '[]').unread).not.toBeNull();
    expect(read('webhook', '{"a":1,"a":2}').facts).toEqual([]);
  });
});

describe('the query', () => {
  const busy = error('500.001.1001', 'The transaction is being processed');

  test('that is too early says pending, of what was asked for', () => {
    const about = { transaction_reference: 'ord-71', CheckoutRequestID: REQUEST, http_status: '500' };
    expect(bodyOf('poll', busy, { about })).toMatchObject({ status: 'pending', request_id: REQUEST, amount: null });
    expect(read('poll', busy)).toMatchObject({
      facts: [],
      ignored: [{ why: expect.stringContaining('500.001.1001') }],
    });
  });

  test('that fails is no fact', () => {
    const about = { transaction_reference: 'ord-71' };
    for (const body of [
      error('404.001.03', 'Invalid Access Token'),
      error('500.001.1001', 'Wrong credentials'),
      error(
        '500.001.1001',
        'Unable to lock subscriber, a transaction is already in process for the current subscriber',
      ),
      error('500.001.1001', ''),
      error('500.003.02', 'The transaction is being processed'),
      error('500.003.1001', 'Internal Server Error'),
      { ...stkQuery('0'), ResponseCode: '1', ResponseDescription: 'The service request has failed.' },
      STK_ACCEPTED,
    ]) {
      expect(read('poll', body, { about })).toMatchObject({ facts: [], ignored: [{}], unread: null });
    }
  });

  test('has the reference of what was asked, and no time', () => {
    const [fact] = read('poll', stkQuery('0'), { about: { transaction_reference: 'ord-71' } }).facts;
    expect(fact).toMatchObject({ transaction_reference: 'ord-71', body: { status: 'succeeded', untimed: true } });
    expect(fact!.body).not.toHaveProperty('hint');
  });
});

test('what a callback and a confirmation of one payment share is the receipt, in one place', () => {
  const [called] = read('webhook', stkCallback()).facts;
  const [confirmed] = read('webhook', CONFIRMATION).facts;
  for (const fact of [called, confirmed]) expect(fact!.body).toMatchObject({ provider_transaction_id: RECEIPT });
});
