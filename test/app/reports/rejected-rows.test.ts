// A break names the rejected rows in which its reference stands, and no others.
import { expect, test } from 'vitest';
import { rejectedRows } from '../../../src/app/reports/rejected-rows.ts';
import type { Reject } from '../../../src/domain/errors.ts';
import type { Overview } from '../../../src/task/overview.ts';

const overview = (...keys: string[]) => ({ findings: keys.map((key) => ({ key })) }) as unknown as Overview;
const reject = (line: number, ...cells: string[]): Reject => ({
  ...{ file: 'a.csv', line, field: '', code: 'HESABU_ROW_SHAPE', message: '' },
  original: cells.map((cell, at) => [`c${at}`, cell] as const),
});
const linesOf = async (key: string, ...rejects: Reject[]) =>
  (await rejectedRows(overview(key), rejects)).get(key)?.map(({ line }) => line) ?? [];

test('finds a reference as a cell, in a row whose cells could not be told apart, and in JSON', async () => {
  const rows = [
    reject(2, 'T1', ' INV 7 '),
    reject(3, 'Q-1,T1,payment,"Till 88 "school'),
    reject(4, '{"data":{"transaction_reference":"J-1","amount":5e2}}'),
  ];
  expect(await linesOf('INV 7', ...rows)).toEqual([2]);
  expect(await linesOf('Q-1', ...rows)).toEqual([3]);
  expect(await linesOf('J-1', ...rows)).toEqual([4]);
});

test('finds no part of another reference, and names a row once and three rows at most', async () => {
  expect(await linesOf('Q-1', reject(2, 'Q-11'), reject(3, 'XQ-1'), reject(4, 'Q-1.5'))).toEqual([]);
  const rows = [2, 3, 4, 5].map((line) => reject(line, 'Q-1', 'Q-1'));
  expect(await linesOf('Q-1', ...rows)).toEqual([2, 3, 4]);
});

test('has none where a reject has no row', async () => {
  const { original: _, ...file } = reject(2);
  expect(await linesOf('a.csv', file)).toEqual([]);
});
