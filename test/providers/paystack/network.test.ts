// The gateway of Paystack over HTTP: against the sandbox's side of the network, which was written apart from it, and
// against servers that answer anything.
import { afterEach, describe, expect, test } from 'vitest';
import type { Fact, PaymentObserved, SettlementLineReported } from '../../../src/domain/fact.ts';
import { minorOf } from '../../../src/domain/money.ts';
import { type BodyPage, type Gateway, NO_IDS } from '../../../src/producers/gateway.ts';
import { PAYSTACK } from '../../../src/providers/paystack/paystack.ts';
import { CALLS, PAYMENT } from '../../contract/provider/sample-gateway.ts';
import { http } from '../../outbound/client/given.ts';
import { StillClock } from '../../service/ledger/given-live-ledger.ts';
import { givenNetwork, HOUR, namesWith } from '../../simulation/personalities/given.ts';
import { readBody } from '../body-reader.ts';
import { gatewayAt, givenNetworkSaying } from './given-gateway.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function givenSandbox() {
  const network = await givenNetwork('paystack');
  closers.push(() => network.close());
  const gateway = gatewayAt(network.sandbox.url, network.clock);
  for (let nth = 0; nth < 30; nth++) await gateway.initiate!(requestOf(`P-${nth}`));
  return { ...network, gateway, paid: () => namesWith(network.sandbox, 'paid') };
}

const requestOf = (reference: string) => ({
  ...PAYMENT,
  reference,
  operator: 'mpesa',
  idempotencyKey: `k-${reference}`,
});
const bodiesOf = (page: BodyPage) =>
  page.bodies.flatMap(({ kind, text, about = {} }) => readBody(PAYSTACK, kind, text, { about }).facts);

/** All facts of a list. */
async function all(ask: (cursor: string | null) => Promise<unknown>): Promise<Fact[]> {
  const facts: Fact[] = [];
  for (let cursor: string | null = null; ; ) {
    const page = (await ask(cursor)) as BodyPage;
    facts.push(...bodiesOf(page));
    if (page.next === null) return facts;
    cursor = page.next;
  }
}

async function idOf(gateway: Gateway, reference: string): Promise<string> {
  const { facts } = (await gateway.status!({ reference, ids: NO_IDS }))!;
  return (facts[0]!.body as PaymentObserved).provider_transaction_id!;
}

