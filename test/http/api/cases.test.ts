// The list of cases by the API: what it shows, how it counts, what searches and pages find, and whose cases one sees.
import { describe, expect, test } from 'vitest';
import { order, paid } from '../../service/ledger/given-live-ledger.ts';
import { type Desk, withDesk } from './given-cases.ts';

const list = async ({ given }: Desk, query = '', key = given.key('auditor', '*')) =>
  (await given.ask({ url: `/v1/cases?${query}`, key })).json;
const keysIn = (json: { cases: { key: string }[] }) => json.cases.map(({ key }) => key);
const facet = (json: { facets: Record<string, { value: string; count: number }[]> }, name: string) =>
  Object.fromEntries(json.facets[name]!.map(({ value, count }) => [value, count]));

/** The order of another merchant, paid too much. */
const over = async ({ given }: Desk, reference: string) => {
  await given.ledger.writer.append([
    order(reference, { merchant: 'shop-2' }),
    paid(reference, { data: { amount: '1007.00' } }),
  ]);
  await given.ledger.loop.catchUp();
};

describe('the list of cases', () => {
  test('shows each with its sentence, its value, its age and the finding that a proposal names', () =>
    withDesk(async (desk) => {
      const { id, finding } = await desk.short('A-1', '20.00');
      desk.given.clock.at += 3 * 86_400_000;
      const { cases, total, value, next } = await list(desk);
      expect(cases).toEqual([
        expect.objectContaining({
          ...{ id, key: 'A-1', merchant: 'shop-1', reason: 'AMOUNT_UNDER', difference: '-20.00', status: 'new' },
          ...{ value: [{ currency: 'KES', amount: '20.00' }], age: 3, finding, owner: null, notes: 0 },
        }),
      ]);
      expect(cases[0].message['zh-CN']).toMatch(/\p{Script=Han}/u);
      expect({ total, value, next }).toEqual({
        ...{ total: 1, next: null },
        value: [{ currency: 'KES', over: '0.00', under: '20.00', other: '0.00' }],
      });
    }));

  test('follows what people decide: assigned, noted, awaiting, resolved and open again', () =>
    withDesk(async (desk) => {
      const small = await desk.short('A-1', '20.00');
      const large = await desk.short('A-2', '300.00');
      await list(desk);
      const me = desk.given.parts.people.idOf('Zhang');
      const url = (id: string, what: string) => `/v1/cases/${id}/${what}`;
      await desk.post(desk.operator, url(small.id, 'assignment'), { owner: me, waiting_on: 'bank' });
      await desk.post(desk.operator, url(small.id, 'notes'), { text: 'asked' });
      await desk.post(desk.operator, url(large.id, 'proposals'), {
        ...{ finding: large.finding, kind: 'explain', cause: 'timing' },
      });
      const open = await list(desk, 'sort=reference');
      expect(open.cases).toMatchObject([
        { key: 'A-1', status: 'assigned', owner: me, waiting_on: 'bank', notes: 1 },
        { key: 'A-2', status: 'awaiting_approval', owner: null },
      ]);
      expect(keysIn(await list(desk, 'owner=me', desk.operator))).toEqual(['A-1']);
      expect(keysIn(await list(desk, 'owner=-'))).toEqual(['A-2']);
      const { json } = await desk.post(desk.operator, url(small.id, 'proposals'), {
        ...{ finding: small.finding, kind: 'write_off', cause: 'rounding' },
      });
      const after = await list(desk, 'status=resolved');
      expect(after.cases).toMatchObject([
        { key: 'A-1', id: small.id, reason: 'AMOUNT_UNDER', resolution: 'WRITTEN_OFF', finding: small.finding },
      ]);
      expect(facet(after, 'status')).toEqual({ awaiting_approval: 1, resolved: 1 });
      await desk.post(desk.operator, `/v1/proposals/${json.id}/rejection`, { content: json.content });
      expect((await list(desk, 'reason=AMOUNT_UNDER&sort=reference')).cases[0]).toMatchObject({ status: 'reopened' });
    }));

  test('counts each facet as if its own filter were not there, and keeps over and under apart', () =>
    withDesk(async (desk) => {
      await desk.short('A-1', '20.00');
      await desk.short('A-2', '30.00');
      await over(desk, 'B-1');
      const json = await list(desk, 'reason=AMOUNT_UNDER');
      expect(facet(json, 'reason')).toEqual({ AMOUNT_UNDER: 2, AMOUNT_OVER: 1 });
      expect(facet(json, 'merchant')).toEqual({ 'shop-1': 2 });
      expect([json.total, json.value[0]]).toEqual([
        2,
        { currency: 'KES', over: '0.00', under: '50.00', other: '0.00' },
      ]);
      const bounded = await list(desk, 'value_from=7&value_to=20.00&sort=value');
      expect(keysIn(bounded)).toEqual(['A-1', 'B-1']);
    }));

  test('takes those that are about other things than money as a currency', () =>
    withDesk(async (desk) => {
      await desk.short('A-1', '20.00');
      const apart = await list(desk, 'currency=-');
      expect([apart.total, facet(apart, 'currency')]).toEqual([0, { KES: 1 }]);
      expect(keysIn(await list(desk, 'currency=-&currency=KES'))).toEqual(['A-1']);
    }));

  test('takes several values of one filter, and counts each facet as if that filter were not there', () =>
    withDesk(async (desk) => {
      const { id } = await desk.short('A-1', '20.00');
      await desk.short('A-2', '30.00');
      await over(desk, 'B-1');
      await desk.given.ledger.writer.append([order('A-3'), paid('A-3', { data: { currency: 'UGX' } })]);
      await desk.given.ledger.loop.catchUp();
      await desk.post(desk.operator, `/v1/cases/${id}/assignment`, { owner: 'team-a' });
      const two = await list(desk, 'sort=reference&reason=AMOUNT_UNDER&reason=AMOUNT_OVER');
      expect(keysIn(two)).toEqual(['A-1', 'A-2', 'B-1']);
      expect(facet(two, 'reason')).toEqual({ AMOUNT_UNDER: 2, AMOUNT_OVER: 1, CURRENCY_MISMATCH: 1 });
      expect(facet(two, 'merchant')).toEqual({ 'shop-1': 2, 'shop-2': 1 });
      const both = await list(desk, 'sort=reference&reason=AMOUNT_UNDER&reason=AMOUNT_OVER&owner=-&owner=team-b');
      expect(keysIn(both)).toEqual(['A-2', 'B-1']);
      expect(facet(both, 'owner')).toEqual({ '-': 2, 'team-a': 1 });
      expect(facet(both, 'reason')).toEqual({ AMOUNT_UNDER: 1, AMOUNT_OVER: 1, CURRENCY_MISMATCH: 1 });
      expect(keysIn(await list(desk, 'sort=reference&status=assigned&status=stale'))).toEqual(['A-1']);
      expect(keysIn(await list(desk, 'sort=reference&merchant=shop-2&merchant=shop-9'))).toEqual(['B-1']);
      const { given } = desk;
      const fault = await given.ask({ url: '/v1/cases?reason=AMOUNT_UNDER&reason=X', key: given.key('auditor', '*') });
      expect([fault.status, fault.json.where]).toEqual([400, 'query.reason.1']);
    }));

  test('finds a whole reference before an id, and an id before a part of a reference', () =>
    withDesk(async (desk) => {
      for (const reference of ['A-1', 'A-10', 'A-2']) await desk.short(reference, '20.00');
      const found = async (q: string) => {
        const json = await list(desk, `sort=reference&q=${encodeURIComponent(q)}`);
        return [json.search, ...keysIn(json)];
      };
      expect(await found('A-1')).toEqual(['reference', 'A-1']);
      expect(await found('P-A-1')).toEqual(['id', 'A-1']);
      expect(await found('a-1')).toEqual(['contains', 'A-1', 'A-10']);
      expect(await found("'; DROP TABLE \u202e\u0000<b>")).toEqual(['contains']);
    }));

  test('comes in pages of a fixed order that neither repeat nor miss one', () =>
    withDesk(async (desk) => {
      for (let at = 0; at < 5; at++) await desk.short(`A-${at}`, '20.00');
      for (const sort of ['oldest', 'newest', 'due', 'value', 'reference']) {
        const seen: string[] = [];
        for (let after = ''; after !== null; ) {
          const json = await list(desk, `sort=${sort}&limit=2${after === '' ? '' : `&after=${after}`}`);
          seen.push(...keysIn(json));
          expect(json.total).toBe(5);
          after = json.next;
        }
        expect(seen.toSorted()).toEqual(['A-0', 'A-1', 'A-2', 'A-3', 'A-4']);
      }
      const { given } = desk;
      const key = given.key('auditor', '*');
      expect((await given.ask({ url: '/v1/cases?after=abc', key })).json.code).toBe('HESABU_CURSOR_INVALID');
    }));

  test("shows nothing of another merchant's, by row, count, value or search", () =>
    withDesk(async (desk) => {
      await desk.short('A-1', '20.00');
      await over(desk, 'B-1');
      // Money whose order nobody knows is for those alone who see all.
      await desk.given.ledger.writer.append([paid('C-1')]);
      await desk.given.ledger.loop.catchUp();
      const key = desk.given.key('operator', 'shop-1');
      for (const query of ['', 'status=all', 'merchant=shop-2', 'q=B-1', 'q=P-B-1', 'q=-1', 'reason=AMOUNT_OVER']) {
        const { cases, value, facets } = await list(desk, query, key);
        const text = JSON.stringify({ cases, value, facets });
        expect(text).not.toMatch(/shop-2|B-1|AMOUNT_OVER|C-1|[^-]"7\.00/);
      }
      expect(keysIn(await list(desk, '', desk.given.key('operator', 'shop-2')))).toEqual(['B-1']);
    }));
});
