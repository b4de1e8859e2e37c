// The slots of a payment: in order, within the jitter, the same at each computation, and no more than the budget.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Polling, Schedule } from '../../../src/producers/poller/schedule.ts';

const MINUTE = 60_000;
const START = Date.parse('2026-06-01T12:00:00Z');

const polling: fc.Arbitrary<Polling> = fc.record({
  schedule: fc.array(fc.integer({ min: 1, max: 48 * 60 * MINUTE }), { minLength: 1, maxLength: 10 }),
  jitter: fc.double({ min: 0, max: 1, noNaN: true }),
  budget: fc.integer({ min: 1, max: 30 }),
});
const reference = fc.string({ minLength: 1, maxLength: 20 });

const slotsOf = (schedule: Schedule, name: string): number[] =>
  Array.from({ length: schedule.budget }, (_, index) => schedule.slotAt(START, name, index));

describe('the slots', () => {
  test('come one after the other, after the start, whatever the jitter', () => {
    fc.assert(
      fc.property(polling, reference, (given, name) => {
        const slots = slotsOf(new Schedule(given), name);
        expect(slots[0]).toBeGreaterThan(START);
        for (let at = 1; at < slots.length; at++) expect(slots[at]).toBeGreaterThan(slots[at - 1]!);
      }),
    );
  });

  test('stay within the jitter of the schedule (F36)', () => {
    fc.assert(
      fc.property(polling, reference, (given, name) => {
        const schedule = new Schedule(given);
        const offsets = [0, ...new Set(given.schedule)].sort((left, right) => left - right);
        for (let index = 0; index < Math.min(offsets.length - 1, given.budget); index++) {
          const early = START + offsets[index + 1]! - schedule.slotAt(START, name, index);
          expect(early).toBeGreaterThanOrEqual(0);
          expect(early).toBeLessThanOrEqual(given.jitter * (offsets[index + 1]! - offsets[index]!));
        }
      }),
    );
  });

  test('are the same when the service starts again, and different for another payment', () => {
    const given = { schedule: [2 * MINUTE, 60 * MINUTE], jitter: 0.5, budget: 6 };
    const slots = slotsOf(new Schedule(given), 'SHOP-1');
    expect(slotsOf(new Schedule({ ...given }), 'SHOP-1')).toEqual(slots);
    expect(slotsOf(new Schedule(given), 'SHOP-2')).not.toEqual(slots);
  });

  test('continue at the last interval until the budget is spent', () => {
    const schedule = new Schedule({ schedule: [5 * MINUTE, 2 * MINUTE], jitter: 0, budget: 4 });
    expect(slotsOf(schedule, 'SHOP-1').map((slot) => (slot - START) / MINUTE)).toEqual([2, 5, 8, 11]);
    expect(schedule.next(START, 'SHOP-1', START + 11 * MINUTE)).toBe(null);
  });

  test('a schedule of one offset repeats it', () => {
    const schedule = new Schedule({ schedule: [3 * MINUTE], jitter: 0, budget: 3 });
    expect(slotsOf(schedule, 'SHOP-1').map((slot) => (slot - START) / MINUTE)).toEqual([3, 6, 9]);
  });
});

describe('the next slot', () => {
  test('is the first one after an instant, and there is none after the last', () => {
    fc.assert(
      fc.property(polling, reference, fc.integer({ min: -MINUTE, max: 60 * 24 * 60 * MINUTE }), (given, name, age) => {
        const schedule = new Schedule(given);
        const after = START + age;
        const expected = slotsOf(schedule, name).find((slot) => slot > after) ?? null;
        expect(schedule.next(START, name, after)).toBe(expected);
      }),
    );
  });

  test('is the first of all if none was used, however long ago that was', () => {
    const schedule = new Schedule({ schedule: [2 * MINUTE], jitter: 0, budget: 1 });
    expect(schedule.next(START, 'SHOP-1', null)).toBe(START + 2 * MINUTE);
  });
});
