// What is read of Airtel Money's callbacks, enquiries and accepted requests.
import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { AIRTEL } from '../../../src/providers/airtel/airtel.ts';
import { type Given, READ_AT, readBody } from '../body-reader.ts';

const read = (kind: 'webhook' | 'poll' | 'initiation', body: unknown, given: Given = {}) =>
  readBody(AIRTEL, kind, body, given);
const TEXT = 'Paid UGX 5,000 to SHOP. Charge UGX 50. Trans ID MP210603.1234.L06941.';
const callback = (more: object = {}) => ({
  transaction: { id: 'ord77', message: TEXT, status_code: 'TS', airtel_money_id: 'MP210603.1234.L06941', ...more },
});
const enquiry = (transaction: object, status: object = {}) => ({
  data: { transaction: { airtel_money_id: 'MP210603.1234.L06941', id: 'ord77', message: 'success', ...transaction } },
  status: {
    response_code: 'DP00800001006',
    code: '200',
    success: true,
    result_code: 'ESB000010',
    message: 'SUCCESS',
    ...status,
  },
});

describe('a callback of Airtel Money', () => {
  test('has no amount, whatever its text for people says', () => {
    const { facts, rejects, ignored } = read('webhook', callback(), { settings: { currency: 'UGX' } });
    expect([rejects, ignored]).toEqual([[], []]);
    expect(facts).toEqual([
      expect.objectContaining({
        transaction_reference: 'ord77',
        occurred_at: READ_AT,
        body: {
          ...{ type: 'PaymentObserved', via: 'callback', kind: 'payment', status: 'succeeded', word: null },
          ...{ provider_transaction_id: 'MP210603.1234.L06941', operator_transaction_id: null, request_id: null },
          ...{ original_transaction_id: null, amount: null, currency: 'UGX', fee: null, operator: null, msisdn: null },
          ...{ hint: true, untimed: true },
        },
      }),
    ]);
  });

  test.each([
    ['TS', 'succeeded', null],
    ['TF', 'failed', null],
    ['TA', 'inconclusive', null],
    ['TIP', 'pending', null],
    ['TE', 'expired', null],
    ['ts', 'succeeded', null],
    ['TX', 'unclassified', 'TX'],
    ['200', 'unclassified', '200'],
  ])('with the status code %s is %s', (status_code, status, word) => {
    expect(read('webhook', callback({ status_code })).facts).toMatchObject([{ body: { status, word } }]);
  });

  test.each([null, 'null', '', 'N/A', '0'])('with the id %j of the money has none', (airtel_money_id) => {
    expect(read('webhook', callback({ status_code: 'TF', airtel_money_id })).facts).toMatchObject([
      { transaction_reference: 'ord77', body: { status: 'failed', provider_transaction_id: null } },
    ]);
  });

  test('without a reference goes by the id of the money', () => {
    expect(read('webhook', callback({ id: null })).facts).toMatchObject([
      { transaction_reference: '?airtel:MP210603.1234.L06941' },
    ]);
    expect(read('webhook', callback({ id: null, airtel_money_id: null }))).toMatchObject({ facts: [], rejects: [{}] });
  });

  test('without a status is refused by its field', () => {
    expect(read('webhook', callback({ status_code: null }))).toMatchObject({
      facts: [],
      rejects: [{ field: 'transaction.status_code', code: 'HESABU_FIELD_MISSING' }],
    });
  });

  test('is of an account with authentication only with its hash over the members before it', () => {
    const { transaction } = callback();
    const signed = JSON.stringify({ transaction });
    const hash = createHmac('sha256', 'key').update(signed).digest('base64');
    const sent = `${signed.slice(0, -1)},"hash":"${hash}"}`;
    const verify = AIRTEL.webhook!.check!(Buffer.from('key'), 'hmac-sha256-base64')!;
    const judge = (text: string) => verify(() => [], Buffer.from(text), READ_AT);
    expect(judge(sent)).toBeNull();
    expect(read('webhook', sent).facts).toHaveLength(1);
    for (const other of [
      ...[sent.replace('TS', 'TF'), sent.replace('"hash"', '"hush"'), signed, `${sent} {}`, ''],
      `${signed.slice(0, -1)},"hash":"${hash}","hash":"${hash}"}`,
      `${signed.slice(0, -1)},"hash":"${hash}","more":1}`,
    ]) {
      expect(judge(other), other).toMatchObject({ code: 'HESABU_SIGNATURE_INVALID' });
    }
  });
});

