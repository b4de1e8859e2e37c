// The history of rules: when which came in force, what changed in them, and which open cases they ended; also where
// they were taken back.
import { expect, test } from 'vitest';
import { rulesHash } from '../../../src/matching/rules.ts';
import { RulesHistory } from '../../../src/projections/rules-history.ts';
import { order, paid } from '../../service/ledger/given-live-ledger.ts';
import { type Given, givenApi } from './given-api.ts';
import { withDesk } from './given-cases.ts';

async function withTolerance(given: Given, tolerance: object): Promise<string> {
  const { ledger, clock } = given;
  clock.at += 60_000;
  ledger.loop.rules = { ...ledger.loop.rules, tolerance } as never;
  await ledger.loop.catchUp();
  return rulesHash(ledger.loop.rules);
}

test('has each change with what it ended, by count and value, and a return to earlier rules', () =>
  withDesk(async (desk) => {
    const { given } = desk;
    await desk.short('A-1', '250.00');
    await desk.short('A-2', '20.00');
    const key = given.key('auditor', '*');
    const first = rulesHash(given.ledger.loop.rules);
    const wide = await withTolerance(given, { KES: '100.00' });
    const again = await withTolerance(given, {});
    expect(again).toBe(first);
    const { json } = await given.ask({ url: '/v1/rules/changes', key });
    expect(json.is_whole).toBe(true);
    expect(json.changes).toEqual([
      {
        ...{ rules: first, before: wide, at: expect.any(String), count: 0, value: [] },
        differences: [{ path: 'tolerance.KES', before: '"100.00"', after: null }],
      },
      {
        ...{ rules: wide, before: first, at: expect.any(String), count: 1 },
        value: [{ currency: 'KES', amount: '20.00' }],
        differences: [{ path: 'tolerance.KES', before: null, after: '"100.00"' }],
      },
      { rules: first, before: null, at: expect.any(String), differences: [], count: 0, value: [] },
    ]);
    const times = json.changes.map(({ at }: { at: string }) => Date.parse(at));
    expect(times.toSorted((left: number, right: number) => right - left)).toEqual(times);
    expect(new Set(times).size).toBe(3);
  }));

test('is read in pieces, none twice', () =>
  givenApi(async (given) => {
    const { ledger } = given;
    for (let at = 0; at < 6; at++) {
      await ledger.writer.append([order(`A-${at}`), paid(`A-${at}`)]);
      await ledger.loop.catchUp();
    }
    await withTolerance(given, { KES: '1.00' });
    const { log } = ledger.reconciler;
    const whole = new RulesHistory(log).page();
    expect([whole.isWhole, whole.changes.length]).toEqual([true, 2]);
    const pieces = new RulesHistory(log);
    let page = pieces.page(2);
    let turns = 1;
    for (; !page.isWhole; turns++) page = pieces.page(2);
    expect(turns).toBeGreaterThan(2);
    expect(page).toEqual(whole);
  }));
