// The phone number and the reference of a charge, and the transfers of Flutterwave's API v4, with made-up values.

import { describe, expect, test } from 'vitest';
import { FLUTTERWAVE } from '../../../src/providers/flutterwave/flutterwave.ts';
import { type Given, readBody } from '../body-reader.ts';

const V3 = {
  ...{ id: 1001, tx_ref: 'ord-77', flw_ref: 'FLW-MOCK-1', amount: 2000, currency: 'RWF', status: 'successful' },
};
const V4 = { id: 'chg_9', reference: 'ord-77', amount: 2500, currency: 'KES', status: 'succeeded' };
const v3 = (event: string, data: object, given: Given = {}) => readBody(FLUTTERWAVE, 'webhook', { event, data }, given);
const v4 = (type: string, data: object) =>
  readBody(FLUTTERWAVE, 'webhook', { webhook_id: 'wbk_1', timestamp: 1735000000000, type, data });
const poll = (data: unknown) => readBody(FLUTTERWAVE, 'poll', { status: 'success', message: 'fetched', data });

describe('a charge', () => {
  test.each([
    ['with its calling code beside it', { country_code: '254', phone_number: '712345678' }],
    ['with that and the zero of calls at home', { country_code: '+254', phone_number: '0712345678' }],
    ['with the code in it', { country_code: '254', phone_number: '254712345678' }],
  ])('of version 4 has one phone number, %s', (_how, given) => {
    const mobile_money = { ...given, network: 'MPESA' };
    const { facts } = v4('charge.completed', { ...V4, payment_method: { type: 'mobile_money', mobile_money } });
    expect(facts).toMatchObject([{ body: { msisdn: 'KE:#254712345678' } }]);
  });
});

describe('the reference that the account names', () => {
  test.each(['meta.order', 'data.meta.order'])('is found at %s, and elsewhere in no body', (reference) => {
    const settings = { reference };
    expect(v3('charge.completed', { ...V3, meta: { order: 'O-9' } }, { settings }).facts[0]).toMatchObject({
      transaction_reference: 'O-9',
    });
    expect(v3('charge.completed', V3, { settings }).facts[0]).toMatchObject({
      transaction_reference: '?flutterwave:1001',
    });
  });
});

describe('a transfer of version 4', () => {
  const transfer = {
    ...{ id: 'trf_1', reference: 'pay-1', source_currency: 'NGN', destination_currency: 'KES', status: 'SUCCESSFUL' },
    created_datetime: 1735000000,
  };

  test.each([
    ['destination_currency', 'KES'],
    ['source_currency', 'NGN'],
  ])('has an amount in its %s', (applies_to, currency) => {
    const told = { ...transfer, amount: { value: 10.5, applies_to } };
    const body = { kind: 'payout', status: 'succeeded', amount: '10.50', currency, provider_transaction_id: 'trf_1' };
    expect(v4('transfer.disburse', told).facts).toMatchObject([{ transaction_reference: 'pay-1', body }]);
    expect(poll(told).facts).toMatchObject([{ body: { ...body, via: 'poll' } }]);
  });

  test('that was only begun is pending', () => {
    const { facts } = v4('transfer.disburse', { ...transfer, amount: 10, status: 'INITIATED' });
    expect(facts).toMatchObject([{ body: { status: 'pending', amount: '10.00', currency: 'KES' } }]);
  });
});

test('a charge of a list, which leaves out its payer, is another claim than the same one verified', () => {
  const charge = { ...V3, created_at: '2024-05-01T09:00:00.000Z' };
  const ids = [{}, { customer: { phone_number: '+250781234567' } }].map((payer) => {
    const [fact] = poll({ ...charge, ...payer }).facts;
    expect(poll({ ...charge, ...payer }).facts[0]!.id).toBe(fact!.id);
    return fact!.id;
  });
  expect(new Set(ids).size).toBe(2);
});
