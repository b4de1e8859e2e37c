// What a workbook of statements is made of: rows by the sign of their figure, and one for what another day has.
import { expect, test } from 'vitest';
import { decimalOf, formatDecimal } from '../../src/domain/decimal.ts';
import { movedLines, rowsOfLine } from '../../src/projections/statement-book.ts';
import type { Statement } from '../../src/projections/statement-view.ts';

const place = { merchant: 'shop-1', provider: 'mfs-africa', currency: 'KES' };
const statement = {
  ...place,
  gateway: {
    opening: '0.00',
    moves: [
      { line: 'returned', sign: '-', value: '30.00' },
      { line: 'received', sign: '+', value: '100.00' },
      { line: 'fee', sign: '-', value: '0.00' },
    ],
    closing: '70.00',
  },
  clearing: [{ line: 'payout', sign: '+', value: '5.00' }],
} as unknown as Statement;
const sheets = [{ statement }];
const row = (key: string, amount: string, more: object = {}) => {
  return { ...place, key, amount: decimalOf(amount), partition: 0, fact: `f-${key}`, entries: [], ...more };
};
const shown = (rows: ReturnType<typeof rowsOfLine>) => rows.map(({ key, amount }) => [key, formatDecimal(amount)]);

test('the lines that moved are asked for, in one order, and those that did not are not', () => {
  expect(movedLines(sheets)).toEqual(['received', 'returned', 'payout']);
});

test('rows have the sign of their figure, and add up to it with what is booked on another day', () => {
  const rows = [row('A-1', '10.00'), row('A-2', '25.00'), row('B-1', '7.00', { merchant: 'shop-2' })];
  expect(shown(rowsOfLine('returned', { rows }, sheets, true))).toEqual([
    ['A-1', '-10.00'],
    ['A-2', '-25.00'],
    [null, '5.00'],
  ]);
  expect(shown(rowsOfLine('received', { rows: [row('A-1', '100.00')] }, sheets, true))).toEqual([['A-1', '100.00']]);
  // Where not all are there, nobody knows what is missing.
  expect(shown(rowsOfLine('returned', { rows }, sheets, false))).toHaveLength(2);
});
