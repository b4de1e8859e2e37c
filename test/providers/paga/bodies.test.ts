// What Paga sends and answers, and what its hash proves.
import { describe, expect, test } from 'vitest';
import type { BodyKind } from '../../../src/producers/bodies/body.ts';
import { PAGA } from '../../../src/providers/paga/paga.ts';
import { type Given, READ_AT, readBody } from '../body-reader.ts';
import { collected, details, notification, REQUESTED } from './given-bodies.ts';

const read = (kind: BodyKind, body: unknown, given: Given = {}) => readBody(PAGA, kind, body, given);
const factOf = (kind: BodyKind, body: unknown, given: Given = {}) => {
  const { facts, ...rest } = read(kind, body, given);
  expect(rest).toEqual({ rejects: [], ignored: [], unread: null });
  expect(facts).toHaveLength(1);
  return facts[0]!;
};

describe('the answer to a payment request', () => {
  test('is an attempt, and no money', () => {
    const about = { phone: '+2348012345678', operator: 'paga' };
    expect(factOf('initiation', REQUESTED, { about })).toMatchObject({
      transaction_reference: 'ord-71',
      body: { via: 'poll', kind: 'payment', status: 'initiated', amount: null, operator: 'paga', untimed: true },
    });
  });

  test.each(['-1', '-2', '4', 12])('with the code %j began nothing, and says why', (statusCode) => {
    const refused = { referenceNumber: 'ord-71', statusCode, statusMessage: 'no' };
    expect(read('initiation', refused)).toMatchObject({
      ...{ facts: [], ignored: [{ id: 'ord-71', why: `the network answered ${statusCode}: no` }] },
    });
  });
});

describe('the status of a request', () => {
  test.each([
    ['0', 'succeeded', '1500.50'],
    [0, 'succeeded', '1500.50'],
    ['1', 'pending', '1500.50'],
    ['2', 'succeeded', '1500.50'],
    ['-2', 'expired', '1500.50'],
    ['-3', 'failed', '1500.50'],
    ['77', 'unclassified', '1500.50'],
  ])('%j is %s', (code, status, amount) => {
    expect(factOf('poll', collected(code))).toMatchObject({
      transaction_reference: 'ord-71',
      body: { via: 'poll', kind: 'payment', status, amount, currency: 'NGN', untimed: true },
    });
  });

  test.each([
    [{ totalPaymentAmount: 0 }, 'pending', null],
    [{ totalPaymentAmount: '0.00' }, 'pending', null],
    [{ totalPaymentAmount: null }, 'succeeded', '1500.00'],
    [{ statusCode: '2', totalPaymentAmount: null }, 'pending', null],
    [{ statusCode: '2', totalPaymentAmount: 700 }, 'succeeded', '700.00'],
    [{ state: 'PENDING', totalPaymentAmount: null }, 'pending', null],
    [{ state: 'CONSUMED' }, 'succeeded', '1500.50'],
    [{ state: 'EXPIRED', totalPaymentAmount: null }, 'expired', null],
    [{ state: 'LEVITATED', totalPaymentAmount: null }, 'unclassified', null],
  ])('with %j is %s of %j: no money is said that was not paid', (more, status, amount) => {
    const word = status === 'unclassified' ? 'LEVITATED' : null;
    expect(factOf('poll', collected('0', more)).body).toMatchObject({ status, amount, word });
  });

  test('that could not be asked for is no fact', () => {
    expect(read('poll', { referenceNumber: 'ord-71', statusCode: '-1', statusMessage: 'error' })).toMatchObject({
      ...{ facts: [], ignored: [{ why: 'the network answered -1: error' }] },
    });
    expect(read('poll', { responseCode: 2, message: 'Invalid reference' })).toMatchObject({ facts: [], ignored: [{}] });
    expect(read('poll', { hello: 1 }).unread).not.toBeNull();
  });
});

describe('the details of a transaction', () => {
  test('have a time of their own', () => {
    expect(factOf('poll', details())).toMatchObject({
      ...{ transaction_reference: 'ord-71', occurred_at: 1780294443000 },
      body: {
        kind: 'payment',
        status: 'succeeded',
        amount: '1500.50',
        fee: '12.345',
        provider_transaction_id: 'X9K2L',
      },
    });
    expect(factOf('poll', details({ dateTimeUTC: null })).body).toMatchObject({ untimed: true });
  });

  test.each([
    ['PENDING', 'CUSTOMER_BILL_PAY', 'payment', 'pending'],
    ['FAILED', 'MERCHANT_PAYMENT', 'payment', 'failed'],
    ['REVERSED', 'CUSTOMER_BILL_PAY', 'payment', 'reversed'],
    ['SUCCESSFUL', 'CUSTOMER_BILL_PAY_REVERSAL', 'reversal', 'succeeded'],
    ['SUCCESSFUL', 'USER_SEND_CASH_TO_BANK_ACCOUNT_SETTLED', 'payout', 'succeeded'],
    ['LEVITATED', null, 'payment', 'unclassified'],
  ])('%s of %j are a %s, %s', (status, transactionType, kind, said) => {
    expect(factOf('poll', details({ status, transactionType })).body).toMatchObject({ kind, status: said });
  });

  test('of a list are one fact each', () => {
    const { responseCode, ...item } = details();
    const list = {
      responseCode,
      recordCount: 2,
      items: [item, { ...item, transactionId: 'X9K2M', amount: '12.3456' }],
    };
    expect(read('poll', list)).toMatchObject({
      facts: [{ body: { provider_transaction_id: 'X9K2L' } }],
      rejects: [{ place: 'items[1]', code: 'HESABU_AMOUNT_PRECISION' }],
    });
    expect(read('poll', { ...list, items: [] })).toMatchObject({ facts: [], ignored: [{}] });
  });

  test('keep ids beyond any float', () => {
    const text = JSON.stringify(details()).replace('"X9K2L"', '90071992547409931');
    expect(factOf('poll', text).body).toMatchObject({ provider_transaction_id: '90071992547409931' });
  });
});

