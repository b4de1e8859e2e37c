// The gateway of Flutterwave against the sandbox's side of that network, which was written apart from it: whatever is
// asked becomes what the sandbox knows to be true, also where answers are lost.

import { afterEach, describe, expect, test } from 'vitest';
import type { Fact, PaymentObserved } from '../../../src/domain/fact.ts';
import { isInitiation } from '../../../src/domain/payment-ids.ts';
import type { OutgoingCall } from '../../../src/outbound/client/client.ts';
import { bodySettings } from '../../../src/producers/account-settings.ts';
import { type BodyPage, type Gateway, NO_IDS } from '../../../src/producers/gateway.ts';
import { FLUTTERWAVE } from '../../../src/providers/flutterwave/flutterwave.ts';
import { NO_METER } from '../../../src/runtime/meter.ts';
import { PERSONALITIES } from '../../../src/simulation/personalities/personalities.ts';
import { givenNetwork, HOUR, namesWith } from '../../simulation/personalities/given.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const PAYMENTS = 40;

/** Answers to a POST are lost while `isLosing`; what was asked for was done all the same. */
async function given(more: object = {}) {
  const network = await givenNetwork('flutterwave');
  closers.push(() => network.close());
  const { sandbox, clock, secret } = network;
  const place = { url: sandbox.url, webhookUrl: `${sandbox.url}/hook`, tolerance: 'PT300S' };
  const own = PERSONALITIES.flutterwave.account({ ...place, secret: (name) => ({ file: name }) });
  const account = { provider: 'flutterwave', account: 'main', ...own, rate: { per_minute: 10_000, burst: 10_000 } };
  const settings = FLUTTERWAVE.account.parse({ ...account, ...more });
  const losing = { is: false };
  const calls: string[] = [];
  const call = async ({ method, url, headers, body }: OutgoingCall) => {
    calls.push(`${method} ${url.replace(`${sandbox.url}/v3`, '')}`);
    const answer = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) });
    const bytes = Buffer.from(await answer.arrayBuffer());
    if (method === 'POST' && losing.is) throw new Error('the answer was lost');
    return { exchange: `ex-${calls.length}`, status: answer.status, headers: {}, body: bytes };
  };
  const gateway = FLUTTERWAVE.gateway!({
    ...{ account: 'main', initial: settings, settings: () => settings, outbound: { client: { call } } },
    secret: (name) => secret('file' in name ? name.file : name.env),
    ...{ clock, meter: NO_METER, pseudonym: (text) => `hash-${text.length}` },
  });
  const readers = FLUTTERWAVE.bodies({
    ...{ provider: 'flutterwave', account: 'main', merchant: 'm', isUnsigned: false, pseudonym: (text) => text },
    settings: bodySettings(settings),
  });
  const read = (page: BodyPage): Fact[] =>
    page.bodies.flatMap(({ kind, text, about = {} }) => {
      const reading = readers[kind]!({ text, header: () => null, about, readAt: clock.now(), raw: page.exchange });
      expect([reading.unread, reading.rejects]).toEqual([null, []]);
      return [...reading.facts];
    });
  const posts = () => calls.filter((one) => one.startsWith('POST')).length;
  return { ...network, gateway, read, losing, calls, posts };
}

const payment = (nth: number, key = `key-${nth}`) => ({
  ...{ reference: `A${nth}`, orderNumber: null, amount: '1500.00', currency: 'KES', phone: '+254712345678' },
  ...{ operator: 'MPESA', idempotencyKey: key },
});

/** The payments of the sandbox after some hours, each begun by the gateway. */
async function paid(more: object = {}) {
  const world = await given(more);
  for (let nth = 0; nth < PAYMENTS; nth++) {
    const { facts, fault } = await world.gateway.initiate!(payment(nth));
    expect(fault).toBeNull();
    expect(facts).toMatchObject([{ transaction_reference: `A${nth}`, body: { amount: '1500.00', currency: 'KES' } }]);
    expect(isInitiation(facts[0]!.body as PaymentObserved)).toBe(true);
  }
  await world.clock.advance(9 * HOUR);
  return world;
}

async function allPages(first: (cursor: string | null) => Promise<unknown>): Promise<(BodyPage | null)[]> {
  const pages: (BodyPage | null)[] = [];
  for (let cursor: string | null = null; pages.length < 100; ) {
    const page = (await first(cursor)) as BodyPage | null;
    pages.push(page);
    if (page === null || page.next === null) return pages;
    cursor = page.next;
  }
  throw new Error('a list without an end');
}

const idOf = ({ body }: Fact) => (body as PaymentObserved).provider_transaction_id;
const statusOf = async ({ gateway }: { gateway: Gateway }, reference: string) => {
  const answer = await gateway.status!({ reference, ids: NO_IDS });
  expect(answer!.fault).toBeNull();
  return answer!.facts as readonly Fact<PaymentObserved>[];
};

