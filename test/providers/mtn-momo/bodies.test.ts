// What is read of MTN MoMo's callbacks, status answers and accepted requests.
import { describe, expect, test } from 'vitest';
import { MTN_MOMO } from '../../../src/providers/mtn-momo/mtn-momo.ts';
import { type Given, READ_AT, readBody } from '../body-reader.ts';

const ID = '8a6c3a4e-0b57-4f43-9c0b-1d2e3f405162';
const PAID = {
  ...{ financialTransactionId: '23503452', externalId: 'ord-77', amount: '100', currency: 'UGX' },
  payer: { partyIdType: 'MSISDN', partyId: '256772123456' },
  ...{ payerMessage: '', payeeNote: '', status: 'SUCCESSFUL' },
};
const read = (kind: 'webhook' | 'poll' | 'initiation', body: unknown, given: Given = {}) =>
  readBody(MTN_MOMO, kind, body, given);

describe('a callback of MTN MoMo', () => {
  test('is the payment, unsigned and without a time', () => {
    const { facts, rejects, ignored, unread } = read('webhook', PAID, { about: { 'X-Reference-Id': ID } });
    expect([rejects, ignored, unread]).toEqual([[], [], null]);
    expect(facts).toEqual([
      expect.objectContaining({
        transaction_reference: 'ord-77',
        occurred_at: READ_AT,
        body: {
          ...{ type: 'PaymentObserved', via: 'callback', kind: 'payment', status: 'succeeded', word: null },
          ...{ provider_transaction_id: '23503452', operator_transaction_id: null, request_id: ID },
          ...{ original_transaction_id: null, amount: '100', currency: 'UGX', fee: null, operator: null },
          ...{ msisdn: 'UG:#256772123456', hint: true, untimed: true },
        },
      }),
    ]);
  });

  test('has its request in the path of the URL, where nothing else tells it', () => {
    const about = { endpoint: `/webhooks/mtn-momo/main/${ID}` };
    expect(read('webhook', PAID, { about }).facts).toMatchObject([{ body: { request_id: ID } }]);
  });

  test.each([
    ['PENDING', undefined, 'pending', null],
    ['SUCCESSFUL', undefined, 'succeeded', null],
    ['FAILED', undefined, 'failed', null],
    ['FAILED', { code: 'PAYER_NOT_FOUND', message: 'Payee does not exist' }, 'failed', null],
    ['FAILED', 'APPROVAL_REJECTED', 'failed', null],
    ['FAILED', { code: 'EXPIRED', message: 'Request expired' }, 'expired', null],
    ['FAILED', 'EXPIRED', 'expired', null],
    ['PENDING', 'EXPIRED', 'pending', null],
    ['Successful', undefined, 'succeeded', null],
    ['failed', 'Expired', 'expired', null],
    ['ONGOING_REVIEW', undefined, 'unclassified', 'ONGOING_REVIEW'],
    ['constructor', undefined, 'unclassified', 'constructor'],
  ])('with the status %s and the reason %j is %s', (status, reason, expected, word) => {
    const { facts } = read('webhook', { ...PAID, status, ...(reason === undefined ? {} : { reason }) });
    expect(facts).toMatchObject([{ body: { status: expected, word } }]);
  });

  test.each([
    ['"100"', '100'],
    ['100', '100'],
    ['100.00', '100'],
    ['"100.0000"', '100'],
    ['9007199254740993', '9007199254740993'],
  ])('with the amount %s is exact', (amount, expected) => {
    const body = JSON.stringify(PAID).replace('"amount":"100"', `"amount":${amount}`);
    expect(read('webhook', body).facts).toMatchObject([{ body: { amount: expected } }]);
  });

  test.each(['"1.5"', '-1', '"1,000"', '1e3', '{}'])('with the amount %s is refused by its field', (amount) => {
    const body = JSON.stringify(PAID).replace('"amount":"100"', `"amount":${amount}`);
    expect(read('webhook', body)).toMatchObject({ facts: [], rejects: [{ field: 'amount' }] });
  });

  test('of a failure may have no amount, no currency and no id of the money', () => {
    const body = { ...PAID, status: 'FAILED', amount: null, currency: null, financialTransactionId: null };
    expect(read('webhook', body, { settings: { currency: 'UGX' } }).facts).toMatchObject([
      { body: { status: 'failed', amount: null, currency: 'UGX', provider_transaction_id: null } },
    ]);
  });

  test('of a success may have no id of the money', () => {
    const { financialTransactionId: _, ...body } = PAID;
    expect(read('webhook', body).facts).toMatchObject([
      { body: { status: 'succeeded', provider_transaction_id: null } },
    ]);
  });

  test('may have numbers for ids and the payer, also beyond 2^53', () => {
    const body = JSON.stringify(PAID)
      .replace('"23503452"', '9007199254740993')
      .replace('"ord-77"', '9007199254740995')
      .replace('"256772123456"', '256772123456');
    expect(read('webhook', body).facts).toMatchObject([
      {
        transaction_reference: '9007199254740995',
        body: { provider_transaction_id: '9007199254740993', msisdn: 'UG:#256772123456' },
      },
    ]);
  });

  test('without a reference goes by its id', () => {
    expect(read('webhook', { ...PAID, externalId: '' }).facts).toMatchObject([
      { transaction_reference: '?mtn-momo:23503452' },
    ]);
    expect(read('webhook', { ...PAID, externalId: 'N/A', financialTransactionId: '0' })).toMatchObject({
      facts: [],
      rejects: [{ code: 'HESABU_FIELD_MISSING' }],
    });
  });

  test('said twice is one claim, whichever URL it came by', () => {
    const ids = ['a', 'b'].flatMap((name) =>
      read('webhook', PAID, { about: { endpoint: `/webhooks/mtn-momo/main/${name}/${ID}` } }).facts.map(({ id }) => id),
    );
    expect(new Set(ids).size).toBe(1);
  });

  test('of money that went out, and of a refund, is no payment', () => {
    const { payer: payee, ...body } = PAID;
    expect(read('webhook', { ...body, payee }).facts).toMatchObject([{ body: { kind: 'payout' } }]);
    const about = { endpoint: `/disbursement/v1_0/refund/${ID}` };
    expect(read('poll', { ...body, payee }, { about }).facts).toMatchObject([{ body: { kind: 'refund' } }]);
  });

  test('of a preapproval is left out by name', () => {
    const mandate = { payer: PAID.payer, payerCurrency: 'UGX', validityTime: 3600, status: 'SUCCESSFUL' };
    expect(read('webhook', mandate)).toMatchObject({
      facts: [],
      ignored: [{ why: 'a preapproval is a mandate, no payment' }],
      unread: null,
    });
  });
});

