// What a case may be about: a payment without an order, or an order without a payment, each sign plainly yes or no.
import { expect, test } from 'vitest';
import { order, paid } from '../../service/ledger/given-live-ledger.ts';
import { withDesk } from './given-cases.ts';

const PHONE = '+254711223344';

test('a payment and an order name each other with plain signs, nothing acts, and a shop sees only its own', () =>
  withDesk(async ({ given }) => {
    await given.ledger.writer.append([
      order('A-1', { msisdn: PHONE, status: 'paid', placed_at: '2026-05-31T11:02:00Z' }),
      // Of the same amount, and long before.
      order('A-2', { msisdn: PHONE, status: 'paid', placed_at: '2026-05-30T11:02:00Z' }),
      order('a-3', { status: 'paid', placed_at: '2026-05-31T10:00:00Z', amount: '70.00' }),
      paid('X-9', { id: 'ev-1', data: { msisdn: PHONE, transaction_id: 'P-1', completed_at: '2026-05-31T11:05:00Z' } }),
      paid('A - 3', { id: 'ev-2', data: { transaction_id: 'P-2' } }),
    ]);
    await given.ledger.loop.catchUp();
    const all = given.key('auditor', '*');
    const { cases } = (await given.ask({ url: '/v1/cases?status=all&limit=50', key: all })).json;
    const suggested = async (of: string, why: string, key = all) => {
      const { id } = cases.find((one: { key: string; reason: string }) => one.key === of && one.reason === why);
      return (await given.ask({ url: `/v1/cases/${id}`, key })).json.suggestions;
    };
    const yes = { same_amount: true, same_phone: true, same_reference: false, minutes_apart: 3 };
    expect(await suggested('X-9', 'ORDER_MISSING')).toEqual({
      ...{ named: [{ name: 'A-1', signs: ['same_phone_and_amount'], ...yes }], others: 0 },
    });
    expect((await suggested('A-1', 'PAYMENT_MISSING')).named).toMatchObject([{ name: 'X-9', ...yes }]);
    expect((await suggested('A - 3', 'ORDER_MISSING')).named).toEqual([
      {
        ...{ name: 'a-3', signs: ['same_reference'], minutes_apart: 1_505 },
        ...{ same_amount: false, same_phone: false, same_reference: true },
      },
    ]);
    expect((await suggested('A-2', 'PAYMENT_MISSING')).named).toEqual([]);
    // Money that is nobody's yet is not a shop's to see.
    expect((await suggested('A-1', 'PAYMENT_MISSING', given.key('operator', 'shop-1'))).named).toEqual([]);
    expect((await given.ask({ url: '/v1/cases?status=resolved', key: all })).json.total).toBe(0);
  }));
