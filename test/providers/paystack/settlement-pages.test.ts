// A day's settlements as they are read, page by page: what is not paid out yet is asked for again, and nothing is lost.
import { describe, expect, test } from 'vitest';
import type { Fact, SettlementLineReported } from '../../../src/domain/fact.ts';
import type { BodyPage, Gateway } from '../../../src/producers/gateway.ts';
import { PAYSTACK } from '../../../src/providers/paystack/paystack.ts';
import { readBody } from '../body-reader.ts';
import { given, told } from './given-gateway.ts';

/** A Wednesday. */
const DAY = '2026-06-03';
const head = (id: number, more: object = {}) => ({
  ...{ id, status: 'success', currency: 'KES', total_amount: 9610, effective_amount: 9610, total_fees: 390 },
  ...{ total_processed: 10000, deductions: null, settlement_date: `${DAY}T00:00:00.000Z`, ...more },
});
const paid = (id: number) => ({
  id,
  status: 'success',
  reference: `A-${id}`,
  amount: 10000,
  currency: 'KES',
  fees: 390,
});
const refund = (id: number, settlement: unknown, more: object = {}) => ({
  ...{ id, transaction: 1, amount: 5000, deducted_amount: 5000, currency: 'KES', status: 'processed', settlement },
  ...{ fully_deducted: true, dispute: null, createdAt: '2026-06-01T09:00:00.000Z', ...more },
});

/** All pages of a day, each asked for with the cursor that the one before gave; and how the reading ended. */
async function readDay(gateway: Gateway, date = DAY) {
  const pages: BodyPage[] = [];
  for (let cursor: string | null = null; ; ) {
    const page = (await gateway.settlement!(date, cursor)) as BodyPage | null;
    if (page === null) return { ...linesOf(pages), isComplete: false };
    pages.push(page);
    if (page.next === null) return { ...linesOf(pages), isComplete: true };
    cursor = page.next;
  }
}

function linesOf(pages: readonly BodyPage[]) {
  const readings = pages.flatMap(({ bodies }) =>
    bodies.map(({ kind, text, about = {} }) => readBody(PAYSTACK, kind, text, { about })),
  );
  expect(readings.flatMap(({ rejects, unread }) => [...rejects, ...(unread === null ? [] : [unread])])).toEqual([]);
  const facts = readings.flatMap((reading) => reading.facts) as Fact<SettlementLineReported>[];
  const lines = facts.map(
    ({ payout, body }) => `${payout} ${body.line_type} ${body.gross} ${body.settlement_date} of ${idOf(body)}`,
  );
  return { lines: lines.sort(), facts };
}

const idOf = (body: SettlementLineReported) => body.provider_transaction_id ?? body.original_transaction_id;

/** A network with these rows under each path; a page has as many as were asked for. */
function network(rows: Readonly<Record<string, readonly object[]>>) {
  return given(({ url }) => {
    const { pathname, searchParams } = new URL(url);
    const [size, page] = [Number(searchParams.get('perPage')), Number(searchParams.get('page'))];
    return told((rows[pathname] ?? []).slice((page - 1) * size, page * size));
  });
}

