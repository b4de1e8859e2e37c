// The shops' sides: orders by webhook, read by our own readers; webhooks that come again, out of order, never, or no
// more after too many failures; and the list of orders by which the gaps are filled.

import { afterEach, describe, expect, test } from 'vitest';
import type { Fact } from '../../../src/domain/fact.ts';
import type { FaultName } from '../../../src/simulation/gateway/faults.ts';
import { givenNetwork, HOUR, namesWith, type Received } from './given.ts';
import { pass, readersOf } from './starts.ts';

const SHOPS = ['shopify', 'woocommerce'] as const;
type Shop = (typeof SHOPS)[number];

const OF = {
  shopify: {
    ...{ secret: 'the-client_secret', failures: 8, list: '/admin/api/2026-07/orders.json?status=any&limit=250' },
    headers: { 'x-shopify-access-token': 'the-access_token' },
  },
  woocommerce: {
    ...{ secret: 'the-webhook_secret', failures: 5, list: '/wp-json/wc/v3/orders?per_page=100' },
    headers: { authorization: `Basic ${btoa('the-consumer_key:the-consumer_secret')}` },
  },
};

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function given(name: Shop, faults: readonly FaultName[] = [], count = 60) {
  const network = await givenNetwork(name, faults);
  closers.push(() => network.close());
  const order = () =>
    fetch(`${network.sandbox.url}/sandbox/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ amount: '1500.50', currency: 'KES', phone: '+254712345678' }),
    });
  for (let nth = 0; nth < count; nth++) expect((await order()).status).toBe(201);
  const { readers, check } = readersOf(name, network);
  const readAs = (kind: 'webhook' | 'order', text: string, headers: Received['headers'] = {}): readonly Fact[] => {
    const header = (one: string) => (headers[one] as string | undefined) ?? null;
    const reading = readers[kind]!({ text, header, about: {}, readAt: Date.parse('2026-06-05T00:00:00Z'), raw: 'x' });
    expect([reading.unread, reading.rejects]).toEqual([null, []]);
    return reading.facts;
  };
  const ask = (path: string) => fetch(`${network.sandbox.url}${path}`, { headers: OF[name].headers });
  return { ...network, readAs, check, ask };
}

/** Of a webhook, under either spelling. */
const named = ({ headers }: Received, name: string) =>
  (headers[`x-shopify-${name}`] ?? headers[`shopify-${name}`] ?? headers[`x-wc-webhook-${name}`]) as string;

describe.each(SHOPS)('the webhooks of %s', (name) => {
  test('are signed, and read as the orders that were placed and what became of them', async () => {
    const network = await given(name);
    await pass(network, 9);
    const { came, sandbox, check, readAs } = network;
    const values =
      ({ headers }: Received) =>
      (one: string) =>
        [headers[one] ?? []].flat();
    const signed = came.filter(({ text }) => !text.startsWith('webhook_id='));
    for (const one of signed) {
      expect(check(OF[name].secret)!(values(one), Buffer.from(one.text), 0)).toBeNull();
      expect(check('another')!(values(one), Buffer.from(one.text), 0)?.code).toBe('HESABU_SIGNATURE_INVALID');
    }
    const facts = came.flatMap(({ text, headers }) => readAs('webhook', text, headers));
    for (const [reference, { amount, currency, outcome }] of Object.entries(sandbox.truth().references)) {
      const own = facts.filter(({ transaction_reference: key }) => key === reference).map(({ body }) => body);
      const placed = own.filter(({ type }) => type === 'OrderPlaced');
      expect(placed.length).toBeGreaterThan(0);
      for (const body of placed) expect(body).toMatchObject({ amount, currency });
      const states = placed.map((body) => 'status' in body && body.status);
      const end = { failed: 'awaiting_payment', abandoned: 'cancelled' }[outcome as string] ?? 'paid';
      expect([reference, outcome, states.at(-1)]).toEqual([reference, outcome, end]);
      const returned = own.filter(({ type }) => type === 'RefundRequested');
      expect([outcome, returned.length > 0]).toEqual([outcome, outcome === 'refunded']);
      for (const body of returned) expect(body).toMatchObject({ amount });
    }
  });

  test('come again under one id, out of order, forged, or never, where these faults are on', async () => {
    const network = await given(name, ['lost', 'late', 'repeated', 'reordered', 'forged'], 120);
    await pass(network, 12);
    const { came, sandbox, check } = network;
    const topics = (reference: string) =>
      came.filter(({ text }) => text.includes(`"id":${reference},`)).map((one) => named(one, 'topic'));
    const paid = namesWith(sandbox, 'paid');
    expect(paid.some((reference) => topics(reference).length === 0)).toBe(true);
    const isPaid = (topic: string) => /paid|updated/.test(topic);
    expect(
      paid.some(
        (reference) =>
          topics(reference).findLastIndex((one) => /create/.test(one)) > topics(reference).findIndex(isPaid),
      ),
    ).toBe(true);
    const ids = came.map((one) => named(one, name === 'shopify' ? 'event-id' : 'delivery-id')).filter(Boolean);
    expect(new Set(ids).size).toBeLessThan(ids.length);
    const values =
      ({ headers }: Received) =>
      (one: string) =>
        [headers[one] ?? []].flat();
    const signed = came.filter(({ text }) => !text.startsWith('webhook_id='));
    const refused = signed.filter((one) => check(OF[name].secret)!(values(one), Buffer.from(one.text), 0) !== null);
    expect(refused.length).toBe(sandbox.deliveries.forged);
    expect(refused.length).toBeGreaterThan(0);
  });

  test('stop after too many failures in a row, and then the list has what was not told', async () => {
    const failing = await given(name, [], 0);
    failing.answer.status = 500;
    const again = await fetch(`${failing.sandbox.url}/sandbox/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ amount: '20.00', currency: 'KES' }),
    });
    const { id } = (await again.json()) as { id: string };
    for (let nth = 0; nth < 40; nth++) {
      await fetch(`${failing.sandbox.url}/sandbox/orders`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ amount: '1500.50', currency: 'KES' }),
      });
    }
    await pass(failing, 12);
    const { failures, list } = OF[name];
    // Those that are under way when the limit is reached are no more stopped.
    expect(failing.came.length).toBeGreaterThanOrEqual(failures);
    expect(failing.came.length).toBeLessThan(failures + 16);
    expect(failing.sandbox.deliveries.dropped).toBeGreaterThan(0);
    failing.answer.status = 200;
    const before = failing.came.length;
    await pass(failing, 2);
    expect(failing.came.length).toBe(before);
    const text = await (await failing.ask(list)).text();
    const facts = failing.readAs('order', text);
    expect(new Set(facts.map(({ transaction_reference: key }) => key)).size).toBe(41);
    expect(facts.some(({ transaction_reference: key }) => key === id)).toBe(true);
  });

  test('want a key', async () => {
    const { sandbox } = await given(name, [], 0);
    expect((await fetch(`${sandbox.url}${OF[name].list}`)).status).toBe(401);
  });
});

