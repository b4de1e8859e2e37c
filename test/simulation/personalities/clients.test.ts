// Clients that others wrote for the real networks talk to the sandbox's side of them, and understand its answers.

import http from 'node:http';
import { createRequire } from 'node:module';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { givenNetwork, HOUR, type Network, namesWith } from './given.ts';

const require = createRequire(import.meta.url);
// The client of Flutterwave reports each call to its maker by this module; here it reports nothing.
require.cache[require.resolve('flutterwave-node-v3/utils/logger')] = {
  exports: { init() {}, logRequest() {}, logError() {}, logTransaction() {} },
} as unknown as NodeJS.Module;

const Paystack = require('paystack-sdk');
const Flutterwave = require('flutterwave-node-v3');
const { Mpesa } = require('mpesa-api');
const { routes } = require('mpesa-api/lib/routes');
const momo = require('mtn-momo');

const closers: (() => unknown)[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const close of closers.splice(0).reverse()) await close();
});

async function given(...args: Parameters<typeof givenNetwork>): Promise<Network> {
  const network = await givenNetwork(...args);
  closers.push(() => network.close());
  return network;
}

describe('the client paystack-sdk', () => {
  /** It knows one address only. */
  async function client() {
    const network = await given('paystack');
    const real = globalThis.fetch;
    vi.spyOn(globalThis, 'fetch').mockImplementation((url, init) => {
      return real(String(url).replace('https://api.paystack.co', network.sandbox.url), init);
    });
    return { ...network, paystack: new Paystack('the-secret_key') };
  }

  test('charges, verifies, lists and refunds, in hundredths', async () => {
    const { paystack, sandbox, clock } = await client();
    for (let nth = 0; nth < 30; nth++) {
      const wallet = { phone: '+233241234567', provider: 'mtn' };
      const asked = { email: 'a@example.com', amount: '150000', currency: 'GHS', reference: `P-${nth}` };
      const { status, data } = await paystack.charge.create({ ...asked, mobile_money: wallet });
      expect([status, data.status, data.reference]).toEqual([true, 'pay_offline', `P-${nth}`]);
    }
    expect((await paystack.transaction.verify('P-0')).data.status).toBe('ongoing');
    clock.skip(HOUR);
    const [paid] = namesWith(sandbox, 'paid');
    const { data } = await paystack.transaction.verify(paid);
    expect(data).toMatchObject({ status: 'success', amount: 150_000, currency: 'GHS', reference: paid, fees: 2_250 });
    expect((await paystack.transaction.fetch(data.id)).data.reference).toBe(paid);
    const page = await paystack.transaction.list({ perPage: 10, page: 3 });
    // Some payers paid a second time.
    expect([page.data.length, page.meta.total]).toEqual([10, 30 + namesWith(sandbox, 'twice').length]);
    const refund = await paystack.refund.create({ transaction: paid, amount: 50_000 });
    expect(refund.data).toMatchObject({ amount: 50_000, currency: 'GHS', status: 'pending', transaction: data.id });
    clock.skip(HOUR);
    expect((await paystack.refund.list({ transaction: paid })).data[0].status).toBe('processed');
    await expect(paystack.transaction.verify('nobody')).rejects.toMatchObject({ status: 400 });
  });

  test('reads settlements whose sums agree with their transactions', async () => {
    const { paystack, clock } = await client();
    for (let nth = 0; nth < 30; nth++) {
      await paystack.charge.create({ email: 'a@example.com', amount: 99_900, currency: 'XOF', reference: `X-${nth}` });
    }
    clock.skip(30 * HOUR);
    const { data } = await paystack.settlement.list({ from: '2026-06-01', to: '2026-06-03' });
    expect(data.length).toBeGreaterThan(0);
    for (const { id, total_processed: gross, total_fees: fees, total_amount: net } of data) {
      const { data: lines } = await paystack.settlement.transactions(id);
      const sum = (name: string) => lines.reduce((all: number, line: Record<string, number>) => all + line[name]!, 0);
      expect([sum('amount'), sum('fees'), gross - fees]).toEqual([gross, fees, net]);
      // The franc has no hundredths, and is written in them all the same.
      expect(lines.every(({ amount }: { amount: number }) => amount === 99_900)).toBe(true);
    }
  });
});