describe('the notification of an account', () => {
  test('is money without a reference, unless a setting says where one is', () => {
    const body = {
      ...{ via: 'callback', kind: 'payment', status: 'succeeded', amount: '5000.00', fee: '37.50', currency: 'NGN' },
      ...{ provider_transaction_id: 'X9K2L', untimed: true },
      aliases: { fundingTransactionReference: 'F-77', fundingPaymentReference: '100004260601110403' },
    };
    const fact = factOf('webhook', notification());
    expect(fact).toMatchObject({ transaction_reference: '?paga:X9K2L', body });
    expect(fact.body).not.toHaveProperty('hint');
    const given = { settings: { reference: 'payerDetails.narration' } };
    expect(factOf('webhook', notification(), given).transaction_reference).toBe('ord-71');
  });

  test('of a payment request has its reference', () => {
    expect(factOf('webhook', collected('2', { totalPaymentAmount: '700' }))).toMatchObject({
      ...{ transaction_reference: 'ord-71', body: { status: 'succeeded', amount: '700.00' } },
    });
    expect(factOf('webhook', collected('-1', { totalPaymentAmount: null })).body).toMatchObject({
      status: 'inconclusive',
    });
  });

  test.each([
    [{ amount: null }, null],
    [{ amount: 5000 }, '5000.00'],
    [{ amount: '0.5' }, '0.50'],
  ])('with %j has the amount %j', (more, amount) => {
    expect(factOf('webhook', notification({ ...more, unknown: [{}] })).body).toMatchObject({ amount });
  });

  test('without a status, an id or a readable amount is no fact', () => {
    expect(read('webhook', { amount: '1' }).unread).not.toBeNull();
    const nameless = { transactionReference: null, fundingTransactionReference: null, fundingPaymentReference: '' };
    expect(read('webhook', notification(nameless)).rejects).toMatchObject([{ code: 'HESABU_FIELD_MISSING' }]);
    expect(read('webhook', notification({ amount: '5,000' })).rejects).toMatchObject([{ field: 'amount' }]);
  });
});

describe('the hash of a notification', () => {
  const KEY = 'the-hash-key-of-paga';
  const judge = (text: string) =>
    PAGA.webhook!.check!(Buffer.from(KEY), 'paga-sha512')!(() => [], Buffer.from(text), READ_AT);

  test('proves it, whether its values are texts or numbers', () => {
    for (const body of [notification(), notification({ statusCode: 0, amount: 5000 }), notification({}, KEY)]) {
      expect(judge(JSON.stringify(body))).toBeNull();
    }
    // The figures count as they are written.
    const body = notification({ amount: '5000.00' });
    expect(judge(JSON.stringify(body).replace('"5000.00"', '5000.00'))).toBeNull();
  });

  test('is refused with one bit changed in it, in a value that it is over, or under another key', () => {
    const body = notification();
    for (let bit = 0; bit < 8; bit++) {
      const hash = String.fromCharCode(body.hash.charCodeAt(0) ^ (1 << bit)) + body.hash.slice(1);
      expect(judge(JSON.stringify({ ...body, hash }))?.code).toBe('HESABU_SIGNATURE_INVALID');
    }
    const changes = { statusCode: '1', accountNumber: '3012345679', amount: '5000.01', clearingFeeAmount: '37.51' };
    for (const change of Object.entries(changes)) {
      expect(judge(JSON.stringify({ ...body, ...Object.fromEntries([change]) }))?.code).toBe(
        'HESABU_SIGNATURE_INVALID',
      );
    }
    expect(judge(JSON.stringify(notification({}, 'another-key')))?.code).toBe('HESABU_SIGNATURE_INVALID');
    for (const text of [
      '',
      '[]',
      '{}',
      '{"hash":"x"}',
      JSON.stringify({ ...body, amount: {} }),
      `${JSON.stringify(body)}x`,
    ]) {
      expect(judge(text)?.code).toBe('HESABU_SIGNATURE_INVALID');
    }
  });

  test('is not asked for where HTTP Basic was agreed on', () => {
    const basic = PAGA.webhook!.check!(Buffer.from('user:password'), 'basic')!;
    const header = `Basic ${Buffer.from('user:password').toString('base64')}`;
    expect(basic((name) => (name === 'authorization' ? [header] : []), Buffer.from('{}'), READ_AT)).toBeNull();
    expect(basic(() => [], Buffer.from(JSON.stringify(notification())), READ_AT)?.code).toBe(
      'HESABU_SIGNATURE_INVALID',
    );
  });
});
