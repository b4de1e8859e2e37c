// The settlements of Paystack as a service fetches them, day by day: which are waited for, and which are missing.
import { expect, test } from 'vitest';
import type { Fact, SettlementLineReported } from '../../../src/domain/fact.ts';
import { PAYSTACK } from '../../../src/providers/paystack/paystack.ts';
import { DAY, HOUR, World } from '../../producers/settlement-fetcher/world.ts';
import { readBody } from '../body-reader.ts';
import { given, told } from './given-gateway.ts';

const REPORT = '2026-05-29';
const head = (id: number, status: string) => ({
  ...{ id, status, currency: 'KES', total_amount: 9610, effective_amount: 9610, total_fees: 390 },
  ...{ total_processed: 10000, deductions: null, settlement_date: `${REPORT}T00:00:00.000Z` },
});
const paid = { id: 1, status: 'success', reference: 'A-1', amount: 10000, currency: 'KES', fees: 390 };

/** The service's fetcher with the gateway of Paystack, on Monday, 1 June; its network has these settlements. */
function givenDays(settlements: object[], cameOn: readonly string[]) {
  const world = new World();
  const lines = new Map<string, string>();
  let failures = 0;
  const { gateway } = given(({ url }) => {
    const { pathname, searchParams } = new URL(url);
    const [from, to] = ['from', 'to'].map((name) => searchParams.get(name)?.slice(0, 10) ?? '') as [string, string];
    if (pathname.endsWith('/transactions') && failures-- > 0) return { status: 500, body: '' };
    if (pathname.endsWith('/transactions')) return told([paid]);
    if (pathname === '/settlement') return told(from <= REPORT && to >= REPORT ? settlements : []);
    if (pathname === '/transaction') return told(cameOn.some((date) => from <= date && date <= to) ? [paid] : []);
    return told([]);
  });
  const start = () =>
    world.fetcher(
      {},
      {
        accounts: [
          {
            gateway: gateway as never,
            settlement: { at: '06:30', zone: 'Africa/Nairobi', days_back: 4, retry: HOUR / 2, alert_after: 6 * HOUR },
            reading: {} as never,
          },
        ],
        takePage: async (_, { bodies }) => {
          const read = bodies.map(({ kind, text, about = {} }) => readBody(PAYSTACK, kind, text, { about }));
          const facts = read.flatMap((reading) => reading.facts) as Fact<SettlementLineReported>[];
          for (const { id, body } of facts) lines.set(id, `${body.line_type} ${body.settlement_date}`);
          const rejected = read.flatMap(({ rejects }) => rejects).length;
          return { facts: facts.length, rejected, sha256: bodies.map(({ text }) => text).join('\n') };
        },
      },
    );
  const fail = (times: number) => {
    failures = times;
  };
  return { world, lines, start, fail };
}

test('a settlement that is pending for days is read when it is paid out', async () => {
  const settlements = [head(30, 'pending')];
  const { world, lines, start } = givenDays(settlements, []);
  const fetcher = start();
  await world.clock.advance(DAY);
  const report = () => fetcher.status().find(({ date }) => date === REPORT);
  expect([report(), lines.size]).toMatchObject([{ status: 'waiting' }, 0]);
  settlements[0] = head(30, 'success');
  await world.clock.advance(DAY);
  await fetcher.stop();
  expect(report()).toMatchObject({ status: 'taken', rows: 2 });
  expect([...lines.values()].sort()).toEqual([`payment ${REPORT}`, `payout ${REPORT}`]);
});

test('a call that failed in the midst of a day of which one is pending loses neither', async () => {
  const settlements = [head(30, 'pending'), head(31, 'success')];
  const { world, lines, start, fail } = givenDays(settlements, []);
  fail(1);
  const fetcher = start();
  await world.clock.advance(2 * HOUR);
  settlements[0] = head(30, 'success');
  await world.clock.advance(2 * HOUR);
  await fetcher.stop();
  expect([...lines.values()].sort()).toEqual([
    ...[`payment ${REPORT}`, `payment ${REPORT}`, `payout ${REPORT}`, `payout ${REPORT}`],
  ]);
});

test('days without a settlement are not missing unless one is due', async () => {
  const quiet = givenDays([head(30, 'success')], []);
  const fetcher = quiet.start();
  await quiet.world.clock.advance(5 * DAY);
  await fetcher.stop();
  expect(fetcher.status().filter(({ isMissing }) => isMissing)).toEqual([]);
  expect(quiet.world.sent).toEqual([]);

  const due = givenDays([head(30, 'success')], ['2026-06-01']);
  const other = due.start();
  await due.world.clock.advance(5 * DAY);
  await other.stop();
  // What came in on Monday is paid out on Wednesday at the latest. Its report is fetched, and may be late, on Thursday.
  expect(due.world.sent[0]).toEqual(['missing', 'paystack/main', '2026-06-03']);
});
