// Who works a case by the configuration: the first row that fits, and until the end of which business day.
import { describe, expect, test } from 'vitest';
import { makeCalendar } from '../../../src/domain/calendar.ts';
import { AGES, Ageing, DUES } from '../../../src/projections/cases/case-ages.ts';
import { caughtBy, type RoutingRow, routeOf } from '../../../src/projections/cases/case-owners.ts';

/** Friday 2026-06-05 is a business day, the weekend is none, and Monday is a holiday. */
const CALENDAR = makeCalendar({ zone: 'Africa/Nairobi', weekend: [6, 7], holidays: ['2026-06-08'] });
const FRIDAY = Date.parse('2026-06-05T20:59:59Z');

type Routed = Parameters<typeof routeOf>[0];
const short = (minor: bigint, currency = 'KES', opened_at: number | null = FRIDAY): Routed => ({
  ...{ merchant: 'shop-1', provider: 'mfs-africa', value: [[currency, minor] as const] },
  finding: {
    ...{ stage: 'payment', kind: 'unmatched', reason: 'AMOUNT_UNDER', subject: '', expected: null, observed: null },
    ...{ difference: '-1', currency, opened_at },
  },
});
const ownerOf = (row: Routed, ...routing: RoutingRow[]) => routeOf(row, routing, CALENDAR).owner;

describe('an owner', () => {
  test('is that of the first row of which nothing is another', () => {
    const rows: RoutingRow[] = [
      { merchant: 'shop-2', owner: 'a' },
      { provider: 'paga', owner: 'b' },
      { reason: 'AMOUNT_OVER', owner: 'c' },
      { currency: 'NGN', owner: 'd' },
      { value_from: '50.01', owner: 'e' },
      { currency: 'NGN', value_from: '0', owner: 'f' },
      { merchant: 'shop-1', provider: 'mfs-africa', reason: 'AMOUNT_UNDER', currency: 'KES', owner: 'g' },
      { owner: 'h' },
    ];
    expect(ownerOf(short(5_000n), ...rows)).toBe('g');
    expect(ownerOf(short(5_001n), ...rows)).toBe('e');
    expect(ownerOf(short(5_001n, 'NGN'), ...rows)).toBe('d');
    expect(ownerOf(short(5_000n), ...rows.slice(0, 4))).toBeNull();
  });
});

test('each row catches what no row before it does', () => {
  const rows: RoutingRow[] = [
    { currency: 'NGN', owner: 'a' },
    { value_from: '50.01', owner: 'b' },
    { currency: 'NGN', value_from: '60', owner: 'c' },
  ];
  const cases = [short(6_000n, 'NGN'), short(1n, 'NGN'), short(6_000n), short(5_000n)];
  expect(caughtBy(rows, cases)).toEqual({ rows, caught: [2, 1, 0], uncaught: 1 });
  expect(caughtBy([], cases)).toEqual({ rows: [], caught: [], uncaught: 4 });
});

describe('a day', () => {
  test.each([
    [0, '2026-06-05T21:00:00.000Z'],
    [1, '2026-06-09T21:00:00.000Z'],
  ])('of %i business days ends in the zone of the rules', (due, ends) => {
    const { due_at } = routeOf(short(1n), [{ owner: 'a', due }], CALENDAR);
    expect(new Date(due_at!).toISOString()).toBe(ends);
  });

  test('is none where nobody knows since when a case is open', () => {
    expect(routeOf(short(1n, 'KES', null), [{ owner: 'a', due: 1 }], CALENDAR)).toEqual({ owner: 'a', due_at: null });
  });

  test('counts for the age of a case where it is worked', () => {
    const ages = (now: string) => {
      const ageing = new Ageing(CALENDAR, Date.parse(now));
      const due = ageing.dueOf(Date.parse('2026-06-09T21:00:00Z'));
      return [ageing.daysOf(FRIDAY), AGES[ageing.bucketOf(FRIDAY)], DUES[due]];
    };
    expect(ages('2026-06-08T20:00:00Z')).toEqual([0, '0', 'later']);
    expect(ages('2026-06-09T05:00:00Z')).toEqual([1, '1-2', 'later']);
    expect(ages('2026-06-09T21:00:00Z')).toEqual([2, '1-2', 'overdue']);
    expect(ages('2026-06-11T05:00:00Z')).toEqual([3, '3-5', 'overdue']);
    expect(ages('2026-06-23T05:00:00Z')).toEqual([11, '11+', 'overdue']);
  });
});
