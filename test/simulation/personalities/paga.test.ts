// What is particular to Paga: hashes of SHA-512 over values, failures that are told to nobody, and accounts into which
// a payer pays without an order.

import { hash } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { providerNamed } from '../../../src/providers/registry.ts';
import { HOUR, namesWith } from './given.ts';
import { begin, PAGA_BASIC, pagaHash, pass, read, readersOf, STARTS } from './starts.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function given(faults: Parameters<typeof begin>[1] = [], count = 60) {
  const network = await begin('paga', faults, count);
  closers.push(() => network.close());
  const send = async (path: string, body: object, ...values: string[]) => {
    const headers = { 'content-type': 'application/json', authorization: PAGA_BASIC, hash: pagaHash(...values) };
    const answer = await fetch(`${network.sandbox.url}${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    return { code: answer.status, text, json: JSON.parse(text) };
  };
  const status = (referenceNumber: string) => send('/status', { referenceNumber }, referenceNumber);
  return { ...network, ...readersOf('paga', network), send, status };
}

describe('the status of a request', () => {
  test('is read as what happened, with its amount, whether its values are texts or numbers', async () => {
    const { status, clock, readers, sandbox } = await given();
    clock.skip(9 * HOUR);
    const words = { failed: 'failed', abandoned: 'expired' } as Record<string, string>;
    const kinds = new Set<string>();
    for (const [reference, { outcome, amount, currency }] of Object.entries(sandbox.truth().references)) {
      const { text, json } = await status(reference);
      kinds.add(typeof json.statusCode);
      const [{ body, transaction_reference }] = read(readers, 'poll', text) as [ReturnType<typeof read>[0]];
      const expected = words[outcome] ?? 'succeeded';
      const paid = expected === 'succeeded' ? { amount, currency } : { amount: null };
      expect([transaction_reference, body]).toMatchObject([reference, { status: expected, ...paid }]);
    }
    expect(kinds).toEqual(new Set(['string', 'number']));
  });
});

describe('a call', () => {
  const request = STARTS.paga!.body('B0', '') as Record<string, string>;
  const right = ['B0', '1500.00', 'NGN', '+2348031234567'];

  test.each([
    ['with the hash of its values in their order', right, '0'],
    ['with the hash of another order of them', right.toReversed(), '-1'],
    ['with the hash of another amount', right.with(1, '1500'), '-1'],
    ['without one', [], '-1'],
  ])('%s is answered so, with HTTP 200', async (_what, values, code) => {
    const { send } = await given([], 1);
    const { code: http, json } = await send('/paymentRequest', request, ...values);
    expect([http, json.statusCode]).toEqual([200, code]);
  });

  test('takes a reference once, and lists the requests of a month at most', async () => {
    const { send } = await given([], 3);
    const again = STARTS.paga!.body('A0', '');
    expect((await send('/paymentRequest', again, 'A0', ...right.slice(1))).json).toMatchObject({ statusCode: '-1' });
    const history = (startDateTimeUTC: string) =>
      send('/history', { referenceNumber: 'h', startDateTimeUTC, endDateTimeUTC: '2026-06-02T00:00:00' }, 'h');
    expect((await history('2026-06-01T00:00:00')).json.items).toHaveLength(3);
    expect((await history('2026-04-01T00:00:00')).json).toMatchObject({ statusCode: '-1' });
  });
});

describe('a refund', () => {
  test('has a hash of its own, and is seen in the status', async () => {
    const { send, status, clock, sandbox } = await given();
    clock.skip(9 * HOUR);
    const [paid] = namesWith(sandbox, 'paid') as [string];
    const refund = { referenceNumber: paid, refundAmount: '500.00', currency: 'NGN' };
    expect((await send('/refund', refund, paid)).json.statusCode).toBe('-1');
    expect((await send('/refund', refund, paid, '500.00')).json.statusCode).toBe('0');
    expect((await send('/refund', { ...refund, refundAmount: '1000.01' }, paid, '1000.01')).json.statusCode).toBe('-1');
    clock.skip(2 * HOUR);
    expect((await status(paid)).json.refundStatus).toBe('COMPLETED');
  });
});

describe('a notification', () => {
  test('comes of money only, never of a failure', async () => {
    const network = await given();
    await pass(network, 9);
    expect(network.came.length).toBeGreaterThan(30);
    for (const { body, headers } of network.came) {
      expect([String(body.statusCode), headers.authorization]).toEqual(['0', `Basic ${btoa('the-webhook')}`]);
    }
  });

  test('of an account has a hash, names no order, and is read by its own id', async () => {
    const network = await given([], 0);
    const { send, readers, sandbox, came } = network;
    const callbackUrl = `${network.receiver}/account`;
    const account = { referenceNumber: 'r1', accountReference: 'customer9', callbackUrl };
    const { accountNumber } = (await send('/registerPersistentPaymentAccount', account, 'r1', 'customer9', callbackUrl))
      .json;
    expect(accountNumber).toMatch(/^\d{10}$/);
    for (let nth = 0; nth < 20; nth++) {
      await send('/sandbox/transfers', { accountNumber, amount: '5000.00', narration: `for order ${nth}` });
    }
    await pass(network, 9);
    expect(came.length).toBeGreaterThan(10);
    const scheme = providerNamed('paga')!.webhook!.check!(Buffer.from('the-hash_key'), 'paga-sha512')!;
    for (const { body, text, path } of came) {
      const { statusCode, accountNumber: to, amount, clearingFeeAmount } = body;
      const wanted = hash('sha512', `${statusCode}${to}${amount}${clearingFeeAmount}the-hash_key`, 'hex');
      expect([body.hash, to, path]).toEqual([wanted, accountNumber, '/account']);
      expect(scheme(() => [], Buffer.from(text), 0)).toBeNull();
      const [fact] = read(readers, 'webhook', text);
      expect(fact).toMatchObject({ body: { status: 'succeeded', amount: '5000.00', fee: '75.00', currency: 'NGN' } });
      expect(fact!.transaction_reference).toBe(`?paga:${body.transactionReference}`);
    }
    expect(Object.keys(sandbox.truth().references)).toContain('for order 0');
  });

  test('is lost, repeated, late or forged where these faults are on', async () => {
    const network = await given(['lost', 'late', 'repeated', 'forged'], 120);
    await pass(network, 12);
    const told = (reference: string) => network.came.filter(({ body }) => body.referenceNumber === reference);
    const paid = namesWith(network.sandbox, 'paid');
    expect(paid.some((reference) => told(reference).length === 0)).toBe(true);
    expect(paid.some((reference) => told(reference).length > 2)).toBe(true);
    const forged = network.came.filter(({ headers }) => headers.authorization !== `Basic ${btoa('the-webhook')}`);
    expect(forged.length).toBe(network.sandbox.deliveries.forged);
    expect(forged.length).toBeGreaterThan(0);
  });
});
