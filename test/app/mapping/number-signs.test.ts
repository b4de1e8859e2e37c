// What cells show of how a file writes numbers.
import { describe, expect, test } from 'vitest';
import { findNumbers, isBelowZero, numberParts } from '../../../src/app/mapping/number-signs.ts';

const marks = (...columns: string[][]) => {
  const { decimals, thousands, open } = findNumbers(columns);
  return { decimals: [...decimals.keys()], thousands: [...thousands.keys()], open: [...open.keys()] };
};

describe('numbers', () => {
  test.each([
    '1234.50',
    '1.234,50',
    "1'234.50",
    '2 500,00',
    '(1,234.00)',
    '₦1,500.00',
    '12.50-',
    'KSh 1,000',
    '-5',
    '+5',
  ])('are known as %s', (cell) => expect(numberParts(cell)).toBeDefined());

  test.each(['', 'ORD-1', '2026-06-01', '01/02/2026', '1.2.x', 'true', '--'])('are not seen in "%s"', (cell) => {
    expect(numberParts(cell)).toBeUndefined();
  });

  test.each(['-8.25', '(1,234.00)', '8.25-', '₦-1.00'])('below zero are seen in %s', (cell) => {
    expect(isBelowZero(cell)).toBe(true);
  });

  test.each(['8.25', '-0.00', '0', ''])('below zero are not seen in "%s"', (cell) => {
    expect(isBelowZero(cell)).toBe(false);
  });
});

describe('the decimal point', () => {
  test('is shown by two figures after it', () => {
    expect(marks(['2 500,00', '37,50'])).toEqual({ decimals: [','], thousands: [' '], open: [] });
  });

  test('is the last of two marks', () => {
    expect(marks(['1.234,50'])).toEqual({ decimals: [','], thousands: ['.'], open: [] });
    expect(marks(['25,000.00'])).toEqual({ decimals: ['.'], thousands: [','], open: [] });
  });

  test('is no mark that is there twice', () => {
    expect(marks(['1.234.567'])).toEqual({ decimals: [], thousands: ['.'], open: [] });
  });

  test('is shown by a zero before it, and by more than three figures before it', () => {
    expect(marks(['0.375'])).toEqual({ decimals: ['.'], thousands: [], open: [] });
    expect(marks(['1234.500'])).toEqual({ decimals: ['.'], thousands: [], open: [] });
  });

  test('is open where one mark stands before three figures', () => {
    expect(marks(['25.000', '1.250'])).toEqual({ decimals: [], thousands: [], open: ['.'] });
    expect(marks(['3,000'])).toEqual({ decimals: [], thousands: [], open: [','] });
  });

  test('is settled by another cell of the column, and by the other mark in any column', () => {
    expect(marks(['25.000', '12.50'])).toEqual({ decimals: ['.'], thousands: [], open: [] });
    expect(marks(['3,000'], ['45.00'])).toEqual({ decimals: ['.'], thousands: [','], open: [] });
  });

  test('is not settled by the same mark in another column', () => {
    expect(marks(['25.000'], ['0.375'])).toEqual({ decimals: ['.'], thousands: [], open: ['.'] });
  });
});

test('finds signs of currencies, brackets and a minus at the end', () => {
  const { signs, brackets, trailingMinus } = findNumbers([['₦1,500.00', '2 500 FCFA', '(3.00)', '4.00-']]);
  expect([...signs]).toEqual([
    ['₦', '₦1,500.00'],
    ['FCFA', '2 500 FCFA'],
  ]);
  expect([brackets, trailingMinus]).toEqual(['(3.00)', '4.00-']);
});