describe('a status answer of MTN MoMo', () => {
  test('is no hint, and has the request of its address', () => {
    const about = { endpoint: `/collection/v1_0/requesttopay/${ID}`, http_status: '200' };
    const { facts } = read('poll', PAID, { about });
    expect(facts).toMatchObject([{ body: { via: 'poll', status: 'succeeded', request_id: ID } }]);
    expect(facts[0]!.body).not.toHaveProperty('hint');
  });

  test('that the network knows no such request is no fact, and says why', () => {
    const body = { code: 'RESOURCE_NOT_FOUND', message: 'Requested resource was not found.' };
    expect(read('poll', body, { about: { http_status: '404' } })).toMatchObject({
      facts: [],
      ignored: [{ why: 'the network answered RESOURCE_NOT_FOUND: Requested resource was not found.' }],
      unread: null,
    });
  });
});

describe('the answer to a request for a payment', () => {
  test('of 202 has no body, and says only that the payer is asked', () => {
    const about = { http_status: '202', 'X-Reference-Id': ID, transaction_reference: 'ord-77', phone: '+256772123456' };
    expect(read('initiation', '', { about, settings: { currency: 'UGX' } }).facts).toMatchObject([
      {
        transaction_reference: 'ord-77',
        body: { via: 'poll', status: 'initiated', request_id: ID, amount: null, currency: 'UGX', untimed: true },
      },
    ]);
    expect(read('initiation', '', { about: { 'X-Reference-Id': ID } }).facts).toMatchObject([
      { transaction_reference: `?mtn-momo:${ID}`, body: { status: 'initiated' } },
    ]);
  });

  test('that refuses is no fact', () => {
    const body = { code: 'PAYER_NOT_FOUND', message: 'no payer' };
    expect(read('initiation', body, { about: { http_status: '400' } })).toMatchObject({ facts: [], unread: null });
    expect(read('initiation', '', { about: { http_status: '500' } })).toMatchObject({ facts: [] });
    expect(read('initiation', '', { about: { http_status: '500' } }).unread).not.toBeNull();
    expect(read('initiation', '').unread).not.toBeNull();
  });
});
