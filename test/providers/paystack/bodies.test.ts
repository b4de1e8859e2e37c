// The bodies of Paystack, in the shapes of its documentation, with made-up values.

import { describe, expect, test } from 'vitest';
import { PAYSTACK } from '../../../src/providers/paystack/paystack.ts';
import { type Given, READ_AT, readBody } from '../body-reader.ts';

const CHARGE = {
  ...{ id: 4099260516, domain: 'live', status: 'success', reference: 'ord-77', amount: 1000000, message: null },
  ...{ paid_at: '2024-05-01T09:00:00.000Z', created_at: '2024-05-01T08:58:00.000Z', channel: 'mobile_money' },
  ...{ currency: 'GHS', metadata: '', fees: 19500, requested_amount: 980500 },
  authorization: { bank: 'MTN Mobile Money', mobile_money_number: '0551234987' },
};
const DISPUTE = {
  ...{ id: 3, refund_amount: 5000, currency: 'NGN', status: 'awaiting-merchant-feedback', resolution: null },
  ...{ category: 'chargeback', transaction_reference: null, resolvedAt: null, created_at: '2024-05-03T10:00:00.000Z' },
  transaction: { id: 1, reference: 'ord-77', status: 'success', currency: 'NGN' },
};
const HOLD = {
  ...{ id: 543, domain: 'live', status: 'authorized', reference: 'hold-1', amount: 1000, currency: 'ZAR', fees: 100 },
  ...{ transaction_id: null, captured_at: null, captured_amount: null },
};

const webhook = (event: string, data: object, given: Given = {}) =>
  readBody(PAYSTACK, 'webhook', { event, data }, given);
const poll = (data: unknown) => readBody(PAYSTACK, 'poll', { status: true, message: 'retrieved', data });
const bodyOf = ({ facts }: ReturnType<typeof webhook>) => facts.map((fact) => fact.body);

describe('a webhook of a charge', () => {
  test.each(['metadata.order', 'data.metadata.order'])('has its reference at %s where the account says so', (path) => {
    const given: Given = { settings: { reference: path } };
    const [own] = webhook('charge.success', { ...CHARGE, metadata: { order: 'O-9' } }, given).facts;
    expect(own).toMatchObject({ transaction_reference: 'O-9' });
    expect(webhook('charge.success', CHARGE, given).facts).toMatchObject([
      { transaction_reference: '?paystack:4099260516' },
    ]);
  });

  test('has a phone number of the country of its authorisation', () => {
    const authorization = { ...CHARGE.authorization, country_code: 'GH' };
    expect(bodyOf(webhook('charge.success', { ...CHARGE, authorization }))).toMatchObject([
      { msisdn: 'GH:#233551234987' },
    ]);
  });

  test('is a payment in hundredths, at the time when it was paid', () => {
    expect(webhook('charge.success', CHARGE)).toMatchObject({
      ...{ rejects: [], ignored: [], unread: null },
      facts: [
        {
          ...{ transaction_reference: 'ord-77', occurred_at: Date.parse('2024-05-01T09:00:00Z') },
          body: {
            ...{ via: 'callback', kind: 'payment', status: 'succeeded', word: null, amount: '10000.00', fee: '195.00' },
            ...{ currency: 'GHS', provider_transaction_id: '4099260516', operator: 'MTN Mobile Money' },
          },
        },
      ],
    });
  });

  test.each([
    ['as a text', { amount: '5001' }, { amount: '50.01' }],
    [
      'in XOF, which has no subunit',
      { currency: 'XOF', amount: 1000050, fees: 19550 },
      { amount: '10000', fee: '195.5' },
    ],
    ['without a fee', { fees: null, metadata: 0 }, { fee: null }],
    ['below its fee', { amount: 100, fees: 153 }, { amount: '1.00', fee: '1.53' }],
  ])('has an amount %s', (_what, more, body) => {
    expect(bodyOf(webhook('charge.success', { ...CHARGE, ...more }))).toMatchObject([body]);
  });

  test('has an id beyond 2^53 as it is written', () => {
    const text = JSON.stringify({ event: 'charge.success', data: CHARGE }).replace('4099260516', '90071992547409931');
    expect(bodyOf(readBody(PAYSTACK, 'webhook', text))).toMatchObject([
      { provider_transaction_id: '90071992547409931' },
    ]);
  });

  test.each([
    ['a fraction of a hundredth', { amount: 100.5 }, 'data.amount'],
    ['no amount', { amount: null }, 'data.amount'],
    ['words for an amount', { amount: 'ten' }, 'data.amount'],
    ['an unknown currency', { currency: 'GHX' }, 'data.currency'],
    ['a time of no day', { paid_at: '2024-02-31T09:00:00.000Z' }, 'data.paid_at'],
  ])('with %s is rejected by its field', (_what, more, field) => {
    expect(webhook('charge.success', { ...CHARGE, ...more })).toMatchObject({ facts: [], rejects: [{ field }] });
  });

  test('has the reference where the account says that it is', () => {
    const more = { metadata: { order: 'SHOP-9' } };
    const given = { settings: { reference: 'metadata.order' } };
    expect(webhook('charge.success', { ...CHARGE, ...more }, given).facts).toMatchObject([
      { transaction_reference: 'SHOP-9' },
    ]);
  });
});

