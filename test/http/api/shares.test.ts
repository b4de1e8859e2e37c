// What the API shows of a merchant's shares: its own, by page, and never another merchant's.
import { describe, expect, test } from 'vitest';
import { order, paid } from '../../service/ledger/given-live-ledger.ts';
import { type Given, givenApi } from './given-api.ts';

const part = (reference: string, merchant: string, amount: string, parent: string) => {
  const fact = order(reference);
  return { ...fact, merchant, body: { ...fact.body, amount, parent } } as typeof fact;
};

async function givenShares({ ledger }: Given): Promise<void> {
  const whole = order('W-1');
  const { amount } = whole.body as { amount: string };
  const half = (Number(amount) / 2).toFixed(2);
  await ledger.writer.append([part('W-1-a', 'duka-1', half, 'W-1'), part('W-1-b', 'duka-2', half, 'W-1'), paid('W-1')]);
  await ledger.loop.catchUp();
}

describe('an order with parts', () => {
  const place = (
    given: Given,
    key: string,
    json: { readonly transaction_reference: string; readonly parent?: string },
  ) => given.ask({ method: 'POST', url: '/v1/orders', key, idempotencyKey: json.transaction_reference, json });
  const pay = (given: Given, key: string, reference: string) =>
    given.ask({
      ...{ method: 'POST', url: `/v1/orders/${reference}/payments`, key, idempotencyKey: `pay-${reference}` },
      json: { phone: '0711223344', country: 'KE', operator: 'MPESA_KE' },
    });

  test('is placed and paid as a whole, for what its parts come to by now; no part is paid alone', () =>
    givenApi(async (given) => {
      const key = given.key('shop', '*');
      const whole = { merchant: 'plaza', transaction_reference: 'W-1', amount: '1000.00', currency: 'KES' };
      const one = { ...whole, merchant: 'duka-1', transaction_reference: 'W-1-a', amount: '600.00', parent: 'W-1' };
      const other = { ...one, merchant: 'duka-2', transaction_reference: 'W-1-b', amount: '400.00' };
      for (const order of [whole, one]) expect((await place(given, key, order)).status).toBe(201);
      expect((await place(given, key, other)).json).toMatchObject({ parent: 'W-1' });
      const itself = await place(given, key, { ...one, transaction_reference: 'W-2', parent: 'W-2' });
      expect([itself.status, itself.json.code]).toEqual([422, 'HESABU_FIELD_INVALID']);
      const refused = await pay(given, key, 'W-1-b');
      expect([refused.status, refused.json.code]).toEqual([409, 'HESABU_ORDER_CLOSED']);
      const cancel = { method: 'POST', url: '/v1/orders/W-1-b/cancel', key, idempotencyKey: 'c', json: {} } as const;
      expect((await given.ask(cancel)).status).toBe(200);
      expect((await pay(given, key, 'W-1')).json).toMatchObject({ transaction_reference: 'W-1', amount: '600.00' });
    }));
});

describe('GET /v1/merchants/:merchant/shares', () => {
  test("shows a merchant's shares with their sums, before the settlement without the fee", () =>
    givenApi(async (given) => {
      await givenShares(given);
      const key = given.key('shop', 'duka-1');
      const { status, json } = await given.ask({ url: '/v1/merchants/duka-1/shares', key });
      expect(status).toBe(200);
      expect(json).toMatchObject({
        sums: [{ merchant: 'duka-1', shares: 1, settled: 0 }],
        shares: [{ parent: 'W-1', transaction_reference: 'W-1-a', settled: false, provider_fee: null, net: null }],
        next: null,
      });
      const later = await given.ask({ url: '/v1/merchants/duka-1/shares?after=W-1-a', key });
      expect(later.json).toMatchObject({ sums: [{ shares: 1 }], shares: [], next: null });
    }));

  test('shows none of another merchant', () =>
    givenApi(async (given) => {
      await givenShares(given);
      const key = given.key('shop', 'duka-1');
      expect((await given.ask({ url: '/v1/merchants/duka-2/shares', key })).status).toBe(404);
      const all = given.key('auditor', '*');
      expect((await given.ask({ url: '/v1/merchants/duka-2/shares', key: all })).json.shares).toHaveLength(1);
    }));
});