describe('shopify', () => {
  test('spells its headers in two ways, and has ids beyond 2^53', async () => {
    const network = await given('shopify');
    await pass(network, 9);
    const spellings = network.came.map(({ headers }) => Object.keys(headers).filter((one) => one.includes('shopify')));
    const newer = spellings.filter((names) => names.every((one) => one.startsWith('shopify-')));
    const older = spellings.filter((names) => names.every((one) => one.startsWith('x-shopify-')));
    expect([newer.length > 10, older.length > 10, newer.length + older.length]).toEqual([true, true, spellings.length]);
    const [reference] = Object.keys(network.sandbox.truth().references);
    expect(Number.isSafeInteger(Number(reference))).toBe(false);
    expect(network.came.some(({ text }) => text.includes(`"id":${reference},`))).toBe(true);
  });

  test('lists by pages, each by the cursor of the one before and by nothing else', async () => {
    const { ask, sandbox } = await given('shopify', [], 25);
    const seen: string[] = [];
    let path: string | undefined = '/admin/api/2026-07/orders.json?status=any&limit=10';
    while (path !== undefined) {
      const answer: Response = await ask(path);
      seen.push(...[...(await answer.text()).matchAll(/"id":(\d+),"admin/g)].map(([, id]) => id!));
      path = /<http:\/\/[^/]+([^>]+)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1];
      if (path !== undefined) expect((await ask(`${path}&status=any`)).status).toBe(400);
    }
    expect(seen).toEqual(Object.keys(sandbox.truth().references));
  });

  test('lists what changed in a time', async () => {
    const { ask, clock } = await given('shopify', [], 25);
    clock.skip(HOUR);
    const count = async (query: string) =>
      ((await (await ask(`/admin/api/2026-07/orders.json?status=any&${query}`)).json()) as { orders: [] }).orders
        .length;
    expect(await count('updated_at_min=2026-06-01T06:00:01Z')).toBeLessThan(25);
    expect(await count('updated_at_min=2026-06-01T06:00:00Z')).toBe(25);
    expect(await count('updated_at_max=2026-06-01T05:00:00Z')).toBe(0);
  });
});

describe('woocommerce', () => {
  test('begins with a ping, a form that nobody signed', async () => {
    const { came } = await given('woocommerce', [], 0);
    await expect.poll(() => came.length).toBe(1);
    expect([came[0]!.text, came[0]!.headers['x-wc-webhook-signature']]).toEqual(['webhook_id=5', undefined]);
  });
});