describe('a webhook of money that goes back', () => {
  const refund = { transaction_reference: 'ord-77', refund_reference: '1320', amount: '5000', currency: 'NGN' };

  test.each([
    ['pending', 'pending', { refund_reference: null }, null],
    ['processing', 'pending', { refund_reference: null }, null],
    ['processed', 'succeeded', {}, '1320'],
    ['needs-attention', 'pending', { amount: 5000 }, '1320'],
    ['failed', 'failed', { amount: 5000 }, '1320'],
    ['teleported', 'unclassified', {}, '1320'],
  ])('refund.%s is %s', (word, status, more, id) => {
    const { facts } = webhook(`refund.${word}`, { ...refund, ...more });
    const body = { kind: 'refund', status, amount: '50.00', provider_transaction_id: id, untimed: true };
    expect(facts).toMatchObject([{ transaction_reference: 'ord-77', occurred_at: READ_AT, body }]);
  });

  test('two parts without ids are two, and one part told twice is one', () => {
    const idOf = (amount: string) =>
      webhook('refund.pending', { ...refund, refund_reference: null, amount }).facts[0]!.id;
    expect(idOf('2000')).not.toBe(idOf('3000'));
    expect(idOf('2000')).toBe(idOf('2000'));
  });

  test.each([
    ['create', {}, 'disputed', '2024-05-03T10:00:00Z'],
    ['remind', {}, 'disputed', '2024-05-03T10:00:00Z'],
    ['resolve', { resolution: 'merchant-accepted' }, 'charged_back', '2024-05-09T10:00:00Z'],
    ['resolve', { resolution: 'auto-accepted' }, 'charged_back', '2024-05-09T10:00:00Z'],
    ['resolve', { resolution: 'declined' }, 'succeeded', '2024-05-09T10:00:00Z'],
    ['resolve', { resolution: 'shrugged' }, 'unclassified', '2024-05-09T10:00:00Z'],
  ])('charge.dispute.%s with %o is %s', (event, more, status, time) => {
    const resolved = event === 'resolve' ? { status: 'resolved', resolvedAt: '2024-05-09T10:00:00.000Z' } : {};
    const { facts } = webhook(`charge.dispute.${event}`, { ...DISPUTE, ...resolved, ...more });
    const ids = { provider_transaction_id: '3', original_transaction_id: '1' };
    expect(facts).toMatchObject([
      { transaction_reference: 'ord-77', occurred_at: Date.parse(time), body: { kind: 'chargeback', status, ...ids } },
    ]);
  });
});

