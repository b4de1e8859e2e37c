// The list of cases by the mobile network of their payments and by the team that has them: filters, counts and files.
import { expect, test } from 'vitest';
import { order, paid } from '../../service/ledger/given-live-ledger.ts';
import { type Desk, withDesk } from './given-cases.ts';

const list = async ({ given }: Desk, query = '') =>
  (await given.ask({ url: `/v1/cases?sort=reference&${query}`, key: given.key('auditor', '*') })).json;
const shown = ({ cases }: { cases: Record<string, string>[] }, name: string) =>
  Object.fromEntries(cases.map((one) => [one.key, one[name]]));
const counts = (json: { facets: Record<string, { value: string; count: number }[]> }, name: string) =>
  Object.fromEntries(json.facets[name]!.map(({ value, count }) => [value, count]));

/** An order that was paid too little at a network. */
async function short({ given }: Desk, reference: string, paidAt: string | null, orderedAt: string | null = null) {
  const data = { amount: '980.00', operator: paidAt };
  await given.ledger.writer.append([order(reference, { operator: orderedAt }), paid(reference, { data })]);
  await given.ledger.loop.catchUp();
}

test('the network is that of the payment, otherwise that of the order', () =>
  withDesk(async (desk) => {
    await short(desk, 'A-1', 'MPESA_KE');
    await short(desk, 'A-2', 'AIRTEL_KE', 'MPESA_KE');
    await short(desk, 'A-3', null, 'AIRTEL_KE');
    await short(desk, 'A-4', null);
    const all = await list(desk);
    expect(shown(all, 'operator')).toEqual({ 'A-1': 'MPESA_KE', 'A-2': 'AIRTEL_KE', 'A-3': 'AIRTEL_KE', 'A-4': null });
    const asked = await list(desk, 'operator=AIRTEL_KE');
    expect(Object.keys(shown(asked, 'key'))).toEqual(['A-2', 'A-3']);
    expect(counts(asked, 'operator')).toEqual({ MPESA_KE: 1, AIRTEL_KE: 2, '-': 1 });
    expect([asked.total, asked.value[0].under, counts(asked, 'merchant')]).toEqual([2, '40.00', { 'shop-1': 2 }]);
    expect(Object.keys(shown(await list(desk, 'operator=-'), 'key'))).toEqual(['A-4']);
    const { given } = desk;
    expect((await given.ask({ url: '/v1/cases?operators=X', key: given.key('auditor', '*') })).status).toBe(400);
  }));

test('a case of one of several payments has its network, and one of all of them the first by name', () =>
  withDesk(async (desk) => {
    const { given } = desk;
    await given.ledger.writer.append([
      order('A-1'),
      paid('A-1', { data: { operator: 'MPESA_KE' } }),
      paid('A-1', { id: 'ev-2', data: { transaction_id: 'P-2', operator: 'AIRTEL_KE' } }),
    ]);
    given.clock.at += 10 * 86_400_000;
    await given.ledger.loop.catchUp();
    const { cases } = await list(desk);
    const found = cases.map(({ reason, subject, operator }: Record<string, string>) => [reason, subject, operator]);
    expect(found.sort()).toEqual([
      ['DUPLICATE_PAYMENT', '', 'AIRTEL_KE'],
      ['SETTLEMENT_MISSING', 'P-2', 'AIRTEL_KE'],
      ['SETTLEMENT_MISSING', 'P-A-1', 'MPESA_KE'],
    ]);
  }));

test('the team is the one that has the case, also once one of it took it', () =>
  withDesk(
    async (desk) => {
      const cases = [];
      for (const reference of ['A-1', 'A-2', 'A-3']) cases.push(await desk.short(reference, '20.00'));
      const [, second, third] = cases;
      const me = desk.given.parts.people.idOf('Zhang');
      await desk.post(desk.operator, `/v1/cases/${second!.id}/assignment`, { owner: me });
      await desk.post(desk.operator, `/v1/cases/${third!.id}/assignment`, { owner: 'team-b' });
      const all = await list(desk);
      expect(shown(all, 'team')).toEqual({ 'A-1': 'team-a', 'A-2': 'team-a', 'A-3': 'team-b' });
      expect(shown(all, 'owner')).toEqual({ 'A-1': 'team-a', 'A-2': me, 'A-3': 'team-b' });
      const asked = await list(desk, 'team=team-a');
      expect(Object.keys(shown(asked, 'key'))).toEqual(['A-1', 'A-2']);
      expect(counts(asked, 'team')).toEqual({ 'team-a': 2, 'team-b': 1 });
      expect((await list(desk, 'team=-')).total).toBe(0);
    },
    { routing: () => [{ reason: 'AMOUNT_UNDER', owner: 'team-a' }] },
  ));

test('files have what the filter finds, with the network and the team of each', () =>
  withDesk(async (desk) => {
    await short(desk, 'A-1', 'MPESA_KE');
    await short(desk, 'A-2', 'AIRTEL_KE');
    const { given } = desk;
    const url = '/v1/cases.csv?operator=AIRTEL_KE&lang=en';
    const { text } = await given.ask({ url, key: desk.operator });
    const [titles, row, ...more] = text.trim().split(/\r?\n/);
    expect(titles).toContain(',Mobile network,Team,');
    expect(row).toContain(',AIRTEL_KE,');
    expect([row!.includes('A-2'), more]).toEqual([true, []]);
  }));