describe('against the sandbox', () => {
  test('a request that is repeated is the same payment, and one of another key is refused', async () => {
    const { gateway, clock, paid, sandbox } = await givenSandbox();
    const count = Object.keys(sandbox.truth().references).length;
    const again = await gateway.initiate!(requestOf('P-1'));
    expect(again).toMatchObject({ fault: null, facts: [{ body: { status: 'initiated', amount: '1500.00' } }] });
    await expect(gateway.initiate!({ ...requestOf('P-1'), idempotencyKey: 'other' })).rejects.toMatchObject({
      message: expect.stringContaining('Duplicate Transaction Reference'),
    });
    clock.skip(HOUR);
    const [reference] = paid() as [string];
    expect(await gateway.initiate!(requestOf(reference))).toMatchObject({ facts: [{ body: { status: 'succeeded' } }] });
    expect(Object.keys(sandbox.truth().references)).toHaveLength(count);
    expect(await gateway.status!({ reference: 'nobody', ids: NO_IDS })).toMatchObject({ facts: [], fault: null });
    expect(await gateway.check!()).toBe('GET /balance: 200');
  });

  test('a part that is given back twice under one key is given back once, and under two keys twice', async () => {
    const { gateway, clock, paid } = await givenSandbox();
    clock.skip(HOUR);
    const [reference] = paid() as [string];
    const paymentId = await idOf(gateway, reference);
    const part = { ...requestOf(reference), paymentId, amount: '500.00', reason: 'one of three' };
    const [first, again] = [await gateway.refund!(part), await gateway.refund!(part)];
    expect(again.facts.map(({ id }) => id)).toEqual(first.facts.map(({ id }) => id));
    await gateway.refund!({ ...part, idempotencyKey: 'another' });
    clock.skip(2 * HOUR);
    const span = { since: clock.now() - 24 * HOUR, until: clock.now() };
    const facts = (await all((cursor) => gateway.gaps!(span, cursor))) as Fact<PaymentObserved>[];
    const returned = facts.filter(({ body }) => body.original_transaction_id === paymentId && body.kind === 'refund');
    expect(returned.map(({ body }) => [body.amount, body.status])).toEqual([
      ['500.00', 'succeeded'],
      ['500.00', 'succeeded'],
    ]);
    // The third part is all that is left.
    await expect(gateway.refund!({ ...part, amount: '1000.00', idempotencyKey: 'more' })).rejects.toMatchObject({
      message: expect.stringContaining('Refund amount cannot be more than transaction amount'),
    });
  });

  test('the lines of each settlement, with what was taken back, come to what it paid out', async () => {
    const { gateway, clock, paid } = await givenSandbox();
    clock.skip(HOUR);
    for (const reference of paid().slice(0, 5)) {
      const paymentId = await idOf(gateway, reference);
      await gateway.refund!({ ...requestOf(reference), paymentId, amount: '500.00', reason: null });
    }
    clock.skip(60 * HOUR);
    const dates = ['2026-06-01', '2026-06-02', '2026-06-03'];
    const pages = await Promise.all(dates.map((date) => all((cursor) => gateway.settlement!(date, cursor))));
    const lines = pages.flat() as Fact<SettlementLineReported>[];
    const sums = new Map<string, bigint>();
    for (const { payout, body } of lines) {
      const net = minorOf(body.gross, body.currency) - minorOf(body.fee ?? '0', body.currency);
      sums.set(payout!, (sums.get(payout!) ?? 0n) + net);
    }
    expect(lines.filter(({ body }) => body.line_type === 'refund').length).toBeGreaterThanOrEqual(5);
    expect([...sums.values()]).toEqual([...sums.keys()].map(() => 0n));
  });
});

describe('against a server', () => {
  const NAMES = ['initiate', 'refund', 'status', 'settlement', 'gaps', 'check'] as const;
  const json = '{"status":true,"data":[]}';

  test.each(
    NAMES.flatMap((name) => [
      [name, 'with 500', http(500, '{"status":false,"message":"An error occurred"}')] as const,
      [name, 'with a part of an answer', `HTTP/1.1 200 X\r\ncontent-length: 4000\r\n\r\n${json.slice(0, 12)}`] as const,
      [name, 'with nothing', ''] as const,
    ]),
  )('the call %s that is answered %s has failed', async (name, _how, bytes) => {
    const server = await givenNetworkSaying(() => bytes);
    closers.push(server.close);
    await expect(CALLS[name](gatewayAt(server.url))).rejects.toMatchObject({ code: 'HESABU_GATEWAY_FAILED' });
    expect(server.asked).toHaveLength(1);
  });

  test.each(NAMES)('the call %s that comes too often waits for as long as the network says', async (name) => {
    const server = await givenNetworkSaying(() => http(429, '{"status":false}', ['retry-after: 90']));
    closers.push(server.close);
    const clock = new StillClock();
    const gateway = gatewayAt(server.url, clock);
    const limited = { code: 'HESABU_GATEWAY_LIMITED', retryAt: clock.at + 90_000 };
    await expect(CALLS[name](gateway)).rejects.toMatchObject(limited);
    clock.at += 89_000;
    await expect(CALLS[name](gateway)).rejects.toMatchObject({ code: 'HESABU_GATEWAY_LIMITED' });
    expect(server.asked).toHaveLength(1);
  });

  test('a page for people where a payment should be is a fault, and no fact', async () => {
    const server = await givenNetworkSaying(() => http(200, '<html><body>Welcome</body></html>'));
    closers.push(server.close);
    const gateway = gatewayAt(server.url);
    for (const name of ['initiate', 'status', 'refund'] as const) {
      expect(await CALLS[name](gateway)).toMatchObject({
        facts: [],
        fault: { code: expect.stringMatching(/^HESABU_/) },
      });
    }
  });
});