describe('the client flutterwave-node-v3', () => {
  test('charges, verifies in both ways, refunds, and reads settlements', async () => {
    const { sandbox, clock } = await given('flutterwave');
    const flutterwave = new Flutterwave('public', 'the-secret_key', `${sandbox.url}/`);
    const payer = { email: 'a@example.com', phone_number: '0781234567', currency: 'RWF', amount: 2_000 };
    for (let nth = 0; nth < 30; nth++) {
      const { status, data } = await flutterwave.MobileMoney.rwanda({ ...payer, tx_ref: `F-${nth}`, order_id: 'o' });
      expect([status, data.status]).toEqual(['success', 'pending']);
    }
    clock.skip(HOUR);
    const [paid] = namesWith(sandbox, 'paid');
    const { data } = await flutterwave.Transaction.verify_by_tx({ tx_ref: paid });
    expect(data).toMatchObject({ status: 'successful', tx_ref: paid, amount: 2_000, currency: 'RWF', app_fee: 30 });
    expect((await flutterwave.Transaction.verify({ id: data.id })).data).toEqual(data);
    const refunded = await flutterwave.Transaction.refund({ id: String(data.id), amount: 500 });
    expect(refunded.data).toMatchObject({ tx_id: data.id, amount_refunded: 500 });
    clock.skip(30 * HOUR);
    const { data: settlements } = await flutterwave.Settlement.fetch_all({ from: '2026-06-01', to: '2026-06-02' });
    expect(settlements.length).toBeGreaterThan(0);
    for (const { gross_amount: gross, app_fee: fee, net_amount: net, refund, chargeback } of settlements) {
      expect(gross - fee - refund - chargeback).toBe(net);
    }
  });
});

describe('the client mpesa-api', () => {
  /** It knows no port. */
  async function client() {
    const network = await given('mpesa');
    const { hostname, port } = new URL(network.sandbox.url);
    routes.sandbox = `http://${hostname}`;
    const real = http.request;
    vi.spyOn(http, 'request').mockImplementation(((options: object, callback: never) =>
      real({ ...options, port }, callback)) as typeof http.request);
    const keys = { clientKey: 'the-consumer_key', clientSecret: 'the-consumer_secret', initiatorPassword: 'word' };
    return { ...network, mpesa: new Mpesa(keys, 'sandbox') };
  }
  const PUSH = { BusinessShortCode: 174_379, passKey: 'the-passkey', PartyA: '254712345678', PartyB: '174379' };
  const PAYER = { PhoneNumber: '254712345678', TransactionType: 'CustomerPayBillOnline', TransactionDesc: 'order' };

  test('asks for a payment, and hears by the callback and by a query what became of it', async () => {
    const { mpesa, sandbox, clock, came, receiver } = await client();
    const ids = new Map<string, string>();
    for (let nth = 0; nth < 30; nth++) {
      const own = { Amount: 1_500, AccountReference: `M-${nth}`, CallBackURL: `${receiver}/stk` };
      const { ResponseCode, CheckoutRequestID } = await mpesa.lipaNaMpesaOnline({ ...PUSH, ...PAYER, ...own });
      expect(ResponseCode).toBe('0');
      ids.set(`M-${nth}`, CheckoutRequestID);
    }
    const [paid] = namesWith(sandbox, 'paid');
    const [failed] = namesWith(sandbox, 'failed');
    const query = (name: string) => mpesa.lipaNaMpesaQuery({ ...PUSH, CheckoutRequestID: ids.get(name)! });
    await expect(query(paid!)).rejects.toMatchObject({ statusCode: 500, data: { errorCode: '500.001.1001' } });
    await clock.advance(HOUR / 2);
    expect(await query(paid!)).toMatchObject({ ResultCode: '0' });
    expect((await query(failed!)).ResultCode).toMatch(/^(1|1032)$/);
    await expect.poll(() => came.filter(({ path }) => path === '/stk').length).toBeGreaterThan(10);
    const { stkCallback } = came.find(({ body }) => body.Body.stkCallback.CheckoutRequestID === ids.get(paid!))!.body
      .Body;
    const items = stkCallback.CallbackMetadata.Item as { Name: string; Value?: unknown }[];
    expect(stkCallback.ResultCode).toBe(0);
    expect(items.find(({ Name }) => Name === 'Amount')).toEqual({ Name: 'Amount', Value: 1_500 });
    expect(JSON.stringify(stkCallback)).not.toContain(`"${paid}"`);
  });

  test('hears the status of a payment, its reversal and a typed reference at the addresses that it gave', async () => {
    const { mpesa, sandbox, clock, came, receiver } = await client();
    const registered = { ShortCode: 174_379, ConfirmationURL: `${receiver}/c2b`, ValidationURL: `${receiver}/valid` };
    await mpesa.c2bRegister({ ...registered, ResponseType: 'Completed' });
    for (let nth = 0; nth < 20; nth++) {
      const typed = { ShortCode: 174_379, Msisdn: 254_712_345_678, BillRefNumber: `C-${nth}` };
      await mpesa.c2bSimulate({ ...typed, Amount: 900, CommandID: 'CustomerPayBillOnline' });
    }
    await clock.advance(HOUR / 2);
    const [paid] = namesWith(sandbox, 'paid');
    await expect.poll(() => came.some(({ body }) => body.BillRefNumber === paid)).toBe(true);
    const { TransID, TransAmount, MSISDN } = came.find(({ body }) => body.BillRefNumber === paid)!.body;
    expect([TransAmount, MSISDN]).toEqual(['900.00', '2547 ***** 678']);
    const about = { Initiator: 'i', PartyA: '174379', IdentifierType: '4', TransactionID: TransID };
    const urls = (name: string) => ({ ResultURL: `${receiver}/${name}`, QueueTimeOutURL: `${receiver}/late` });
    await mpesa.transactionStatus({ ...about, ...urls('status') });
    await mpesa.reversal({ ...about, ...urls('back'), Amount: 900, ReceiverParty: '174379' });
    await clock.advance(2 * HOUR);
    await expect.poll(() => came.filter(({ path }) => /status|back/.test(path)).length).toBe(2);
    const resultAt = (path: string) => came.find((one) => one.path === path)!.body.Result;
    const valueAt = (path: string, key: string) =>
      resultAt(path).ResultParameters.ResultParameter.find(({ Key }: { Key: string }) => Key === key).Value;
    expect([valueAt('/status', 'ReceiptNo'), valueAt('/status', 'TransactionStatus')]).toEqual([TransID, 'Completed']);
    expect(valueAt('/back', 'OriginalTransactionID')).toBe(TransID);
    expect(resultAt('/back').TransactionID).not.toBe(TransID);
  });
});

