// What M-Pesa tells without an STK push: confirmations, pulled lists, and the results of what it does later.
import { describe, expect, test } from 'vitest';
import type { BodyKind } from '../../../src/producers/bodies/body.ts';
import { MPESA } from '../../../src/providers/mpesa/mpesa.ts';
import { type Given, readBody } from '../body-reader.ts';
import { CONFIRMATION, PAID_OUT, pulled, QUEUE, RECEIPT, REVERSED, result, transaction } from './given-bodies.ts';

const read = (kind: BodyKind, body: unknown, given: Given = {}) => readBody(MPESA, kind, body, given);
const factOf = (kind: BodyKind, body: unknown, given: Given = {}) => {
  const { facts, ...rest } = read(kind, body, given);
  expect(rest).toEqual({ rejects: [], ignored: [], unread: null });
  expect(facts).toHaveLength(1);
  return facts[0]!;
};
const at = (text: string) => Date.parse(text);

describe('a confirmation', () => {
  test('is money under the reference that the payer typed', () => {
    expect(factOf('webhook', CONFIRMATION)).toMatchObject({
      ...{ transaction_reference: 'ord-71', occurred_at: at('2026-06-01T05:04:03Z') },
      body: {
        ...{ via: 'callback', kind: 'payment', status: 'succeeded', amount: '1500.50', currency: 'KES' },
        ...{ provider_transaction_id: RECEIPT, msisdn: null, hint: true },
      },
    });
  });

  test.each([
    ['254711000127', 'KE:#254711000127'],
    [254711000127, 'KE:#254711000127'],
    ['0711000127', 'KE:#254711000127'],
    ['2547*****127', null],
    ['a3f2b1c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f80', null],
    [null, null],
  ])('of the payer %j has the phone %j', (MSISDN, msisdn) => {
    expect(factOf('webhook', { ...CONFIRMATION, MSISDN }).body).toMatchObject({ msisdn });
  });

  test.each(['', '   ', null, '?mpesa:x', '!pay', 'x'.repeat(300)])(
    'with the reference %j goes by its receipt',
    (typed) => {
      const { transaction_reference } = factOf('webhook', { ...CONFIRMATION, BillRefNumber: typed });
      expect(transaction_reference).toBe(`?mpesa:${RECEIPT}`);
    },
  );

  test('may have its reference elsewhere', () => {
    const given = { settings: { reference: 'InvoiceNumber' } };
    expect(factOf('webhook', { ...CONFIRMATION, InvoiceNumber: 'inv-1' }, given).transaction_reference).toBe('inv-1');
  });

  test('that asks before the money is taken is none', () => {
    expect(read('webhook', CONFIRMATION, { about: { endpoint: 'validation' } })).toMatchObject({
      ...{ facts: [], rejects: [], unread: null },
      ignored: [{ id: RECEIPT, why: expect.stringContaining('before the money') }],
    });
  });

  test('without a receipt and a reference is refused', () => {
    const body = { ...CONFIRMATION, TransID: 'N/A', BillRefNumber: null };
    expect(read('webhook', body)).toMatchObject({ facts: [], rejects: [{ code: 'HESABU_FIELD_MISSING' }] });
  });

  test.each([
    'validation',
    '/validation',
    '/validation/',
    'https://shop.example/hooks/paybill/validation',
    'https://shop.example/hooks/paybill/Validation?v=2#x',
    '/c2b/validation/0a1b2c',
    '/mpesa/c2b-validate',
    '/ValidationURL',
  ])('at %s is a question, and no money', (endpoint) => {
    expect(read('webhook', CONFIRMATION, { about: { endpoint } })).toMatchObject({
      ...{ facts: [], rejects: [], ignored: [{ id: RECEIPT, why: expect.stringContaining('question') }], unread: null },
    });
  });

  test.each([
    'confirmation',
    '/confirmation',
    'https://validation.example/confirmation',
    '/validation/confirmation',
    '',
  ])('at %s is money', (endpoint) => {
    expect(factOf('webhook', CONFIRMATION, { about: { endpoint } }).body).toMatchObject({ status: 'succeeded' });
  });
});