describe('the settlements of a day', () => {
  test('are heads, their transactions with the date of the head, and what was taken back', async () => {
    const { gateway } = network({
      '/settlement': [head(30), head(31, { settlement_date: '2026-06-02T00:00:00.000Z', currency: 'GHS' })],
      '/settlement/30/transactions': [paid(1), paid(2)],
      '/settlement/31/transactions': [paid(3)],
      '/refund': [refund(7, 30), refund(8, null), refund(9, 29), refund(10, { id: 31 }, { dispute: 20 })],
    });
    expect(await readDay(gateway)).toMatchObject({
      isComplete: true,
      lines: [
        `30 payment 100.00 ${DAY} of 1`,
        `30 payment 100.00 ${DAY} of 2`,
        `30 payout -96.10 ${DAY} of null`,
        `30 refund -50.00 ${DAY} of 1`,
        '31 chargeback -50.00 2026-06-02 of 20',
        '31 payment 100.00 2026-06-02 of 3',
        '31 payout -96.10 2026-06-02 of null',
      ],
    });
  });

  test('are all read where there are more than a page of them, of transactions and of refunds', async () => {
    const heads = Array.from({ length: 150 }, (_, nth) => head(1_000 + nth));
    const rows = Object.fromEntries(heads.map(({ id }) => [`/settlement/${id}/transactions`, [paid(id)]]));
    const { gateway, paths } = network({
      ...{ ...rows, '/settlement': heads },
      '/settlement/1000/transactions': Array.from({ length: 230 }, (_, nth) => paid(5_000 + nth)),
      '/refund': Array.from({ length: 101 }, (_, nth) => refund(9_000 + nth, 1_149)),
    });
    const { lines, isComplete, facts } = await readDay(gateway);
    const count = (type: string) => lines.filter((line) => line.split(' ')[1] === type).length;
    expect([isComplete, count('payout'), count('payment'), count('refund')]).toEqual([true, 150, 149 + 230, 101]);
    expect(new Set(facts.map(({ id }) => id)).size).toBe(lines.length);
    expect(paths().filter((path) => path.includes('/settlement?'))).toHaveLength(2);
  });

  test.each(['pending', 'processing', 'levitating'])('of which one is %s are asked for again', async (status) => {
    const rows = {
      '/settlement': [head(30, { status }), head(31)],
      '/settlement/30/transactions': [paid(1)],
      '/settlement/31/transactions': [paid(2)],
    };
    const before = await readDay(network(rows).gateway);
    expect(before).toMatchObject({
      isComplete: false,
      lines: [`31 payment 100.00 ${DAY} of 2`, `31 payout -96.10 ${DAY} of null`],
    });
    const after = await readDay(network({ ...rows, '/settlement': [head(30), head(31)] }).gateway);
    expect(after).toMatchObject({ isComplete: true });
    const known = new Set(after.facts.map(({ id }) => id));
    expect([after.lines.length, before.facts.every(({ id }) => known.has(id))]).toEqual([4, true]);
  });

  test('that are all pending are none yet, and those that failed are complete', async () => {
    const day = (...words: string[]) =>
      readDay(network({ '/settlement': words.map((status, nth) => head(nth + 1, { status })) }).gateway);
    expect(await day('pending', 'pending')).toMatchObject({ lines: [], isComplete: false });
    expect(await day('failed')).toMatchObject({ lines: [], isComplete: true });
  });

  test('begin again where the position is not one of ours', async () => {
    for (const cursor of ['1 30 31', '{"heads":"x"}', '[', 'null']) {
      const { gateway, paths } = network({ '/settlement': [head(30)] });
      await gateway.settlement!(DAY, cursor);
      expect(paths()[0]).toMatch(/^GET \/settlement\?/);
    }
  });

  test('are not passed over where an answer is no list', async () => {
    for (const body of ['<html>', '{"status":true}', '{"status":true,"data":[']) {
      const { gateway } = given(() => ({ status: 200, body }));
      await expect(gateway.settlement!(DAY, null)).rejects.toMatchObject({ code: 'HESABU_GATEWAY_FAILED' });
    }
  });
});

describe('a day without a settlement', () => {
  /** A network with settlements on these dates, and payments on those. */
  function quiet(settled: readonly string[], came: readonly string[]) {
    return given(({ url }) => {
      const { pathname, searchParams } = new URL(url);
      const [from, to] = [searchParams.get('from')!.slice(0, 10), searchParams.get('to')!.slice(0, 10)];
      const within = (dates: readonly string[]) => dates.filter((date) => date >= from && date <= to);
      if (pathname === '/settlement') {
        return told(within(settled).map((date, nth) => head(nth + 1, { settlement_date: `${date}T00:00:00.000Z` })));
      }
      expect([pathname, searchParams.get('status')]).toEqual(['/transaction', 'success']);
      return told(within(came).map((_date, nth) => paid(nth + 1)));
    });
  }

  test.each([
    ['no money came in', [], [], DAY, true],
    ['what came in was paid out', ['2026-06-02'], ['2026-06-01'], DAY, true],
    ['what came in is paid out tomorrow at the latest', [], ['2026-06-02'], DAY, true],
    ['money came in two working days before', [], ['2026-06-01'], DAY, false],
    ['money came in after the last settlement', ['2026-05-28'], ['2026-05-29'], DAY, false],
    ['a weekend was between', ['2026-05-29'], ['2026-05-29'], '2026-06-01', true],
    ['it is a Saturday', [], ['2026-06-01'], '2026-06-06', true],
    ['it is a Sunday', [], ['2026-06-01'], '2026-06-07', true],
  ])('is complete unless one is due: %s', async (_what, settled, came, date, isComplete) => {
    const { gateway, asked } = quiet(settled, came);
    expect(await readDay(gateway, date)).toMatchObject({ lines: [], isComplete });
    expect(asked.length).toBeLessThanOrEqual(3);
  });
});
