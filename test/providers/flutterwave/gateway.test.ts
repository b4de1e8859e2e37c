// How Flutterwave is called: for a charge, a status and a check, and what comes of answers that nobody expects.
import { describe, expect, test } from 'vitest';
import { NO_IDS } from '../../../src/producers/gateway.ts';
import { FLUTTERWAVE } from '../../../src/providers/flutterwave/flutterwave.ts';
import type { CallSample } from '../../contract/provider/sample.ts';
import { PAYMENT } from '../../contract/provider/sample-gateway.ts';
import { StillClock } from '../../service/ledger/given-live-ledger.ts';
import { readBody } from '../body-reader.ts';
import { charge, given, ok, refusal, SAMPLE, UNKNOWN } from './given-gateway.ts';

describe('a charge', () => {
  test.each([
    ['KES', '+254711223344', 'mpesa', {}],
    ['GHS', '+233241234567', 'mobile_money_ghana', {}],
    ['UGX', '+256772123456', 'mobile_money_uganda', {}],
    ['RWF', '+250781234567', 'mobile_money_rwanda', {}],
    ['TZS', '+255782835136', 'mobile_money_tanzania', {}],
    ['ZMW', '+260971234567', 'mobile_money_zambia', {}],
    ['XAF', '+237650000000', 'mobile_money_franco', { country: 'CM' }],
    ['XOF', '+221770000000', 'mobile_money_franco', { country: 'SN' }],
  ])('in %s from %s is of the type %s', async (currency, phone, type, more) => {
    const { gateway, asked, calls } = given([
      ['GET', UNKNOWN],
      ['POST', ok(charge(7, { currency }))],
    ]);
    await gateway.initiate!({ ...PAYMENT, currency, phone });
    expect(calls()).toEqual(['GET /transactions/verify_by_reference?tx_ref=A-1', `POST /charges?type=${type}`]);
    expect(asked[1]!.headers.authorization).toBe('Bearer the-secret-key-of-flutterwave');
    expect(JSON.parse(asked[1]!.body!)).toEqual({
      ...{ tx_ref: 'A-1', amount: '1500', currency, email: 'payer@shop.example', phone_number: phone.slice(1) },
      ...{ network: 'OPERATOR', order_id: '1', meta: { idempotency_key: 'key-1' }, ...more },
    });
  });

  test.each([
    ['a currency without wallets', { currency: 'NGN' }, 'currency'],
    ['francs from another country', { currency: 'XOF', phone: '+22890112233' }, 'phone'],
    ['a reference that is too long', { reference: 'A'.repeat(101) }, 'reference'],
  ])('of %s is refused before anybody is asked, without the number', async (_what, more, where) => {
    const { gateway, asked } = given([]);
    const error = await gateway.initiate!({ ...PAYMENT, ...more }).catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ code: 'HESABU_REQUEST_INVALID', detail: { where } });
    expect(JSON.stringify(error)).not.toContain('90112233');
    expect(asked).toEqual([]);
  });

  test('without an address for payers is refused with the name of the setting', async () => {
    const { gateway } = given([], { email: undefined });
    await expect(gateway.initiate!(PAYMENT)).rejects.toMatchObject({ code: 'HESABU_CONFIG_INVALID' });
  });

  test('has our reference, also where that of other bodies is elsewhere', async () => {
    const rules = [['GET', UNKNOWN] as const, ['POST', ok(charge(7))] as const];
    const { facts, fault } = await given(rules, { reference: 'id' }).gateway.initiate!(PAYMENT);
    expect([fault, facts]).toMatchObject([null, [{ transaction_reference: 'A-1' }]]);
  });

  test('whose answer is a link alone gives it to the payer, and knows no id', async () => {
    const redirect = 'https://ravemodal.example/captcha/verify/1:2';
    const meta = { authorization: { mode: 'redirect', redirect } };
    const body = JSON.stringify({ status: 'success', message: 'Charge initiated', meta });
    const { gateway } = given([
      ['GET', UNKNOWN],
      ['POST', { status: 200, body }],
    ]);
    expect(await gateway.initiate!(PAYMENT)).toMatchObject({
      ...{ fault: null, link: redirect },
      facts: [{ transaction_reference: 'A-1', body: { status: 'initiated', provider_transaction_id: null } }],
    });
  });

  test.each([
    ['another scheme', 'javascript:alert(1)'],
    ['no address', null],
  ])('gives no link of %s', async (_what, redirect) => {
    const meta = { authorization: { mode: 'redirect', redirect } };
    const { gateway } = given([
      ['GET', UNKNOWN],
      ['POST', ok(charge(7), { meta })],
    ]);
    expect(await gateway.initiate!(PAYMENT)).not.toHaveProperty('link');
  });
});

