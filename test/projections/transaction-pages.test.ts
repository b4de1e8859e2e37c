// The pages of a partition's matched keys, and the blocks of a time.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { firstHeightFrom } from '../../src/projections/block-times.ts';
import { transactionPage } from '../../src/projections/transactions.ts';
import { manyOrdinaryKeys } from '../task/given-ordinary-keys.ts';
import { END, Running, rulesOf } from '../task/world.ts';

const RULES = rulesOf({});
const ALL = { partition: 0, after: null, blocks: null };
const DAY_MILLIS = 86_400_000;

function allNames({ group: { tasks } }: Running, blocks: { from: number; to: number } | null = null): string[] {
  const names: string[] = [];
  for (let after: string | null = null, isLast = false; !isLast; isLast = after === null) {
    const { rows, next } = transactionPage(tasks, { ...ALL, after, blocks }, RULES);
    names.push(...rows.map((row) => row.transaction_reference));
    after = next;
  }
  return names;
}

describe('the pages of matched keys', () => {
  test('repeat no key and leave none out where other keys come between two of them', async () => {
    const running = new Running(1);
    const facts = manyOrdinaryKeys(3_000);
    const isLate = (key: string) => key.endsWith('5');
    await running.append(
      facts.filter(({ key }) => !isLate(key)),
      500,
    );
    await running.advance(END - 1, RULES);
    const { tasks } = running.group;
    const before = transactionPage(tasks, ALL, RULES);
    expect(before.next).not.toBeNull();
    const late = facts.filter(({ key }) => isLate(key));
    await running.append(late, 500);
    await running.advance(END, RULES);
    const after = transactionPage(tasks, { ...ALL, after: before.next }, RULES);
    expect(after.next).toBeNull();
    const names = [...before.rows, ...after.rows].map((row) => row.transaction_reference);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(allNames(running).filter((name) => !isLate(name) || name > before.next!));
    expect(late.some(({ key }) => key < before.next!) && late.some(({ key }) => key > before.next!)).toBe(true);
  });

  test('of some blocks have each key once, in the blocks of its last entry', async () => {
    const running = new Running(1);
    const facts = manyOrdinaryKeys(600);
    for (const part of [0, 1, 2]) {
      await running.append(
        facts.filter((_, at) => at % 3 === part),
        100,
      );
      await running.advance(END + part * DAY_MILLIS, RULES);
    }
    const end = Number(running.log.end('ledger.v1', 0));
    const days = [0, 1, 2].map((day) => firstHeightFrom(running.log, 0, END + day * DAY_MILLIS));
    const cuts = [0, ...days.slice(1), end];
    const each = cuts.slice(1).map((to, at) => allNames(running, { from: cuts[at]!, to }));
    // The facts of a key are spread over the parts, so most keys match when the last of them are there.
    expect(each.filter((names) => names.length > 0).length).toBeGreaterThan(1);
    expect(each.flat().toSorted()).toEqual(allNames(running).toSorted());
  });
});

test('the first block of a time is found among all', async () => {
  const running = new Running(1);
  const facts = manyOrdinaryKeys(40);
  const times: number[] = [];
  for (let at = 0; at < 12; at++) {
    await running.append(facts.slice(at * 8, at * 8 + 8), 8);
    const asOf = END + at * 1_000 * (at % 3);
    const last = times.at(-1) ?? 0;
    await running.advance(Math.max(asOf, last), RULES);
    const { head } = running.group.tasks[0]!;
    while (times.length <= head.height) times.push(head.as_of);
  }
  expect(times.length).toBeGreaterThan(8);
  fc.assert(
    fc.property(fc.constantFrom(...times), fc.constantFrom(-1, 0, 1, 1e9, -1e9), (time, more) => {
      const found = times.findIndex((each) => each >= time + more);
      expect(firstHeightFrom(running.log, 0, time + more)).toBe(found < 0 ? times.length : found);
    }),
  );
});
