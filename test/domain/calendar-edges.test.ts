// Days where the clocks change, leap days, the end of a year, and the second that some clocks show as 60.
import { expect, test } from 'vitest';
import { dateOfDay, dayOfDate, makeCalendar } from '../../src/domain/calendar.ts';
import { formatInstant, parseInstant } from '../../src/domain/time.ts';
import { factOf } from '../service/ledger/given-live-ledger.ts';

const HOUR = 3_600_000;
const calendar = (zone: string) => makeCalendar({ zone, weekend: [6, 7], holidays: [] });
const dayAt = (zone: string, text: string) => dateOfDay(calendar(zone).dayOf(parseInstant(text)!));

test.each([
  ['Europe/Berlin', '2026-03-29', 23],
  ['Europe/Berlin', '2026-10-25', 25],
  ['Africa/Cairo', '2026-04-24', 23],
  ['Africa/Cairo', '2026-10-29', 25],
  ['Africa/Nairobi', '2028-02-29', 24],
  ['Asia/Shanghai', '2026-12-31', 24],
])('in %s the day %s has its own hours, and every instant of it is on it (F30)', (zone, date, hours) => {
  const { startOf, dayOf } = calendar(zone);
  const day = dayOfDate(date);
  const [from, to] = [startOf(day), startOf(day + 1)];
  expect((to - from) / HOUR).toBe(hours);
  for (let at = from; at < to; at += HOUR / 4) expect(dateOfDay(dayOf(at))).toBe(date);
  expect([dayOf(from - 1), dayOf(to)]).toEqual([day - 1, day + 1]);
});

test('a leap day and the last second of a year are in their own day in every zone (F30)', () => {
  expect(dayAt('Africa/Nairobi', '2028-02-29T20:59:59.999Z')).toBe('2028-02-29');
  expect(dayAt('Africa/Nairobi', '2028-02-29T21:00:00Z')).toBe('2028-03-01');
  expect(dayAt('Asia/Shanghai', '2026-12-31T15:59:59.999Z')).toBe('2026-12-31');
  expect(dayAt('Asia/Shanghai', '2026-12-31T16:00:00Z')).toBe('2027-01-01');
  const { businessDayAfter } = calendar('Asia/Shanghai');
  // 2027-01-01 is a Friday.
  expect(dateOfDay(businessDayAfter(dayOfDate('2026-12-31'), 1))).toBe('2027-01-01');
  expect(dateOfDay(businessDayAfter(dayOfDate('2027-01-01'), 1))).toBe('2027-01-04');
  expect(parseInstant('2027-02-29T00:00:00Z')).toBeUndefined();
});

test('a leap second in a file is refused with its field, and the seconds around it are taken (F30)', () => {
  const order = (placed_at: string) =>
    factOf('orders', { merchant: 'shop', transaction_reference: 'A', amount: '500', currency: 'KES', placed_at });
  expect(() => order('2016-12-31T23:59:60Z')).toThrow('placed_at');
  const around = ['2016-12-31T23:59:59.999Z', '2017-01-01T00:00:00Z'];
  expect(around.map((text) => formatInstant(order(text).occurred_at!))).toEqual(around);
});
