// Orders of several shops in the live service: placed over the API, paid once by webhook and poll, settled by a fetched
// report; then a part that is given back, one that is cancelled, and a whole that nobody pays. Each shop is told of its
// own parts with its own amounts, gets its share to the cent, and sees nothing of another one.

import { expect, test } from 'vitest';
import { type Marketplace, type Shop, withMarketplace } from './given-marketplace.ts';

const [MINUTE, HOUR] = [60_000, 3_600_000];
const RULES = {
  zone: 'UTC',
  grace: { payment: 'PT2H', return: 'P3D' },
  marketplaces: { mall: ['duka-1', 'duka-2'] },
  commissions: [{ percent: '7.5' }, { merchant: 'duka-2', percent: '5', flat: '1' }],
};
const PAYER = { phone: '0711223344', country: 'KE', operator: 'MPESA_KE' };

/** The whole of the marketplace and the parts of its shops, as `WHOLE-a` of duka-1 and `WHOLE-b` of duka-2. */
async function place({ post }: Marketplace, whole: string, amounts: readonly [all: string, a: string, b: string]) {
  const orders = [
    { merchant: 'mall', transaction_reference: whole, amount: amounts[0] },
    { merchant: 'duka-1', transaction_reference: `${whole}-a`, amount: amounts[1], parent: whole },
    { merchant: 'duka-2', transaction_reference: `${whole}-b`, amount: amounts[2], parent: whole },
  ];
  for (const order of orders) {
    const placed = await post(order.merchant as Shop, '/v1/orders', { ...order, currency: 'KES' });
    expect(placed).toMatchObject({ status: 201, json: { merchant: order.merchant, amount: order.amount } });
  }
}

async function pay({ post, statuses, asked, webhook, later, clock }: Marketplace, whole: string, amount: string) {
  expect(await post('mall', `/v1/orders/${whole}/payments`, PAYER)).toMatchObject({ status: 202, json: { amount } });
  const payment = `P-${whole}`;
  const at = new Date(clock.now()).toISOString();
  const paid = { transaction_id: payment, status: 'succeeded', amount, currency: 'KES', updated_at: at };
  statuses.set(whole, { transaction_reference: whole, ...paid });
  asked.delete(whole);
  for (let tries = 0; !asked.has(whole) && tries < 60; tries++) await later(MINUTE / 2);
  expect(asked.get(whole)).toBeGreaterThan(0);
  await webhook(whole, payment, amount);
  await later(MINUTE);
}

async function standings({ service }: Marketplace): Promise<string[]> {
  await service.ledger.loop.catchUp();
  const all = await service.ledger.reconciler.executors.ask({ query: 'standings' });
  return all.map(({ key, standing, reasons }) => [key, standing, ...reasons].join(' ')).sort();
}

/** By shop, in any order: each has its own line of deliveries. */
function toldTo({ told }: Marketplace): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(Object.entries(told).map(([shop, messages]) => [shop, messages.toSorted()]));
}

/** Each share of a shop and their sums: `PART gross returned commission fee net`. */
async function sharesOf({ get }: Marketplace, shop: Shop): Promise<string[]> {
  const { sums, shares, next } = (await get(shop, `/v1/merchants/${shop}/shares`)).json;
  expect([sums.length, next, shares.every((share: { settled: boolean }) => share.settled)]).toEqual([1, null, true]);
  return [...shares, ...sums].map(({ transaction_reference: name = 'sum', ...row }) => {
    return [name, row.gross, row.returned, row.commission, row.provider_fee, row.net].join(' ');
  });
}

/** No shop is shown anything of another one, nor of the whole; the marketplace is shown all. */
async function expectApart({ get }: Marketplace): Promise<void> {
  const of = { 'duka-1': 'a', 'duka-2': 'b' } as const;
  for (const [shop, other] of [
    ['duka-1', 'duka-2'],
    ['duka-2', 'duka-1'],
  ] as const) {
    const own = [1, 2, 3, 4, 5].map((nth) => `/v1/transactions/W-${nth}-${of[shop]}`);
    for (const path of ['/v1/entries', ...own, `/v1/merchants/${shop}/shares`]) {
      const { status, text } = await get(shop, path);
      expect([path, status]).toEqual([path, 200]);
      expect(text).toContain(`-${of[shop]}"`);
      expect(text).not.toMatch(new RegExp(`${other}|-${of[other]}"|mall`));
    }
    for (const nth of [1, 2, 3, 4, 5]) {
      for (const path of [`W-${nth}`, `P-W-${nth}`, `W-${nth}-${of[other]}`]) {
        expect((await get(shop, `/v1/transactions/${path}`)).status).toBe(404);
      }
    }
    expect((await get(shop, `/v1/merchants/${other}/shares`)).status).toBe(404);
    expect((await get(shop, '/v1/transactions')).json.transactions).toEqual([]);
    expect((await get('mall', `/v1/merchants/${shop}/shares`)).json.shares).toHaveLength(3);
  }
}

const COLUMNS = [
  'transaction_reference,transaction_id,type,amount_received,currency,fee_deduction,settlement_date',
  'original_transaction_id',
].join();

