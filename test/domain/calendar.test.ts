// Days of a zone where clocks change, in leap years and at the ends of years; seconds that no clock shows.
import { expect, test } from 'vitest';
import { dateOfDay, dayOfDate, makeCalendar } from '../../src/domain/calendar.ts';
import { isDate, parseInstant } from '../../src/domain/time.ts';

const inZone = (zone: string) => makeCalendar({ zone, weekend: [6, 7], holidays: ['2028-02-29'] });
const at = (text: string) => parseInstant(text)!;

test.each([
  // Clocks go forward at 00:00 in Cairo: the day has no midnight and 23 hours.
  ['Africa/Cairo', '2026-04-23T21:59:59Z', '2026-04-23'],
  ['Africa/Cairo', '2026-04-23T22:00:00Z', '2026-04-24'],
  ['Africa/Cairo', '2026-04-24T20:59:59Z', '2026-04-24'],
  ['Africa/Cairo', '2026-04-24T21:00:00Z', '2026-04-25'],
  // Clocks go back at 02:00 in New York: the day has 25 hours, and an hour comes twice.
  ['America/New_York', '2026-11-01T03:59:59Z', '2026-10-31'],
  ['America/New_York', '2026-11-01T05:30:00Z', '2026-11-01'],
  ['America/New_York', '2026-11-01T06:30:00Z', '2026-11-01'],
  ['America/New_York', '2026-11-02T04:59:59Z', '2026-11-01'],
  ['America/New_York', '2026-11-02T05:00:00Z', '2026-11-02'],
  // A quarter of an hour off the full one.
  ['Asia/Kathmandu', '2026-06-01T18:14:59Z', '2026-06-01'],
  ['Asia/Kathmandu', '2026-06-01T18:15:00Z', '2026-06-02'],
  ['Asia/Shanghai', '2028-02-28T16:00:00Z', '2028-02-29'],
  ['Asia/Shanghai', '2028-02-29T15:59:59.999Z', '2028-02-29'],
  ['Asia/Shanghai', '2027-02-28T16:00:00Z', '2027-03-01'],
  ['Asia/Shanghai', '2026-12-31T16:00:00Z', '2027-01-01'],
  ['UTC', '2026-12-31T23:59:59.999Z', '2026-12-31'],
  ['UTC', '1969-12-31T23:59:59Z', '1969-12-31'],
])('in %s, %s is on %s (F30)', (zone, instant, date) => {
  expect(dateOfDay(inZone(zone).dayOf(at(instant)))).toBe(date);
});

test('each day begins where the one before it ends, through all changes of two years (F30)', () => {
  for (const zone of [
    'Africa/Cairo',
    'America/New_York',
    'Africa/Casablanca',
    'Asia/Shanghai',
    'Australia/Lord_Howe',
  ]) {
    const calendar = inZone(zone);
    for (let day = dayOfDate('2027-01-01'); day < dayOfDate('2029-01-01'); day++) {
      const start = calendar.startOf(day);
      expect([zone, dateOfDay(calendar.dayOf(start))]).toEqual([zone, dateOfDay(day)]);
      expect([zone, dateOfDay(calendar.dayOf(start - 1))]).toEqual([zone, dateOfDay(day - 1)]);
    }
  }
});

test('a business day passes over a leap day that is a holiday, and over the end of a year (F30)', () => {
  const { businessDayAfter } = inZone('Asia/Shanghai');
  const after = (date: string, days: number) => dateOfDay(businessDayAfter(dayOfDate(date), days));
  expect(after('2028-02-28', 1)).toBe('2028-03-01');
  expect(after('2027-02-26', 1)).toBe('2027-03-01');
  expect(after('2026-12-31', 1)).toBe('2027-01-01');
  expect(after('2027-12-31', 1)).toBe('2028-01-03');
});

test.each(['2026-06-30T23:59:60Z', '2026-12-31T23:59:60.5Z', '2027-02-29T00:00:00Z', '2026-06-31T00:00:00Z'])(
  '%s is no time that is taken (F30)',
  (text) => {
    expect(parseInstant(text)).toBeUndefined();
    expect(isDate('2028-02-29')).toBe(true);
  },
);