describe('an enquiry of Airtel Money', () => {
  test.each([
    ['TS', {}, 'succeeded'],
    ['TS', { success: false }, 'succeeded'],
    ['TS', { response_code: 'DP00800001001' }, 'succeeded'],
    ['TIP', { response_code: 'DP00800001006' }, 'pending'],
    ['TIP', { response_code: 'DP00800001001', success: true }, 'pending'],
    ['TF', { response_code: 'DP008001013' }, 'failed'],
    ['TF', { response_code: 'DP00800001001', success: true }, 'failed'],
    ['TA', { response_code: 'DP00800001000' }, 'inconclusive'],
    ['TE', { response_code: 'DP00800001029' }, 'expired'],
    ['TR', {}, 'reversed'],
  ])('with %s and %j is %s: only the status of the transaction decides', (status, more, expected) => {
    expect(read('poll', enquiry({ status }, more)).facts).toMatchObject([
      { transaction_reference: 'ord77', body: { via: 'poll', status: expected } },
    ]);
  });

  test.each([
    ['5000', '5000'],
    ['"5000.00"', '5000'],
    ['5000.0', '5000'],
  ])('with the amount %s is exact', (amount, expected) => {
    const body = JSON.stringify(enquiry({ status: 'TS', currency: 'UGX' })).replace(
      '"id":',
      `"amount":${amount},"id":`,
    );
    expect(read('poll', body).facts).toMatchObject([{ body: { amount: expected, currency: 'UGX' } }]);
  });

  test('whose id is false is of the reference that was asked for', () => {
    const body = enquiry({ id: false, status: 'TS' });
    const asked = { transaction_reference: 'ord78' };
    expect(read('poll', body, { about: asked }).facts).toMatchObject([{ transaction_reference: 'ord78' }]);
    const about = { endpoint: '/standard/v1/payments/ord79' };
    expect(read('poll', body, { about }).facts).toMatchObject([{ transaction_reference: 'ord79' }]);
    expect(read('poll', body).facts).toMatchObject([{ transaction_reference: '?airtel:MP210603.1234.L06941' }]);
  });

  test.each([
    { status: { code: '400', message: 'Transaction Not Found', response_code: 'DP00800001025', success: false } },
    { data: {}, status: { code: '400', message: 'Msisdn Not Found', response_code: 'DP00800001005', success: false } },
    { data: { transaction: null }, status: { code: '404', message: 'x', result_code: 'ESB000045', success: false } },
    { status_code: 'ROUTER007', status_message: 'Not authorized' },
  ])('that is an error inside HTTP 200 is no fact: %j', (body) => {
    expect(read('poll', body, { about: { http_status: '200' } })).toMatchObject({
      ...{ facts: [], rejects: [], unread: null },
      ignored: [{ why: expect.stringMatching(/^the network answered (?:DP|ESB|ROUTER)\d+: /) }],
    });
  });
});

describe('the answer to a request for a payment', () => {
  test.each(['SUCCESS', 'Success.', 'TS', 'TIP', 'TA', null])('says with %s only that the payer is asked', (status) => {
    const about = { transaction_reference: 'ord77', phone: '+256752123456', operator: 'airtel' };
    const body = enquiry({ id: false, status, airtel_money_id: null });
    const { facts } = read('initiation', body, { about });
    expect(facts).toMatchObject([
      { transaction_reference: 'ord77', body: { via: 'poll', status: 'initiated', msisdn: 'UG:#256752123456' } },
    ]);
  });

  test('that is refused starts nothing', () => {
    const body = { data: { transaction: { id: 'ord77', status: 'SUCCESS' } }, status: { code: '400', message: 'bad' } };
    expect(read('initiation', body)).toMatchObject({ facts: [], ignored: [{}] });
    expect(read('initiation', enquiry({ status: 'TF' })).facts).toMatchObject([{ body: { status: 'failed' } }]);
  });

  test('to a refund is of the payment that it returns', () => {
    const about = {
      endpoint: '/standard/v1/payments/refund',
      transaction_reference: 'ord77',
      original_transaction_id: 'MP1',
    };
    const body = enquiry({ airtel_money_id: 'CI2', id: undefined, status: 'SUCCESS' });
    expect(read('initiation', body, { about }).facts).toMatchObject([
      {
        transaction_reference: 'ord77',
        body: { kind: 'refund', status: 'initiated', provider_transaction_id: 'CI2', original_transaction_id: 'MP1' },
      },
    ]);
  });
});