describe('other webhooks', () => {
  test.each([
    ['reserve.success', {}, 'authorisation', 'authorised', '10.00'],
    [
      'capture.success',
      { captured_amount: '700', captured_at: '2024-05-01T09:00:00.000Z' },
      'capture',
      'succeeded',
      '7.00',
    ],
    ['capture.failed', { captured_amount: '700' }, 'capture', 'failed', '7.00'],
    ['release.success', {}, 'authorisation', 'voided', '10.00'],
  ])('preauthorization.%s is of its hold', (event, more, kind, status, amount) => {
    const read = webhook(`preauthorization.${event}`, { ...HOLD, ...more });
    expect(bodyOf(read)).toMatchObject([{ kind, status, amount, currency: 'ZAR', provider_transaction_id: '543' }]);
  });

  test('a capture has the fee and the id of its transaction', () => {
    const transaction = { id: '1504264401', fees: 26 };
    const more = { transaction, transaction_id: '1504264401', captured_amount: '1000', fees: 0 };
    expect(bodyOf(webhook('preauthorization.capture.success', { ...HOLD, ...more }))).toMatchObject([
      { fee: '0.26', aliases: { transaction_id: '1504264401' } },
    ]);
  });

  test.each([
    ['success', 'succeeded'],
    ['failed', 'failed'],
    ['reversed', 'reversed'],
  ])('transfer.%s is money that the merchant sends', (word, status) => {
    const data = { id: 69123462, reference: 'pay-1', amount: 200000, currency: 'NGN', transfer_code: 'TRF_1' };
    expect(bodyOf(webhook(`transfer.${word}`, data))).toMatchObject([{ kind: 'payout', status, amount: '2000.00' }]);
  });

  test.each(['subscription.create', 'invoice.update', 'dedicatedaccount.assign.failed', 'bank.transfer.rejected'])(
    '%s is ignored with the reason',
    (event) => {
      expect(webhook(event, { bank_transfer: { transaction_id: '9' } })).toMatchObject({
        ...{ facts: [], rejects: [], unread: null },
        ignored: [{ why: expect.any(String) }],
      });
    },
  );

  test('of an unknown event are kept with its word', () => {
    expect(bodyOf(webhook('charge.levitated', CHARGE))).toMatchObject([
      { status: 'unclassified', word: 'charge.levitated' },
    ]);
  });

  test.each([{}, { event: 'charge.success' }, { data: CHARGE }, { event: 7, data: [] }])('%o is unread', (body) => {
    expect(readBody(PAYSTACK, 'webhook', body)).toMatchObject({ facts: [], unread: { code: 'HESABU_ROW_SHAPE' } });
  });
});

describe('an answer', () => {
  test.each([
    ['success', 'succeeded'],
    ['failed', 'failed'],
    ['abandoned', 'pending'],
    ['ongoing', 'pending'],
    ['queued', 'pending'],
    ['reversed', 'reversed'],
    ['evaporated', 'unclassified'],
  ])('about a transaction that is %s is %s, whatever the call came to', (word, status) => {
    expect(bodyOf(poll({ ...CHARGE, status: word }))).toMatchObject([{ via: 'poll', status, amount: '10000.00' }]);
  });

  test('with a list has a fact for each, and a reject by its place', () => {
    const list = [CHARGE, { ...CHARGE, id: 2, amount: 'x' }, { ...CHARGE, id: 3 }];
    const { facts, rejects } = poll(list);
    expect([facts.length, rejects]).toMatchObject([2, [{ field: 'data[1].amount', place: 'data[1]' }]]);
  });

  test('about a refund names its payment', () => {
    const refund = {
      id: 9,
      transaction: 1641,
      amount: 500000,
      currency: 'NGN',
      fully_deducted: 1,
      status: 'processed',
    };
    const expected = {
      kind: 'refund',
      status: 'succeeded',
      provider_transaction_id: '9',
      original_transaction_id: '1641',
    };
    expect(bodyOf(poll([{ ...refund, refunded_at: '2018-01-12T10:54:47.000Z' }]))).toMatchObject([expected]);
  });

  test('that knows no transaction is no fact', () => {
    const answer = { status: false, message: 'Transaction reference not found.' };
    expect(readBody(PAYSTACK, 'poll', answer)).toMatchObject({
      ...{ facts: [], rejects: [], unread: null },
      ignored: [{ why: 'Transaction reference not found.' }],
    });
  });

  test('to a request for a payment says only that it was asked for', () => {
    const answer = {
      status: true,
      message: 'Authorization URL created',
      data: { reference: 'ord-3', access_code: 'x' },
    };
    expect(readBody(PAYSTACK, 'initiation', answer).facts).toMatchObject([
      { transaction_reference: 'ord-3', body: { via: 'poll', status: 'initiated' } },
    ]);
  });
});
