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