describe('the status', () => {
  const ids = { ...NO_IDS, provider_transaction_id: '7' };
  const status = (answer: CallSample, query: object = { ids }) => {
    const { gateway, calls } = given([['GET', answer]]);
    return gateway.status!({ reference: 'A-1', ids: NO_IDS, ...query }).then((read) => ({ read, calls: calls() }));
  };

  test.each([
    [{ ids }, '/transactions/7/verify'],
    [{ ids, reference: null }, '/transactions/7/verify'],
    [{ ids: NO_IDS }, '/transactions/verify_by_reference?tx_ref=A-1'],
    [{ ids: { ...NO_IDS, provider_transaction_id: 'chg_1' } }, '/transactions/verify_by_reference?tx_ref=A-1'],
    [{ ids: { ...NO_IDS, provider_transaction_id: '../7' }, reference: null }, null],
  ])('of %j is asked at %s', async (query, path) => {
    const { read, calls } = await status(UNKNOWN, query);
    expect(calls).toEqual(path === null ? [] : [`GET ${path}`]);
    expect(read).toEqual(path === null ? null : { exchange: 'ex-1', facts: [], fault: null });
  });

  test.each([
    [404, 'No transaction was found for this id'],
    [400, 'Transaction not found'],
    [200, 'No transaction was found for this id'],
  ])('is unknown by %i and the words "%s"', async (code, words) => {
    expect((await status(refusal(code, words))).read).toMatchObject({ facts: [], fault: null });
  });

  test.each([
    [400, 'id must be a number'],
    [404, 'Cannot GET /v3/transactions/7/verify'],
    [200, 'An error occurred. Please contact support'],
    [403, 'No transaction was found for this id'],
  ])('is refused by %i and the words "%s"', async (code, words) => {
    const error = { code: 'HESABU_GATEWAY_REFUSED', message: expect.stringContaining(words) };
    await expect(status(refusal(code, words))).rejects.toMatchObject(error);
  });

  test('of a lost page of an address is refused as well', async () => {
    const error = { code: 'HESABU_GATEWAY_REFUSED', status: 404 };
    await expect(status({ status: 404, body: '<html>not found</html>' })).rejects.toMatchObject(error);
  });

  test.each([
    ['another reference', ok(charge(7, { tx_ref: 'A-2' })), 'transaction_reference'],
    ['another id', ok(charge(8)), 'id'],
    ['a page', { status: 200, body: '<html>' }, ''],
    ['nothing', { status: 200, body: '' }, ''],
    ['half of it', { status: 200, body: '{"status":"success","data":{"id":7' }, ''],
    ['an amount that its currency has not', ok(charge(7, { amount: 1.005, status: 'successful' })), 'data.amount'],
  ])('has no fact of an answer with %s', async (_what, answer, field) => {
    expect((await status(answer)).read).toMatchObject({ facts: [], fault: { field } });
  });

  test('is told as the network has it, also of another amount or currency than was asked for', async () => {
    const { read } = await status(ok(charge(7, { amount: 1, currency: 'UGX', status: 'successful' })));
    expect(read!.facts).toMatchObject([{ body: { status: 'succeeded', amount: '1', currency: 'UGX' } }]);
  });
});

const NOW = new StillClock().now();

test('a limit holds as long as the network says', async () => {
  const { gateway } = given([['GET', { status: 429, body: '', headers: { 'retry-after': '90' } }]]);
  const limited = (await gateway.check!().catch((error: unknown) => error)) as { retryAt: number };
  expect(limited).toMatchObject({ code: 'HESABU_GATEWAY_LIMITED', status: 429, retryAt: NOW + 90_000 });
  // Another call is not made before.
  await expect(gateway.check!()).rejects.toMatchObject({ retryAt: limited.retryAt, status: null });
});

test("a check asks for balances, and tells what is wrong in the network's words", async () => {
  expect(await given([['GET', ok([])]]).gateway.check!()).toBe('GET /balances: 200');
  const { gateway } = given([['/balances', refusal(401, 'Authorization required')]]);
  await expect(gateway.check!()).rejects.toMatchObject({ message: expect.stringContaining('Authorization required') });
});

describe('an account', () => {
  const { api_key, ...without } = SAMPLE.account;
  const read = (account: object) => FLUTTERWAVE.account.safeParse(account);

  test.each(['3', 3, 'v3', '3.0'])('of version %j is called', (version) => {
    expect(read({ ...SAMPLE.account, version }).success).toBe(true);
  });

  test.each(['4', 'v4', '2'])('of version %j is read and not called: a key is refused by name', (version) => {
    expect(read({ ...without, version }).success).toBe(true);
    const { error } = read({ ...without, api_key, version });
    expect(error?.issues).toMatchObject([{ path: ['version'], message: expect.stringContaining('expected 3') }]);
  });
});

test('the answer to a refund is read alone as well, under the id of its charge', () => {
  const data = { id: 8612, tx_id: 5708, flw_ref: 'URF_1', amount_refunded: 5000, status: 'completed' };
  const answer = { status: 'success', message: 'Transaction refund initiated', data };
  expect(readBody(FLUTTERWAVE, 'initiation', answer, { settings: { currency: 'NGN' } }).facts).toMatchObject([
    {
      transaction_reference: expect.stringMatching(/^\?flutterwave:/),
      body: { kind: 'refund', status: 'initiated', amount: '5000.00', original_transaction_id: '5708' },
    },
  ]);
});
