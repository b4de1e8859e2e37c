// What is particular to Airtel Money: a callback without an amount, an enquiry that decides, references of letters and
// figures only, and refunds of whole payments.

import { createHmac } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { HOUR, namesWith } from './given.ts';
import { airtelToken, begin, pass, read, readersOf, STARTS } from './starts.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function given(...[faults, count]: [Parameters<typeof begin>[1]?, number?]) {
  const network = await begin('airtel', faults, count);
  closers.push(() => network.close());
  const { url } = network.sandbox;
  const send = async (method: string, path: string, body?: object, more: Record<string, string> = {}) => {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: { ...(await airtelToken(url)), 'content-type': 'application/json', ...more },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { code: answer.status, text, json: JSON.parse(text) };
  };
  const enquire = (reference: string) => send('GET', `/standard/v1/payments/${reference}`);
  return { ...network, ...readersOf('airtel', network), send, enquire };
}

describe('an enquiry', () => {
  test('finds nothing in the first minute, and then what happened, with the amount of a success', async () => {
    const { enquire, clock, readers, sandbox } = await given();
    expect((await enquire('A0')).json.status).toMatchObject({ code: '400', response_code: 'DP00800001025' });
    await clock.advance(9 * HOUR);
    const words = { failed: 'failed', abandoned: 'expired' } as Record<string, string>;
    for (const [reference, { outcome, amount, currency }] of Object.entries(sandbox.truth().references)) {
      const { text } = await enquire(reference);
      const [{ body, transaction_reference }] = read(readers, 'poll', text) as [ReturnType<typeof read>[0]];
      const status = words[outcome] ?? 'succeeded';
      const paid = status === 'succeeded' ? { amount, currency } : { amount: null };
      expect([transaction_reference, body]).toMatchObject([reference, { status, ...paid }]);
    }
  });

  test('says of a payment whose end is unclear that it is ambiguous, in the one code that says nothing', async () => {
    const { enquire, clock, sandbox } = await given([], 120);
    clock.skip(30 * 60_000);
    const [unclear] = namesWith(sandbox, 'unclear');
    const { json } = await enquire(unclear!);
    expect([json.data.transaction.status, json.status.response_code]).toEqual(['TA', 'DP00800001006']);
  });
});

describe('the answer to a request', () => {
  test('says TS now and then, before the payer typed anything, and is read as begun only', async () => {
    const { send, readers } = await given([], 1);
    const words = new Set<string>();
    for (let nth = 0; nth < 30; nth++) {
      const { text, json } = await send('POST', '/merchant/v1/payments/', STARTS.airtel!.body(`B${nth}`, ''));
      words.add(json.data.transaction.status);
      expect(read(readers, 'initiation', text)[0]!.body).toMatchObject({ status: 'initiated' });
    }
    expect(words).toEqual(new Set(['TS', 'SUCCESS.']));
  });

  test.each([
    ['a reference with a hyphen', STARTS.airtel!.body('B-1', ''), 'DP00800001005'],
    ['a reference that it has', STARTS.airtel!.body('A0', ''), 'DP00800001009'],
    [
      'a number with its calling code',
      { ...STARTS.airtel!.body('B1', ''), subscriber: { msisdn: '256752123456' } },
      'DP00800001005',
    ],
    ['nothing', {}, 'DP00800001009'],
  ])('refuses %s, with HTTP 200', async (_what, body, code) => {
    const { send } = await given([], 1);
    const { code: http, json } = await send('POST', '/merchant/v1/payments/', body);
    expect([http, json.status.success, json.status.response_code]).toEqual([200, false, code]);
  });

  test('needs a token and a country', async () => {
    const { send } = await given([], 1);
    expect((await send('GET', '/standard/v1/payments/A0', undefined, { authorization: 'Bearer x' })).code).toBe(401);
    expect((await send('GET', '/standard/v1/payments/A0', undefined, { 'x-country': 'XX' })).code).toBe(400);
  });
});

describe('a refund', () => {
  test('is of the whole payment, by its own id, and once', async () => {
    const { send, enquire, clock, sandbox } = await given();
    clock.skip(9 * HOUR);
    const [paid] = namesWith(sandbox, 'paid');
    const { airtel_money_id } = (await enquire(paid!)).json.data.transaction;
    const refund = () => send('POST', '/standard/v1/payments/refund', { transaction: { airtel_money_id, amount: 1 } });
    expect((await refund()).json.data.transaction).toEqual({ airtel_money_id, status: 'SUCCESS' });
    expect((await refund()).json.status).toMatchObject({ code: '400', success: false });
    const { amount, payments } = sandbox.truth().references[paid!]!;
    expect(payments[0]!.returned).toBe(amount);
  });
});

describe('a callback', () => {
  test('has a hash as its last member, over the others', async () => {
    const network = await given();
    await pass(network, 9);
    const keys = new Set<string>();
    for (const { text, body } of network.came) {
      const { hash, ...others } = body;
      expect(hash).toBe(createHmac('sha256', 'the-private_key').update(JSON.stringify(others)).digest('base64'));
      expect(text.endsWith(`,"hash":"${hash}"}`)).toBe(true);
      for (const key of Object.keys(body.transaction)) keys.add(key);
    }
    expect([...keys].sort()).toEqual(['airtel_money_id', 'id', 'message', 'status_code']);
  });

  test('is lost, repeated, out of order, late or forged where these faults are on', async () => {
    const network = await given(['lost', 'late', 'repeated', 'reordered', 'forged'], 120);
    await pass(network, 12);
    const told = (reference: string) => network.came.filter(({ body }) => body.transaction.id === reference);
    const paid = namesWith(network.sandbox, 'paid');
    expect(paid.some((reference) => told(reference).length === 0)).toBe(true);
    expect(paid.some((reference) => told(reference).length > 2)).toBe(true);
    const words = (reference: string) => told(reference).map(({ body }) => body.transaction.status_code as string);
    expect(paid.some((reference) => words(reference).join(' ').includes('TS TIP'))).toBe(true);
    expect(network.came.some(({ body }) => body.transaction.id.startsWith('FORGED-'))).toBe(true);
    const { check } = network;
    const refused = network.came.filter(
      ({ text }) => check('the-private_key')!(() => [], Buffer.from(text), 0) !== null,
    );
    expect(refused.length).toBe(network.sandbox.deliveries.forged);
    expect(refused.length).toBeGreaterThan(0);
  });
});
