// Courses in memory: what was put last is there, whatever was put and given up in between.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CourseStore, NO_LAST_DAY } from '../../../src/projections/day-sums/course-store.ts';

const puts = fc.array(
  fc.record({
    slot: fc.oneof(fc.nat({ max: 20 }), fc.nat({ max: 3_000 })),
    size: fc.oneof({ arbitrary: fc.nat({ max: 60 }), weight: 8 }, { arbitrary: fc.nat({ max: 400_000 }), weight: 1 }),
    first: fc.integer({ min: 0, max: 20 }),
    days: fc.oneof(fc.nat({ max: 5 }), fc.constant(NO_LAST_DAY - 20)),
  }),
  { minLength: 1, maxLength: 60 },
);

test('it gives what was put last, and the slots of the days', () =>
  fc.assert(
    fc.property(puts, fc.integer({ min: 0, max: 25 }), (given, day) => {
      const store = new CourseStore();
      const expected = new Map<number, { bytes: Buffer; first: number; last: number }>();
      for (const [at, { slot, size, first, days }] of given.entries()) {
        const bytes = Buffer.alloc(size, at + 1);
        const last = first + days;
        store.put(slot, bytes, first, last);
        if (size === 0) expected.delete(slot);
        else expected.set(slot, { bytes, first, last });
      }
      for (const { slot } of given) {
        const place = store.at(slot);
        const bytes = place?.bytes.subarray(place.from, place.to);
        expect(bytes?.equals(expected.get(slot)?.bytes ?? Buffer.alloc(0))).toBe(expected.has(slot) ? true : undefined);
      }
      const there = [...expected].filter(([, { first, last }]) => first <= day && last >= day).map(([slot]) => slot);
      const slots = Array.from({ length: 3_001 }, (_, slot) => slot);
      expect(slots.filter((slot) => store.isBetween(slot, day, day))).toEqual(
        there.sort((left, right) => left - right),
      );
    }),
    { numRuns: 50 },
  ));