/** Five wholes of both shops, of which three are paid. */
async function sell(market: Marketplace): Promise<void> {
  await place(market, 'W-1', ['1000.00', '333.33', '666.67']);
  await place(market, 'W-2', ['650.50', '400.00', '250.50']);
  await place(market, 'W-3', ['900.00', '300.00', '600.00']);
  await place(market, 'W-4', ['70.00', '30.00', '40.00']);
  await place(market, 'W-5', ['80.00', '35.00', '45.00']);
  for (const [whole, amount] of [
    ['W-1', '1000.00'],
    ['W-2', '650.50'],
    ['W-3', '900.00'],
  ] as const) {
    await pay(market, whole, amount);
  }
}

const REPORT = [
  COLUMNS,
  'W-1,P-W-1,payment,1000.00,KES,15.01,2026-06-02,',
  'W-2,P-W-2,payment,650.50,KES,9.76,2026-06-02,',
  'W-2,R-1,refund,-250.50,KES,0,2026-06-02,P-W-2',
  'W-3,P-W-3,payment,900.00,KES,13.50,2026-06-02,',
  'W-3,R-2,refund,-300.00,KES,0,2026-06-02,P-W-3',
  '',
].join('\n');

test('shops share in one payment, are told of their own parts, and see no other shop', { timeout: 120_000 }, () =>
  withMarketplace(RULES, async (market) => {
    const { get, post, webhook, later, reports } = market;
    await sell(market);
    // No shop pays, cancels or gives back what is not its own.
    expect((await post('duka-2', '/v1/orders/W-3-a/cancel', {})).status).toBe(404);
    expect((await post('duka-2', '/v1/orders/W-3/cancel', {})).status).toBe(404);
    expect((await post('duka-2', '/v1/orders/W-2/refunds', { amount: '1.00' })).status).toBe(404);
    expect((await post('duka-2', '/v1/orders/W-2-b/refunds', { amount: '250.50' })).status).toBe(409);

    expect((await post('mall', '/v1/orders/W-2/refunds', { amount: '250.50' })).status).toBe(202);
    expect((await post('duka-1', '/v1/orders/W-3-a/cancel', {})).status).toBe(200);
    expect((await post('mall', '/v1/orders/W-3/refunds', { amount: '300.00' })).status).toBe(202);
    expect((await post('duka-2', '/v1/orders/W-5-b/cancel', {})).status).toBe(200);

    reports.set('2026-06-01', REPORT);
    await later(3 * HOUR);
    await expect
      .poll(() => toldTo(market))
      .toEqual({
        mall: ['order.expired W-4 mall 70.00', 'order.expired W-5 mall 35.00'],
        'duka-1': ['order.expired W-4-a duka-1 30.00', 'order.expired W-5-a duka-1 35.00'],
        'duka-2': ['order.expired W-4-b duka-2 40.00'],
      });
    await later(24 * HOUR);
    await expect
      .poll(() => standings(market), { timeout: 20_000, interval: 200 })
      .toEqual([
        ...['W-1 matched', 'W-1-a matched', 'W-1-b matched', 'W-2 matched', 'W-2-a matched', 'W-2-b matched'],
        ...['W-3 matched', 'W-3-a matched', 'W-3-b matched'],
        ...['W-4 closed', 'W-4-a closed', 'W-4-b closed', 'W-5 closed', 'W-5-a closed', 'W-5-b closed'],
      ]);
    // By hand, from the fees of the report: a commission of 7.5 %, of duka-2 5 % and 1.00, on what was kept.
    expect(await sharesOf(market, 'duka-1')).toEqual([
      ...['W-1-a 333.33 0.00 25.00 5.00 303.33', 'W-2-a 400.00 0.00 30.00 6.00 364.00'],
      ...['W-3-a 300.00 300.00 0.00 4.50 -4.50', 'sum 1033.33 300.00 55.00 15.50 662.83'],
    ]);
    expect(await sharesOf(market, 'duka-2')).toEqual([
      ...['W-1-b 666.67 0.00 34.33 10.01 622.33', 'W-2-b 250.50 250.50 0.00 3.76 -3.76'],
      ...['W-3-b 600.00 0.00 31.00 9.00 560.00', 'sum 1517.17 250.50 65.33 22.77 1178.57'],
    ]);
    await expectApart(market);
    const { claims } = (await get('mall', '/v1/transactions/W-1')).json;
    const said = claims.map(
      ({ topic, body }: { topic: string; body: { status?: string } }) => `${topic} ${body.status}`,
    );
    expect(said).toEqual(expect.arrayContaining(['callbacks.v1 succeeded', 'polls.v1 succeeded']));

    // Money that came too late: each shop may have cancelled its part.
    const before = toldTo(market);
    await webhook('W-4', 'P-W-4', '70.00');
    await later(HOUR);
    const revived = (shop: Shop, reference: string) => [...before[shop]!, `order.revived ${reference} ${shop} -`];
    await expect
      .poll(() => toldTo(market))
      .toEqual({
        ...{ mall: revived('mall', 'W-4'), 'duka-1': revived('duka-1', 'W-4-a') },
        'duka-2': revived('duka-2', 'W-4-b'),
      });
  }),
);
