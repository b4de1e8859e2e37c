// Sums up to any day against a plain sum of all changes, asked at any time between them.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DaySeries } from '../../../src/projections/day-sums/day-series.ts';

const changes = fc.array(
  fc.record({
    day: fc.integer({ min: -5, max: 5 }),
    count: fc.integer({ min: -1, max: 1 }),
    digits: fc.bigInt(-3n, 3n),
  }),
  { maxLength: 30 },
);

test('a sum up to a day is that of all changes up to it', () =>
  fc.assert(
    fc.property(changes, fc.integer({ min: -6, max: 6 }), (given, asked) => {
      const series = new DaySeries();
      for (const [at, { day, count, digits }] of given.entries()) {
        series.add(day, count, { digits, scale: 0 });
        const known = given.slice(0, at + 1).filter((one) => one.day <= asked);
        const sum = known.reduce((left, one) => left + one.digits, 0n);
        const counted = known.reduce((left, one) => left + one.count, 0);
        expect(series.until(asked)).toEqual({ count: counted, amount: { digits: sum, scale: 0 } });
      }
      for (const { day, count, digits } of given) series.add(day, -count, { digits: -digits, scale: 0 });
      expect(series.isEmpty).toBe(true);
    }),
  ));
