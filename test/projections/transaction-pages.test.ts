// The pages of a partition's matched keys.

import { expect, test } from 'vitest';
import { transactionPage } from '../../src/projections/transactions.ts';
import { manyOrdinaryKeys } from '../task/given-ordinary-keys.ts';
import { END, Running, rulesOf } from '../task/world.ts';

const RULES = rulesOf({});

test('repeat no key and leave none out where other keys come between two of them', async () => {
  const running = new Running(1);
  const facts = manyOrdinaryKeys(3_000);
  const isLate = (key: string) => key.endsWith('5');
  const early = facts.filter(({ key }) => !isLate(key));
  const late = facts.filter(({ key }) => isLate(key));
  await running.append(early, 500);
  await running.advance(END - 1, RULES);
  const { table } = running.group.tasks[0]!;
  const before = transactionPage(table, null, RULES);
  expect(before.next).not.toBeNull();
  await running.append(late, 500);
  await running.advance(END, RULES);
  const after = transactionPage(table, before.next, RULES);
  expect(after.next).toBeNull();
  const names = [...before.rows, ...after.rows].map((row) => row.transaction_reference);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toEqual(allNames(table).filter((name) => !isLate(name) || name > before.next!));
  expect(late.some(({ key }) => key < before.next!) && late.some(({ key }) => key > before.next!)).toBe(true);
});

function allNames(table: Parameters<typeof transactionPage>[0]): string[] {
  const names: string[] = [];
  for (let after: string | null = null, isLast = false; !isLast; isLast = after === null) {
    const { rows, next } = transactionPage(table, after, RULES);
    names.push(...rows.map((row) => row.transaction_reference));
    after = next;
  }
  return names;
}