describe('a charge', () => {
  test('whose answer was lost is not made again, and another one of its reference is', async () => {
    const { gateway, losing, posts, sandbox } = await given();
    losing.is = true;
    await expect(gateway.initiate!(payment(1))).rejects.toThrow('lost');
    losing.is = false;
    const { facts } = await gateway.initiate!(payment(1));
    expect([posts(), facts]).toMatchObject([1, [{ body: { status: 'initiated' } }]]);
    const second = await gateway.initiate!(payment(1, 'key-again'));
    expect(posts()).toBe(2);
    expect(idOf(second.facts[0]!)).not.toBe(idOf(facts[0]!));
    // Each of the two is known by its key.
    expect((await gateway.initiate!(payment(1))).facts[0]!.id).toBe(facts[0]!.id);
    expect((await gateway.initiate!(payment(1, 'key-again'))).facts[0]!.id).toBe(second.facts[0]!.id);
    expect(posts()).toBe(2);
    expect(Object.keys(sandbox.truth().references)).toEqual(['A1']);
  });

  test('is known by its reference and by its id, and one that nobody made is not', async () => {
    const world = await paid();
    for (const reference of namesWith(world.sandbox, 'paid')) {
      const [fact] = await statusOf(world, reference);
      expect(fact).toMatchObject({
        transaction_reference: reference,
        body: { status: 'succeeded', amount: '1500.00' },
      });
      const ids = { ...NO_IDS, provider_transaction_id: idOf(fact!) };
      expect((await world.gateway.status!({ reference, ids }))!.facts[0]!.id).toBe(fact!.id);
    }
    for (const reference of namesWith(world.sandbox, 'failed')) {
      expect(await statusOf(world, reference)).toMatchObject([{ body: { status: 'failed' } }]);
    }
    expect(await statusOf(world, 'nobody')).toEqual([]);
  });
});

describe('a refund', () => {
  test('of a part whose answer was lost pays once, and an equal one of another request pays too', async () => {
    const world = await paid();
    const [reference] = namesWith(world.sandbox, 'paid') as [string];
    const [fact] = await statusOf(world, reference);
    const asked = { reference, paymentId: idOf(fact!)!, amount: '500.00', currency: 'KES', reason: 'broken' };
    const before = world.posts();
    world.losing.is = true;
    await expect(world.gateway.refund!({ ...asked, idempotencyKey: 'r-1' })).rejects.toThrow('lost');
    world.losing.is = false;
    const { facts } = await world.gateway.refund!({ ...asked, idempotencyKey: 'r-1' });
    expect(world.posts() - before).toBe(1);
    const original_transaction_id = asked.paymentId;
    expect(facts).toMatchObject([
      { transaction_reference: reference, body: { kind: 'refund', amount: '500.00', original_transaction_id } },
    ]);
    const other = await world.gateway.refund!({ ...asked, idempotencyKey: 'r-2' });
    expect(world.posts() - before).toBe(2);
    expect(idOf(other.facts[0]!)).not.toBe(idOf(facts[0]!));
    // More than is left.
    const third = world.gateway.refund!({ ...asked, amount: '501.00', idempotencyKey: 'r-3' });
    await expect(third).rejects.toMatchObject({ code: 'HESABU_GATEWAY_REFUSED', status: 400 });
  });
});

describe('the lists', () => {
  test('of a time have each payment, on several pages, and the refunds in the currency of the account', async () => {
    const world = await paid({ currency: 'KES' });
    const span = { since: world.clock.now() - 10 * HOUR, until: world.clock.now() };
    const pages = await allPages((cursor) => world.gateway.gaps!(span, cursor));
    expect(pages.length).toBeGreaterThan(4);
    const facts = pages.flatMap((page) => world.read(page!)) as Fact<PaymentObserved>[];
    const of = (kind: string) => facts.filter(({ body }) => body.kind === kind);
    const references = new Set(of('payment').map(({ transaction_reference }) => transaction_reference));
    expect([...references].sort()).toEqual(Object.keys(world.sandbox.truth().references).sort());
    for (const reference of namesWith(world.sandbox, 'refunded')) {
      const [{ body }] = of('payment').filter((one) => one.transaction_reference === reference) as [
        Fact<PaymentObserved>,
      ];
      const refunds = of('refund').filter((one) => one.body.original_transaction_id === body.provider_transaction_id);
      expect(refunds).toMatchObject([{ body: { status: 'succeeded', amount: '1500.00', currency: 'KES' } }]);
    }
    expect(namesWith(world.sandbox, 'refunded').length).toBeGreaterThan(0);
  });

  test('of a day are not there before it is over, and have its settlements after that', async () => {
    const world = await paid();
    expect(await allPages((cursor) => world.gateway.settlement!('2026-06-01', cursor))).toEqual([null]);
    await world.clock.advance(24 * HOUR);
    const pages = await allPages((cursor) => world.gateway.settlement!('2026-06-01', cursor));
    expect(pages.at(-1)).toMatchObject({ next: null });
    const lines = pages.flatMap((page) => world.read(page!));
    const settled = lines.filter(({ body }) => body.type === 'SettlementLineReported' && body.line_type === 'payment');
    const payouts = lines.filter(({ body }) => body.type === 'SettlementLineReported' && body.line_type === 'payout');
    const references = new Set(settled.map(({ transaction_reference }) => transaction_reference));
    for (const reference of namesWith(world.sandbox, 'paid')) expect(references).toContain(reference);
    expect(payouts).toHaveLength(1);
  });

  test('and the check tell of a key that is not theirs', async () => {
    const { gateway, calls } = await given({ api_key: { file: 'another' } });
    const error = { code: 'HESABU_GATEWAY_REFUSED', message: expect.stringContaining('Authorization required') };
    await expect(gateway.check!()).rejects.toMatchObject(error);
    await expect(gateway.gaps!({ since: 0, until: 1 }, null)).rejects.toMatchObject(error);
    expect(calls[0]).toBe('GET /balances');
    expect(await (await given()).gateway.check!()).toBe('GET /balances: 200');
  });
});