describe('a pulled list', () => {
  test('has a payment in each row, wherever the list is', () => {
    const rows = pulled({}, { transactionId: 'TF2BBB0002', amount: 233.8, billreference: '' });
    const { facts, ignored } = read('poll', rows);
    expect(ignored).toEqual([]);
    expect(facts).toMatchObject([
      {
        transaction_reference: 'ord-71',
        occurred_at: at('2026-06-01T05:04:03Z'),
        body: { via: 'poll', amount: '1500.50' },
      },
      { transaction_reference: '?mpesa:TF2BBB0002', body: { status: 'succeeded', amount: '233.80' } },
    ]);
    expect(read('poll', { ...rows, Response: rows.Response[0] }).facts).toEqual(facts);
  });

  test.each<[object | undefined, string]>([
    [undefined, '2026-06-01T05:04:03Z'],
    [{ pull: true }, '2026-06-01T05:04:03Z'],
    [{ pull: { zone: 'Africa/Nairobi' } }, '2026-06-01T02:04:03Z'],
    [{ pull: { zone: 'nowhere' } }, '2026-06-01T05:04:03Z'],
  ])('has the times that the account %j says', (own, time) => {
    const { facts } = readBody(MPESA, 'poll', pulled({}), own === undefined ? {} : { settings: own });
    expect(facts[0]!.occurred_at).toBe(at(time));
  });

  test('with a type that nobody knows is unclassified', () => {
    expect(factOf('poll', pulled({ transactiontype: 'b2x-levitation' })).body).toMatchObject({
      ...{ status: 'unclassified', word: 'b2x-levitation' },
    });
  });

  test('tells each row that is none, and an empty page', () => {
    expect(read('poll', pulled())).toMatchObject({ facts: [], ignored: [{ place: '' }] });
    const mixed = read('poll', { ...pulled({}), Response: [[null, 7, { amount: 'x' }]] });
    expect(mixed).toMatchObject({ facts: [], ignored: [{ place: 'Response[0][0]' }, { place: 'Response[0][1]' }] });
    expect(mixed.rejects).toMatchObject([{ place: 'Response[0][2]', code: 'HESABU_AMOUNT_INVALID' }]);
    expect(read('poll', { ResponseRefID: 'p', ResponseStatus: '1001', ResponseDescription: 'no' })).toMatchObject({
      ignored: [{}],
    });
  });
});

