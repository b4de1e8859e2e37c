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