describe('the client mtn-momo', () => {
  test('requests payments, reads what became of them, and fails by the reason of a failure', async () => {
    const { sandbox, clock, came, receiver, secret } = await given('mtn-momo');
    const { Collections } = momo.create({ baseUrl: sandbox.url, callbackHost: '127.0.0.1' });
    const keys = { primaryKey: 'the-subscription_key', userId: secret('api_user'), userSecret: 'the-api_key' };
    const collections = Collections(keys);
    const ids = new Map<string, string>();
    for (let nth = 0; nth < 40; nth++) {
      const payer = { partyIdType: 'MSISDN', partyId: '256772123456' };
      const asked = { amount: '5000', currency: 'UGX', externalId: `T-${nth}`, payer, callbackUrl: `${receiver}/momo` };
      ids.set(`T-${nth}`, await collections.requestToPay(asked));
    }
    const [paid] = namesWith(sandbox, 'paid');
    const [failed] = namesWith(sandbox, 'failed');
    expect((await collections.getTransaction(ids.get(paid!))).status).toBe('PENDING');
    await clock.advance(HOUR / 2);
    const done = { externalId: paid, amount: '5000', currency: 'UGX', status: 'SUCCESSFUL' };
    expect(await collections.getTransaction(ids.get(paid!))).toMatchObject(done);
    await expect(collections.getTransaction(ids.get(failed!))).rejects.toMatchObject({
      name: expect.stringMatching(/^(NotEnoughFunds|ApprovalRejected|PayerLimitReached)Error$/),
    });
    await expect.poll(() => new Set(came.map(({ method }) => method))).toEqual(new Set(['PUT', 'POST']));
    expect(came.every(({ path }) => path === '/momo')).toBe(true);
  });
});

test('no client is answered whose key is another one', async () => {
  const { sandbox } = await given('paystack');
  for (const path of ['/transaction', '/settlement', '/refund']) {
    const answer = await fetch(`${sandbox.url}${path}`, { headers: { authorization: 'Bearer sk_test_other' } });
    expect(answer.status).toBe(401);
  }
});
