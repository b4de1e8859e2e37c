// Times of which some are unknown: the earliest and the latest of those that are known.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { earlier, earliest, later, latest } from '../../src/domain/time.ts';

const times = fc.array(fc.option(fc.integer({ min: -5, max: 5 }), { freq: 3 }), { maxLength: 6 });

test('the earliest and the latest pass over what is unknown', () => {
  fc.assert(
    fc.property(times, (list) => {
      const known = list.filter((time) => time !== null);
      expect(earliest(list)).toBe(known.length === 0 ? null : Math.min(...known));
      expect(latest(list)).toBe(known.length === 0 ? null : Math.max(...known));
    }),
  );
});

test('of two times, as of several', () => {
  fc.assert(
    fc.property(fc.tuple(fc.option(fc.nat(3)), fc.option(fc.nat(3))), ([left, right]) => {
      expect(earlier(left, right)).toBe(earliest([left, right]));
      expect(later(left, right)).toBe(latest([left, right]));
    }),
  );
});
