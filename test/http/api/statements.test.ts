// What the API shows of a day's statements: their figures and the rows behind them, and of a merchant's own only.
import { describe, expect, test } from 'vitest';
import { STATEMENT_AGES } from '../../../src/projections/statements.ts';
import { order, paid } from '../../service/ledger/given-live-ledger.ts';
import { type Given, givenApi } from './given-api.ts';
import { settled } from './given-closes.ts';

const DAY = '2026-06-01';

async function givenDay({ ledger }: Given): Promise<void> {
  const own = [order('A-1'), paid('A-1'), order('A-2'), paid('A-2'), settled('A-2', DAY)];
  const other = { ...order('B-1'), merchant: 'shop-2' } as ReturnType<typeof order>;
  await ledger.writer.append([...own, other, paid('B-1')]);
  await ledger.loop.catchUp();
}

describe('GET /v1/statements/:day', () => {
  test('shows what the gateway owed, what moved, what it owes and what explains it', () =>
    givenApi(async (given) => {
      await givenDay(given);
      const key = given.key('auditor', '*');
      const { status, json } = await given.ask({ url: `/v1/statements/${DAY}?merchant=shop-1`, key });
      expect(status).toBe(200);
      expect(json.statements).toHaveLength(1);
      const [{ gateway, bridge, ...about }] = json.statements;
      expect(about).toMatchObject({ merchant: 'shop-1', provider: 'mfs-africa', currency: 'KES', residual: '0.00' });
      expect(about.residual_keys).toEqual([]);
      expect(gateway.closing).toBe('1000.00');
      const moved = Object.fromEntries(
        gateway.moves.map((one: { line: string; value: string }) => [one.line, one.value]),
      );
      expect(moved).toMatchObject({ received: '2000.00', fee: '15.005', settled: '984.995' });
      expect(bridge.explained).toMatchObject([{ line: 'pending', side: 'under', count: 1, value: '1000.00' }]);
    }));

  test('opens as the day before closed, and says whether the day is over', () =>
    givenApi(async (given) => {
      await givenDay(given);
      const key = given.key('operator', 'shop-1');
      const ofDay = async (day: string) => (await given.ask({ url: `/v1/statements/${day}`, key })).json;
      const [first, next] = [await ofDay(DAY), await ofDay('2026-06-02')];
      expect(next.statements[0].gateway.opening).toBe(first.statements[0].gateway.closing);
      expect([next.over, typeof first.zone]).toEqual([false, 'string']);
      expect((await ofDay('2026-05-01')).statements).toEqual([]);
    }));

  test('shows nobody the statement of another merchant', () =>
    givenApi(async (given) => {
      await givenDay(given);
      const key = given.key('shop', 'shop-2');
      const all = await given.ask({ url: `/v1/statements/${DAY}`, key });
      expect(all.json.statements.map(({ merchant }: { merchant: string }) => merchant)).toEqual(['shop-2']);
      for (const url of [
        `/v1/statements/${DAY}?merchant=shop-1`,
        `/v1/statements/${DAY}/lines?line=received&merchant=shop-1`,
      ]) {
        const { text } = await given.ask({ url, key });
        expect(text).not.toMatch(/A-1|A-2|1000/);
      }
    }));

  test.each(['2026-13-01', 'today'])('does not take %s for a day', (day) =>
    givenApi(async (given) => {
      const { status } = await given.ask({ url: `/v1/statements/${day}`, key: given.key('auditor', '*') });
      expect(status).toBe(400);
    }),
  );
});

describe('GET /v1/statements/:day/lines', () => {
  test('shows the rows behind a figure by page, with the sum of all of them', () =>
    givenApi(async (given) => {
      await givenDay(given);
      const key = given.key('operator', '*');
      const url = `/v1/statements/${DAY}/lines?line=received&merchant=shop-1`;
      const { json } = await given.ask({ url: `${url}&limit=1`, key });
      expect(json).toMatchObject({ line: 'received', sums: [{ currency: 'KES', sum: '2000.00' }], next: 'A-1' });
      expect(json.rows).toMatchObject([{ key: 'A-1', amount: '1000.00', merchant: 'shop-1' }]);
      expect(json.rows[0].fact).not.toBe('');
      const rest = await given.ask({ url: `${url}&limit=1&after=A-1`, key });
      expect(rest.json).toMatchObject({ rows: [{ key: 'A-2' }], sums: [{ sum: '2000.00' }], next: null });
    }));

  test('shows of what explains a part only what is so old, and refuses that of what moved', () =>
    givenApi(async (given) => {
      await givenDay(given);
      const key = given.key('operator', '*');
      const { json } = await given.ask({ url: `/v1/statements/${DAY}`, key });
      const { merchant, currency, bridge } = json.statements[0];
      const [{ line, side, ages, value }] = bridge.explained;
      const asked = (more: string) => {
        const url = `/v1/statements/${DAY}/lines?merchant=${merchant}&currency=${currency}&${more}`;
        return given.ask({ url, key });
      };
      const found = await Promise.all(
        STATEMENT_AGES.map(async (age) => (await asked(`line=${line}&side=${side}&age=${age}`)).json),
      );
      expect(found.map(({ rows }) => rows.length > 0)).toEqual(ages.map((count: number) => count > 0));
      const sums = found.flatMap((one) => one.sums);
      expect(sums).toEqual([{ currency, sum: value }]);
      const other = side === 'under' ? 'over' : 'under';
      expect((await asked(`line=${line}&side=${other}`)).json).toMatchObject({ rows: [], sums: [] });
      expect((await asked('line=received&age=0-1')).json).toMatchObject({ code: 'HESABU_REQUEST_INVALID' });
    }));

  test('refuses a line that no statement has', () =>
    givenApi(async (given) => {
      const { status } = await given.ask({
        url: `/v1/statements/${DAY}/lines?line=profit`,
        key: given.key('auditor', '*'),
      });
      expect(status).toBe(400);
    }));
});
