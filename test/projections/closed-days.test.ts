// Which day is in turn to be closed, of all merchants and of one, and which close holds for a merchant.
import { expect, test } from 'vitest';
import { type ClosedDay, closeOfDay, dayInTurn, lastClosed } from '../../src/projections/closed-days.ts';

const closed = (...names: readonly (readonly [day: number, merchant: string])[]): ClosedDay[] =>
  names.map(([day, merchant]) => ({ day: `2026-06-0${day}`, merchant }) as ClosedDay);

test.each([
  ['any day is the first', [], '*', 5, undefined],
  ['the next one', [[1, '*']], '*', 2, undefined],
  ['not one after the next', [[1, '*']], '*', 3, '2026-06-02'],
  ['not one before', [[2, '*']], '*', 1, '2026-06-03'],
  ["a merchant's after that of all", [[1, '*']], 'a', 2, undefined],
  ["not a merchant's after a gap", [[1, '*']], 'a', 3, '2026-06-02'],
  ['of a merchant whatever others closed', [[1, 'b']], 'a', 5, undefined],
  [
    'of all where one is ahead',
    [
      [1, '*'],
      [2, 'a'],
      [3, 'a'],
    ],
    '*',
    2,
    undefined,
  ],
  ['not of all before the first own one of a merchant', [[3, 'a']], '*', 1, '2026-06-04'],
  ['of all from where one is', [[1, 'a']], '*', 2, undefined],
  ['not of all where one is behind', [[1, 'a']], '*', 3, '2026-06-02'],
] as const)('%s', (_, names, merchant, day, next) => {
  expect(dayInTurn(closed(...names), merchant, `2026-06-0${day}`)).toBe(next);
});

test("a merchant's own close of a day holds before that of all, and the last day is the later of both", () => {
  const both = closed([1, '*'], [1, 'a'], [2, 'a']);
  expect([closeOfDay(both, 'a', '2026-06-01'), closeOfDay(both, 'b', '2026-06-01')]).toEqual([both[1], both[0]]);
  expect(closeOfDay(both, '*', '2026-06-02')).toBe(undefined);
  expect([lastClosed(both, 'a'), lastClosed(both, 'b'), lastClosed([], 'b')]).toEqual([
    ...['2026-06-02', '2026-06-01', undefined],
  ]);
});
