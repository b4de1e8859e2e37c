// What is read of Onafriq's collections and collection requests, in the versions of its API.
import { describe, expect, test } from 'vitest';
import { namesIn } from '../../../src/domain/payment-ids.ts';
import { READ_AT } from '../body-reader.ts';
import { BY_ORDER, COLLECTION, changed, hook, REQUEST, read, received } from './given-objects.ts';

const PAID_AT = Date.parse('2024-05-01T09:00:00Z');

const PAYOUT = { amount: '5', currency: 'UGX', state: 'processed', phone_nos: ['+256772123456'] };

/** By what names their payments are compared. */
const namesOf = (body: object) => read('webhook', body).facts.flatMap((fact) => namesIn(fact.body));

test('objects of several kinds with one number are several payments', () => {
  const collection = namesOf(
    received({ ...COLLECTION, id: 123, collection_request: null, remote_transaction_id: null }),
  );
  const request = namesOf(changed({ ...REQUEST, id: 123 }));
  const payout = namesOf({ hook: hook('payment.status.changed'), data: { ...PAYOUT, id: 123 } });
  const all = [...collection, ...request, ...payout];
  expect([collection.length, request.length, payout.length, new Set(all).size]).toEqual([1, 1, 1, 3]);
  expect(namesOf(received({ ...COLLECTION, collection_request: 123 }))).toEqual(expect.arrayContaining(request));
});

describe('a collection', () => {
  test('that was received is the payment, under its own id, its request and the operator', () => {
    const { facts, rejects, ignored, unread } = read('webhook', received(COLLECTION), BY_ORDER);
    expect([rejects, ignored, unread]).toEqual([[], [], null]);
    expect(facts).toEqual([
      expect.objectContaining({
        ...{ transaction_reference: 'ord-77', occurred_at: PAID_AT, received_at: READ_AT },
        body: {
          ...{ type: 'PaymentObserved', via: 'callback', kind: 'payment', status: 'succeeded', word: null },
          ...{ provider_transaction_id: '131820', request_id: '427737', operator_transaction_id: 'SS12' },
          ...{ original_transaction_id: null, amount: '3000', currency: 'UGX', fee: null, operator: null },
          ...{ msisdn: 'UG:#256772123456', hint: true },
          series: { request_id: 'collectionrequest', operator_transaction_id: 'operator' },
        },
      }),
    ]);
  });

  test('of v1 and v2 names its request by the id alone', () => {
    const { facts } = read('webhook', received({ ...COLLECTION, collection_request: 427737 }));
    expect(facts).toMatchObject([
      { transaction_reference: '?onafriq:131820', body: { request_id: '427737', provider_transaction_id: '131820' } },
    ]);
  });

  test('that nobody requested has no request', () => {
    expect(read('webhook', received({ ...COLLECTION, collection_request: null })).facts).toMatchObject([
      { transaction_reference: '?onafriq:131820', body: { request_id: null } },
    ]);
  });

  test('of v4 has its row in the ledger as a further id, and its fee where that is expanded', () => {
    const account = { id: 2874303, currency: 4, status: 'active', label: 'Test currency' };
    const transaction = {
      ...{ id: 2797147, amount: '3000.0000', type: 'mobile_collection', currency: 'UGX', account },
      ...{ created: '2024-05-01T09:00:00.993743Z', fee_transaction: null },
    };
    const [plain] = read('webhook', received({ ...COLLECTION, transaction })).facts;
    expect(plain).toMatchObject({ body: { aliases: { transaction: '2797147' }, fee: null } });
    const fee = { ...transaction, fee_transaction: { id: 6, amount: '-45.5000', type: 'service_charge' } };
    expect(read('webhook', received({ ...COLLECTION, transaction: fee })).rejects).toMatchObject([
      { code: 'HESABU_AMOUNT_PRECISION' },
    ]);
    const whole = { ...transaction, fee_transaction: { id: 6, amount: '-45.0000', type: 'service_charge' } };
    expect(read('webhook', received({ ...COLLECTION, transaction: whole })).facts).toMatchObject([
      { body: { fee: '45' } },
    ]);
    const numbered = { ...transaction, fee_transaction: 6 };
    expect(read('webhook', received({ ...COLLECTION, transaction: numbered })).facts).toMatchObject([
      { body: { fee: null } },
    ]);
  });

  test.each([
    ['successful', 'succeeded', null],
    ['cashed_out', 'succeeded', null],
    ['failed', 'failed', null],
    ['pending', 'pending', null],
    ['reversed', 'reversed', null],
    ['completed', 'succeeded', null],
    ['painted', 'unclassified', 'painted'],
  ])('with the status %s is %s', (status, expected, word) => {
    expect(read('poll', { ...COLLECTION, status }).facts).toMatchObject([{ body: { status: expected, word } }]);
  });

  test('without a status came if its event or its row in the ledger says so, and otherwise nobody knows', () => {
    const { status: _, ...bare } = COLLECTION;
    expect(read('webhook', received(bare)).facts).toMatchObject([{ body: { status: 'succeeded' } }]);
    const transaction = { id: 5, amount: '3000.0000', type: 'mobile_collection', account: 2 };
    expect(read('poll', { ...bare, transaction }).facts).toMatchObject([{ body: { status: 'succeeded' } }]);
    expect(read('poll', bare).facts).toMatchObject([{ body: { status: 'unclassified' } }]);
  });

  test('takes what the payer typed for the reference only if the settings say so', () => {
    const typed = { ...COLLECTION, collection_request: null };
    expect(read('webhook', received(typed), BY_ORDER).facts[0]!.transaction_reference).toBe('?onafriq:131820');
    const given = { settings: { reference: 'reference' } };
    expect(read('webhook', received(typed), given).facts[0]!.transaction_reference).toBe('ord77 thanks');
  });
});