describe('a result', () => {
  test('of a reversal is a transaction of its own, and names the payment', () => {
    for (const values of [REVERSED, REVERSED.toReversed()]) {
      expect(factOf('webhook', result(0, values))).toMatchObject({
        occurred_at: at('2026-06-02T07:15:00Z'),
        body: {
          ...{ kind: 'reversal', status: 'succeeded', amount: '1500.50', fee: '0.00', currency: 'KES' },
          ...{ provider_transaction_id: 'TF2RRR0009', original_transaction_id: RECEIPT, request_id: 'o-1' },
          ...{ aliases: { ConversationID: 'AG_20260601_1' } },
        },
      });
    }
    for (const endpoint of ['refund', '/refund', 'https://shop.example/hooks/paybill/refund/']) {
      expect(factOf('webhook', result(0, REVERSED), { about: { endpoint } }).body).toMatchObject({ kind: 'refund' });
    }
  });

  test.each(['R000001', 'R000002'])('of a reversal that was refused with %s moved nothing', (code) => {
    const refused = result(code, null, { TransactionID: 'SKE0000000' });
    expect(factOf('webhook', refused).body).toMatchObject({
      ...{ kind: 'reversal', status: 'failed', provider_transaction_id: null, amount: null, untimed: true },
    });
  });

  test('of a payment to a customer is a payout', () => {
    expect(factOf('webhook', result('0', PAID_OUT))).toMatchObject({
      occurred_at: at('2026-06-01T19:48:52Z'),
      body: {
        ...{ kind: 'payout', status: 'succeeded', amount: '10.00', provider_transaction_id: 'TF2BBB0002' },
        ...{ request_id: 'o-1', msisdn: 'KE:#254711000128' },
      },
    });
    const failed = result(2001, null, QUEUE('b2cresults'));
    expect(factOf('webhook', failed).body).toMatchObject({ kind: 'payout', status: 'failed', amount: null });
    const unknown = result('SFC_9', null, QUEUE('reversalresults'));
    expect(factOf('webhook', unknown).body).toMatchObject({ kind: 'reversal', status: 'unclassified', word: 'SFC_9' });
  });

  test.each([
    ['Completed', 'Pay Bill Online', 'payment', 'succeeded', '8.25'],
    ['completed', 'Business Payment to Customer via API', 'payout', 'succeeded', '22.40'],
    ['Declined', 'Pay Merchant', 'payment', 'failed', '8.25'],
    ['Expired', 'Pay Merchant', 'payment', 'expired', '8.25'],
    ['Pending', 'Pay Merchant', 'payment', 'pending', '8.25'],
    ['Completed', 'Transaction Reversal', 'reversal', 'succeeded', '8.25'],
    ['Levitated', 'Pay Merchant', 'payment', 'unclassified', '8.25'],
  ])('of a question: %s, %s is a %s that %s', (word, reason, kind, status, fee) => {
    expect(factOf('webhook', result(0, transaction(word, reason)))).toMatchObject({
      occurred_at: at('2026-06-01T05:04:03Z'),
      body: {
        ...{ kind, status, fee, word: status === 'unclassified' ? word : null, amount: '1500.50' },
        ...{ provider_transaction_id: RECEIPT, request_id: 'o-of-the-payment' },
      },
    });
  });

  test('of a question that was refused says nothing of a payment', () => {
    const given = { about: { endpoint: 'status' } };
    for (const body of [result('SFC_IC0003', null), result(2001, null, QUEUE('transactionstatusresults'))]) {
      expect(read('webhook', body, given)).toMatchObject({ facts: [], ignored: [{ place: 'Result' }], unread: null });
    }
  });

  test.each([
    ['a balance', result(0, [['AccountBalance', 'Working Account|KES|700000.00|700000.00|0.00|0.00']]), {}],
    ['a balance that was refused', result(21, null, QUEUE('abresults')), {}],
    ['nobody knows what', result(0, null), {}],
    ['a request that timed out', result(1, null, QUEUE('b2cresults')), { endpoint: 'timeout' }],
    ['a time-out in another shape', { requestId: 'x' }, { endpoint: 'timeout' }],
    ['a time-out at a path', result(1, null, QUEUE('b2cresults')), { endpoint: '/hooks/paybill/timeout' }],
    ['a time-out at a URL', result(1, REVERSED), { endpoint: 'https://shop.example/hooks/queue_timeout?x=1' }],
    ['a refused question at a URL', result(2001, null), { endpoint: 'https://shop.example/hooks/paybill/status/' }],
  ])('of %s is left out with why', (_, body, about) => {
    expect(read('webhook', body, { about })).toMatchObject({ facts: [], rejects: [], ignored: [{}], unread: null });
  });

  test('may have one value without a list, keys twice and keys without a value', () => {
    const one = result(0, null, {
      ResultParameters: { ResultParameter: { Key: 'OriginalTransactionID', Value: RECEIPT } },
    });
    expect(factOf('webhook', one).body).toMatchObject({
      kind: 'reversal',
      amount: null,
      original_transaction_id: RECEIPT,
    });
    const twice = result(0, [['Amount'], ...REVERSED, ['Amount', '99.00'], ['Charge', null]]);
    expect(factOf('webhook', twice).body).toMatchObject({ amount: '1500.50' });
  });
});

test('an accepted request is a beginning only where the address tells of what', () => {
  const accepted = { OriginatorConversationID: 'o-1', ConversationID: 'AG_1', ResponseCode: '0' };
  const about = {
    endpoint: '/mpesa/reversal/v1/request',
    transaction_reference: 'ord-71',
    original_transaction_id: RECEIPT,
  };
  expect(factOf('initiation', accepted, { about })).toMatchObject({
    transaction_reference: 'ord-71',
    body: { kind: 'refund', status: 'initiated', request_id: 'o-1', original_transaction_id: RECEIPT },
  });
  expect(read('initiation', accepted)).toMatchObject({ facts: [], ignored: [{ id: 'AG_1' }] });
  expect(read('initiation', { ...accepted, ResponseCode: '1' }, { about })).toMatchObject({ facts: [], ignored: [{}] });
});
