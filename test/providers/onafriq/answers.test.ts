// What is read of Onafriq's payments, events, pages of answers and refusals.
import { describe, expect, test } from 'vitest';
import { ONAFRIQ } from '../../../src/providers/onafriq/onafriq.ts';
import { BY_ORDER, COLLECTION, hook, REQUEST, read, received } from './given-objects.ts';

describe('a payment', () => {
  const PAYMENT = {
    ...{ id: 2314, organization: 1, amount: '30', currency: 'UGX', payment_type: 'money', metadata: { id: 1234 } },
    ...{ description: 'Per diem', phone_nos: ['+256772123456'], state: 'completed', last_error: null },
    ...{ created: '2024-05-01T08:57:04.017Z', modified: '2024-05-01T09:00:02.018Z', charged_fee: '0.5' },
  };
  const sent = (data: object) => ({ hook: hook('payment.status.changed'), data });

  test('is money that goes out', () => {
    expect(read('webhook', sent(PAYMENT)).facts).toMatchObject([
      {
        ...{ transaction_reference: '?onafriq:2314', occurred_at: Date.parse('2024-05-01T09:00:02.018Z') },
        body: {
          ...{ kind: 'payout', status: 'succeeded', amount: '30', currency: 'UGX', fee: '0.5' },
          ...{ provider_transaction_id: '2314', request_id: null, msisdn: 'UG:#256772123456' },
        },
      },
    ]);
  });

  test.each([
    ['new', 'pending'],
    ['validated', 'pending'],
    ['approval_needed', 'pending'],
    ['approval_requested', 'pending'],
    ['approved', 'pending'],
    ['scheduled', 'pending'],
    ['processed', 'succeeded'],
    ['rejected', 'failed'],
    ['cancelled', 'failed'],
    ['painted', 'unclassified'],
  ])('in the state %s is %s', (state, status) => {
    expect(read('webhook', sent({ ...PAYMENT, state })).facts).toMatchObject([{ body: { kind: 'payout', status } }]);
  });

  test.each([
    [['+256772123456'], 'failed'],
    [['+256772123456', '+256772123457'], 'inconclusive'],
    [[{ phonenumber: '+256772123456', state: 'error', amount: '30.0000' }], 'failed'],
    [
      [
        { phonenumber: '+256772123456', state: 'processed' },
        { phonenumber: '+256772123457', state: 'error' },
      ],
      'inconclusive',
    ],
    [null, 'inconclusive'],
  ])('processed with errors to %j is %s', (phone_nos, status) => {
    const body = { ...PAYMENT, phone_nos, state: 'processed_with_errors' };
    expect(read('poll', body).facts).toMatchObject([{ body: { kind: 'payout', status } }]);
  });
});