describe('a collection request', () => {
  test.each([
    ['new', 'pending'],
    ['pending', 'pending'],
    ['pending_dispatched', 'pending'],
    ['processing_started', 'pending'],
    ['instructions_sent', 'pending'],
    ['successful', 'succeeded'],
    ['failed', 'failed'],
    ['expired', 'expired'],
    ['reversed', 'reversed'],
    ['painted', 'unclassified'],
  ])('with the status %s is %s', (status, expected) => {
    const { facts } = read('webhook', changed({ ...REQUEST, status }), BY_ORDER);
    expect(facts).toMatchObject([
      {
        ...{ transaction_reference: 'ord-77', occurred_at: Date.parse('2024-05-01T09:00:02Z') },
        body: {
          status: expected,
          request_id: '427737',
          provider_transaction_id: null,
          word: status === 'painted' ? status : null,
        },
      },
    ]);
  });

  test('shares an id with its collection in every version', () => {
    const request = read('webhook', changed({ ...REQUEST, status: 'successful', collection: 131820 }), BY_ORDER)
      .facts[0]!;
    const early = read('webhook', changed(REQUEST), BY_ORDER).facts[0]!;
    for (const collection of [COLLECTION, { ...COLLECTION, collection_request: 427737 }]) {
      const [fact] = read('webhook', received(collection), BY_ORDER).facts;
      for (const one of [request, early]) {
        expect(one.body).toMatchObject({ request_id: (fact!.body as { request_id: string }).request_id });
      }
      expect(request.body).toMatchObject({ provider_transaction_id: '131820' });
    }
  });

  test('without a reference goes by its id', () => {
    expect(read('webhook', changed({ ...REQUEST, metadata: {} })).facts).toMatchObject([
      { transaction_reference: '?onafriq:427737' },
    ]);
  });

  test('has its reference where the settings say, from the body or from the object', () => {
    for (const reference of ['metadata.order_ref', 'data.metadata.order_ref']) {
      expect(read('webhook', changed(REQUEST), { settings: { reference } }).facts).toMatchObject([
        { transaction_reference: 'ord-77' },
      ]);
    }
    expect(read('webhook', changed(REQUEST), { settings: { reference: 'id' } }).facts).toMatchObject([
      { transaction_reference: '427737' },
    ]);
  });

  test.each([
    [{ order_id: 'ord-1', user_id: '7' }, 'ord-1'],
    [{ order_id: 12 }, '12'],
    [{ order_id: 'ord-1', order_number: 'ord-1' }, 'ord-1'],
    [{ order_id: 'ord-1', order_number: '77' }, '?onafriq:427737'],
    [{ user_id: '7', amount: '3000' }, '?onafriq:427737'],
    [null, '?onafriq:427737'],
  ])('without a setting takes of the metadata %j only what is unambiguous', (metadata, reference) => {
    expect(read('webhook', changed({ ...REQUEST, metadata })).facts[0]!.transaction_reference).toBe(reference);
  });
});

