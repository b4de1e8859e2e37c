// Facts about days that were closed when they came: how many of which day and merchant, and where they are booked.
import { describe, expect, test } from 'vitest';
import type { Fact } from '../../../src/domain/fact.ts';
import { order, paid } from '../../service/ledger/given-live-ledger.ts';
import { type Closing, MONDAY, settled, TUESDAY, withClosing } from './given-closes.ts';

const at = <Body extends Fact>(fact: Body, received_at: number): Body => ({ ...fact, received_at });

/** What came late, as `day > booked on: merchant count`. */
async function lateIn({ given }: Closing, merchant = '*', month = '2026-06') {
  const { status, json } = await given.ask({
    url: `/v1/late-facts?${new URLSearchParams({ month, merchant })}`,
    key: given.key('auditor', '*'),
  });
  expect([status, json.is_whole]).toEqual([200, true]);
  return json.late.map((one: { [name: string]: string }) => {
    return `${one.day} > ${one.booked_on}: ${one.merchant} ${one.count}`;
  });
}

describe('facts about closed days', () => {
  test('are counted by day and merchant; repeats and what came before the close are not', () =>
    withClosing(async (closing) => {
      const { given, close } = closing;
      const write = (...facts: Fact[]) => given.ledger.writer.append(facts.map((fact) => at(fact, given.clock.at)));
      await write(settled('A-2', MONDAY));
      expect(await lateIn(closing)).toEqual([]);
      expect((await close(MONDAY)).status).toBe(200);
      expect(await lateIn(closing)).toEqual([]);
      given.clock.at += 60_000;
      // One that is new, one that came before, the first once more, and an order of the closed day.
      await write(settled('A-1', MONDAY), settled('A-2', MONDAY), settled('A-1', MONDAY));
      await write(order('B-1'));
      const late = ['2026-06-01 > 2026-06-02: shop-1 2'];
      expect(await lateIn(closing)).toEqual(late);
      expect(await lateIn(closing, 'shop-1')).toEqual(late);
      expect([await lateIn(closing, 'shop-2'), await lateIn(closing, '*', '2026-05')]).toEqual([[], []]);

      // After another close they are booked where they were; what comes then is of the day after.
      expect((await close(TUESDAY)).status).toBe(200);
      expect(await lateIn(closing)).toEqual(late);
      given.clock.at += 60_000;
      await write(paid('NO-ORDER'), paid('B-1', { data: { completed_at: '2026-06-02T09:00:00Z' } }));
      await write(paid('C-1', { data: { completed_at: '2026-06-03T09:00:00Z' } }));
      const more = ['2026-06-01 > 2026-06-03:  1', '2026-06-02 > 2026-06-03: shop-1 1'];
      expect(await lateIn(closing)).toEqual([...late, ...more]);
    }));

  test('say what they moved, which the late figures of the statement are made of', () =>
    withClosing(async ({ given, close }) => {
      expect((await close(MONDAY)).status).toBe(200);
      given.clock.at += 60_000;
      // The line of A-1 lost its reference: another key has it, and moves nothing itself.
      const lost = { ...settled('A-1', MONDAY), transaction_reference: '?mfs-africa:P-A-1' } as Fact;
      const late = [order('B-1'), paid('B-1'), settled('B-1', MONDAY), lost];
      await given.ledger.writer.append(late.map((fact) => at(fact, given.clock.at)));
      const key = given.key('auditor', '*');
      const read = async (url: string) => (await given.ask({ url, key })).json;
      const facts = await read('/v1/late-facts?month=2026-06&merchant=*');
      expect(facts.late[1]).toMatchObject({ merchant: 'shop-1', booked_on: TUESDAY, count: 3 });
      expect(facts.late[1].moved).toEqual([
        { what: 'fee', currency: 'KES', amount: '15.005' },
        { what: 'ordered', currency: 'KES', amount: '1000.00' },
        { what: 'received', currency: 'KES', amount: '1000.00' },
        { what: 'settled', currency: 'KES', amount: '984.995' },
      ]);
      const [statement] = (await read(`/v1/statements/${TUESDAY}?merchant=shop-1`)).statements;
      expect(statement.late).toContainEqual({ what: 'settled', sign: '-', value: '1969.99' });
      const url = `/v1/statements/${TUESDAY}/lines?line=late:settled&merchant=shop-1`;
      const lines = await read(url);
      expect(lines.sums).toEqual([{ currency: 'KES', sum: '1969.99' }]);
      const shown = lines.rows.map((row: Record<string, string>) => [row.key, row.fact, row.amount]);
      // What is left over says so, and is no fact of these keys.
      expect(shown).toEqual([
        ['', '', '984.995'],
        ['B-1', late[2]!.id, '984.995'],
      ]);
      expect(await read(`${url}&after=B-1`)).toMatchObject({ rows: [], next: null });
      // What is left over has no key after which a page could begin: it is no page of its own.
      const first = await read(`${url}&limit=1`);
      expect(first.rows.map((row: Record<string, string>) => row.key)).toEqual(['', 'B-1']);
      expect(first.next).toBeNull();
      expect((await read(`/v1/statements/${MONDAY}/lines?line=late:settled`)).rows).toEqual([]);
      const other = await given.ask({ url: url.replace('shop-1', 'shop-2'), key: given.key('operator', 'shop-2') });
      expect(other.json.rows).toEqual([]);
    }));

  test("are nobody else's to see", () =>
    withClosing(async ({ given, close }) => {
      await close(MONDAY);
      given.clock.at += 60_000;
      await given.ledger.writer.append([at(settled('A-1', MONDAY), given.clock.at)]);
      const url = '/v1/late-facts?month=2026-06&merchant=';
      const answers = await Promise.all(
        ['shop-1', '*'].map((merchant) =>
          given.ask({ url: `${url}${merchant}`, key: given.key('operator', 'shop-2') }),
        ),
      );
      expect(answers.map(({ json }) => json.code)).toEqual(['HESABU_FORBIDDEN', 'HESABU_FORBIDDEN']);
    }));
});