describe('events', () => {
  test('are one claim by every URL, and by the list of events', () => {
    const event = {
      id: 1146,
      organization: 1,
      type: 'collection.received',
      data: COLLECTION,
      created: '2024-05-01T09:00:05Z',
    };
    const ids = [
      ...read('webhook', received(COLLECTION), BY_ORDER).facts,
      ...read('webhook', { ...received(COLLECTION), hook: hook('collection.received', 8) }, BY_ORDER).facts,
      ...read('poll', { count: 1, next: null, previous: null, results: [event] }, BY_ORDER).facts,
    ].map(({ id }) => id);
    expect([ids.length, new Set(ids).size]).toEqual([3, 1]);
  });

  test('of contacts are no payments', () => {
    const body = { hook: hook('contact.created'), data: { id: 26, first_name: 'S', status: 'active' } };
    expect(read('webhook', body)).toMatchObject({
      ...{ facts: [], rejects: [], unread: null },
      ignored: [{ place: 'data', id: '26', why: 'contact.created: a contact is no payment' }],
    });
  });

  test('before money is taken are questions, each of which is answered with yes', () => {
    const asked = { remote_transaction_id: 'ASD12132', phonenumber: '+256772123456', reference: 'x', amount: '500' };
    const text = JSON.stringify({ ...asked, currency_code: 'UGX' });
    expect(read('webhook', text)).toMatchObject({ facts: [], ignored: [{ id: 'ASD12132' }], unread: null });
    const taken = { method: 'POST', endpoint: '', reading: read('webhook', text) };
    expect(ONAFRIQ.webhook!.reply!({ ...taken, text })).toMatchObject({ body: 'ACCEPT ASD12132' });
    expect(ONAFRIQ.webhook!.reply!({ ...taken, text: JSON.stringify(received(COLLECTION)) })).toBeUndefined();
  });

  test('that nobody knows are unclassified, whatever the status of their object', () => {
    expect(read('webhook', { hook: hook('collection.painted'), data: COLLECTION }).facts).toMatchObject([
      { body: { status: 'unclassified', word: 'collection.painted', provider_transaction_id: '131820' } },
    ]);
    const body = { hook: hook('account.low'), data: { id: 2, balance: '10' } };
    expect(read('webhook', body)).toMatchObject({
      facts: [],
      ignored: [{ id: '2', why: expect.stringContaining('account.low') }],
    });
  });
});

describe('answers of Onafriq', () => {
  test('in pages are read one by one, and what is no payment is told', () => {
    const results = [REQUEST, COLLECTION, { id: 3, name: 'HALOTEL' }, [REQUEST], { ...REQUEST, id: 5, amount: 'x' }];
    const reading = read('poll', { count: 5, next: 'https://x?offset=10', previous: null, results });
    expect(reading.facts).toMatchObject([
      { body: { request_id: '427737', provider_transaction_id: null } },
      { body: { provider_transaction_id: '131820' } },
    ]);
    expect(reading.ignored).toMatchObject([{ place: 'results[2]', id: '3' }, { place: 'results[3]' }]);
    expect(reading.rejects).toMatchObject([{ place: 'results[4]', field: 'results[4].amount' }]);
  });

  test('say by their address what they are', () => {
    const bare = { id: 5, amount: '10.0000', currency: 'UGX', status: 'successful' };
    const at = (endpoint: string) => read('poll', bare, { about: { endpoint } }).facts[0]!.body;
    expect(at('/api/collections/5')).toMatchObject({ provider_transaction_id: '5', request_id: null });
    expect(at('/api/collectionrequests/5')).toMatchObject({ provider_transaction_id: null, request_id: '5' });
    expect(at('/api/payments/5')).toMatchObject({ kind: 'payout', provider_transaction_id: '5' });
  });

  test.each([
    [{ detail: 'Not found.' }, '404'],
    [{ amount: ['A valid integer is required.'] }, '400'],
    [{ detail: 'Duplicate' }, '409'],
  ])('that refuse are no facts: %j', (body, http_status) => {
    expect(read('initiation', body, { about: { http_status } })).toMatchObject({
      ...{ facts: [], rejects: [], unread: null },
      ignored: [{ why: expect.stringContaining(`the network answered ${http_status}`) }],
    });
  });

  test('to a request say only that the payer is asked, unless it failed at once', () => {
    const about = { transaction_reference: 'ord-77', phone: '+256772123456', operator: 'MTN' };
    expect(read('initiation', { ...REQUEST, metadata: {} }, { about }).facts).toMatchObject([
      {
        ...{ transaction_reference: 'ord-77', occurred_at: Date.parse('2024-05-01T08:58:00Z') },
        body: { via: 'poll', status: 'initiated', request_id: '427737', operator: 'MTN' },
      },
    ]);
    expect(read('initiation', { ...REQUEST, status: 'successful' }).facts).toMatchObject([
      { body: { status: 'initiated' } },
    ]);
    expect(read('initiation', { ...REQUEST, status: 'failed' }).facts).toMatchObject([{ body: { status: 'failed' } }]);
  });
});