describe('values of Onafriq', () => {
  test.each([
    ['"30"', '30'],
    ['30', '30'],
    ['"1200.00"', '1200'],
    ['1200.0000', '1200'],
    ['9007199254740993', '9007199254740993'],
  ])('the amount %s is %s', (amount, expected) => {
    const body = JSON.stringify(REQUEST).replace('"3000.0000"', amount);
    expect(read('poll', body).facts).toMatchObject([{ body: { amount: expected } }]);
  });

  test.each(['"12.5"', '"-3"', '"3,000"', 'true', '"x"'])('the amount %s is refused by its field', (amount) => {
    const body = JSON.stringify(changed(REQUEST)).replace('"3000.0000"', amount);
    expect(read('webhook', body)).toMatchObject({ facts: [], rejects: [{ field: 'data.amount' }] });
  });

  test('an amount that is not there is none', () => {
    expect(read('webhook', changed({ ...REQUEST, amount: null })).facts).toMatchObject([{ body: { amount: null } }]);
  });

  test.each([
    '2024-05-01T09:00:02Z',
    '2024-05-01T09:00:02.000743Z',
    '2024-05-01 09:00:02.000273+00:00',
    '2024-05-01 12:00:02+03:00',
    '2024-05-01T09:00:02',
  ])('the time %s is read', (modified) => {
    expect(read('poll', { ...REQUEST, modified }).facts).toMatchObject([
      { occurred_at: Date.parse('2024-05-01T09:00:02Z') },
    ]);
  });

  test('a time that is none is refused, and one that is missing is that of the reading', () => {
    expect(read('poll', { ...REQUEST, modified: '2024-13-01T09:00:02Z' })).toMatchObject({
      rejects: [{ field: 'modified', code: 'HESABU_TIME_INVALID' }],
    });
    const { modified: _, created: __, ...bare } = REQUEST;
    expect(read('poll', bare).facts).toMatchObject([{ occurred_at: READ_AT, body: { untimed: true } }]);
  });

  test('a currency by its number is that of the settings, by the number or by the account', () => {
    const numbered = { ...REQUEST, currency: 4 };
    const currency = (settings: object) =>
      read('poll', { ...numbered, account: 12 }, { settings }).facts.map(
        ({ body }) => (body as { currency: string }).currency,
      );
    expect(currency({ currencies: { 4: 'UGX' } })).toEqual(['UGX']);
    expect(currency({ currencies: { 12: 'KES' }, currency: 'UGX' })).toEqual(['KES']);
    expect(currency({ currency: 'UGX' })).toEqual(['UGX']);
    expect(read('poll', numbered)).toMatchObject({ facts: [], rejects: [{ field: 'amount' }] });
  });

  test('a currency that is none is refused: test money is no money', () => {
    expect(read('poll', { ...REQUEST, currency: 'BXC' })).toMatchObject({
      rejects: [{ field: 'currency', code: 'HESABU_CURRENCY_UNKNOWN' }],
    });
  });

  test('of a test account the settings say which currency its test money stands for', () => {
    const settings = { currencies: { BXC: 'UGX' } };
    const { facts, rejects } = read('poll', { ...REQUEST, currency: 'BXC' }, { settings });
    expect([facts.length, rejects]).toEqual([1, []]);
    expect(facts).toMatchObject([{ body: { currency: 'UGX' } }]);
  });

  test('ids are as they are written, also beyond 2^53', () => {
    const body = JSON.stringify(changed(REQUEST)).replace('"id":427737', '"id":9007199254740993');
    expect(read('webhook', body).facts).toMatchObject([{ body: { request_id: '9007199254740993' } }]);
  });
});

test.each(['phonenumber', 'phone_number', 'number'])('a phone number may stand in an object, as %s', (name) => {
  const { facts, rejects } = read('webhook', received({ ...COLLECTION, phonenumber: { [name]: '+256772000000' } }));
  expect(rejects).toEqual([]);
  expect(facts).toMatchObject([{ body: { msisdn: 'UG:#256772000000' } }]);
});
