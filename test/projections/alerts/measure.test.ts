// The two thresholds of an alert, and how numbers are rounded and written.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareDecimal, type Decimal, formatDecimal, parseDecimal } from '../../../src/domain/decimal.ts';
import { ceilDecimal, greaterOf, judge, trimDecimal } from '../../../src/projections/alerts/measure.ts';

const decimal = (text: string): Decimal => parseDecimal(text)!;
const anyDecimal = fc.record({ digits: fc.bigInt(-(10n ** 12n), 10n ** 12n), scale: fc.nat(9) });

describe('a measure', () => {
  const above = { about: '', raise: decimal('6'), clear: decimal('4.0'), bad: 'above' } as const;
  const below = { about: '', raise: decimal('10.0'), clear: decimal('19'), bad: 'below' } as const;

  test.each([
    [above, '6.00', 'raise'],
    [above, '5.99', 'between'],
    [above, '4', 'between'],
    [above, '3.99', 'clear'],
    [below, '10', 'raise'],
    [below, '10.01', 'between'],
    [below, '19.0', 'between'],
    [below, '19.1', 'clear'],
  ] as const)('%# is judged by its thresholds', (measure, value, verdict) => {
    expect(judge({ ...measure, value: decimal(value) })).toBe(verdict);
  });

  test('that is unknown, or cannot be raised, raises nothing', () => {
    expect(judge({ ...above, value: null })).toBe('between');
    expect(judge({ ...above, raise: null, value: decimal('99') })).toBe('between');
    expect(judge({ ...above, raise: null, value: decimal('3') })).toBe('clear');
  });
});

describe('a decimal', () => {
  test.each([
    ['44.10000', 0, '44.1'],
    ['50.0', 0, '50'],
    ['100', 0, '100'],
    ['3000.00000', 2, '3000.00'],
    ['0.01500', 2, '0.015'],
    ['7', 2, '7'],
    ['0.000', 0, '0'],
  ])('%s with at least %i decimals is written %s', (text, decimals, written) => {
    expect(formatDecimal(trimDecimal(decimal(text), decimals))).toBe(written);
  });

  test('is trimmed to the same value without unnecessary trailing zeros', () => {
    fc.assert(
      fc.property(anyDecimal, fc.nat(9), (value, scaleMin) => {
        const trimmed = trimDecimal(value, scaleMin);
        expect(compareDecimal(trimmed, value)).toBe(0);
        expect(trimmed.scale <= Math.min(value.scale, scaleMin) || trimmed.digits % 10n !== 0n).toBe(true);
        expect(trimmed.scale).toBeGreaterThanOrEqual(Math.min(value.scale, scaleMin));
      }),
    );
  });

  test.each([
    ['0.49995', 2, '0.50'],
    ['0.50000', 2, '0.50'],
    ['-1.239', 2, '-1.23'],
    ['3', 2, '3'],
    ['1000.001', 0, '1001'],
  ])('%s rounded up to %i decimals is %s', (text, scale, written) => {
    expect(formatDecimal(ceilDecimal(decimal(text), scale))).toBe(written);
  });

  test('a threshold that is rounded up judges every value of its scale as before', () => {
    fc.assert(
      fc.property(anyDecimal, fc.nat(4), fc.bigInt(-3n, 3n), (line, scale, aside) => {
        const rounded = ceilDecimal(line, scale);
        const value = { digits: rounded.digits + aside, scale: rounded.scale };
        expect(compareDecimal(value, rounded) >= 0).toBe(compareDecimal(value, line) >= 0);
      }),
    );
  });

  test('the greater of two is one of them, and not below the other', () => {
    expect([greaterOf(decimal('2.0'), decimal('10')), greaterOf(decimal('2.1'), decimal('2'))]).toEqual([
      decimal('10'),
      decimal('2.1'),
    ]);
  });
});
