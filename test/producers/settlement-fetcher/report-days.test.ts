// The days of an account: a local hour that comes once on every day, also when the clocks change.
import fc from 'fast-check';
import { Settings } from 'luxon';
import { describe, expect, test } from 'vitest';
import { datesBack, dueAt, nextTime } from '../../../src/producers/settlement-fetcher/report-days.ts';

const HOUR = 3_600_000;
const text = (at: number) => new Date(at).toISOString();

describe('the time at which a report is fetched', () => {
  test.each([
    ['2026-06-01', '06:30', 'Africa/Nairobi', '2026-06-02T03:30:00.000Z'],
    ['2026-06-30', '00:00', 'Asia/Shanghai', '2026-06-30T16:00:00.000Z'],
    ['2026-12-31', '23:59', 'UTC', '2027-01-01T23:59:00.000Z'],
    // The clocks go forward at 01:00 UTC on 29 March: 02:30 does not exist, and becomes 03:30.
    ['2026-03-27', '02:30', 'Europe/Paris', '2026-03-28T01:30:00.000Z'],
    ['2026-03-28', '02:30', 'Europe/Paris', '2026-03-29T01:30:00.000Z'],
    ['2026-03-29', '02:30', 'Europe/Paris', '2026-03-30T00:30:00.000Z'],
    // The clocks go back at 01:00 UTC on 25 October: 02:30 comes twice, and the second one counts.
    ['2026-10-24', '02:30', 'Europe/Paris', '2026-10-25T01:30:00.000Z'],
    ['2026-10-25', '02:30', 'Europe/Paris', '2026-10-26T01:30:00.000Z'],
    // In Cairo, midnight does not exist on 24 April.
    ['2026-04-23', '00:00', 'Africa/Cairo', '2026-04-23T22:00:00.000Z'],
  ])('for %s at %s in %s is %s', (date, at, zone, expected) => {
    expect(text(dueAt(date, { at, zone }))).toBe(expected);
  });

  test.each(['2026-01-15', '2026-07-15'])('is the same whenever it is computed, %s', (today) => {
    const { now } = Settings;
    Settings.now = () => Date.parse(today);
    try {
      const time = { at: '02:30', zone: 'Europe/Paris' };
      expect(text(dueAt('2026-10-24', time))).toBe('2026-10-25T01:30:00.000Z');
      expect(text(dueAt('2026-03-28', time))).toBe('2026-03-29T01:30:00.000Z');
    } finally {
      Settings.now = now;
    }
  });

  test('comes once for every date, in the order of dates, and the next time is never now', () => {
    const zones = ['Africa/Cairo', 'Africa/Nairobi', 'America/New_York', 'Asia/Shanghai', 'Australia/Lord_Howe'];
    const from = Date.parse('2026-01-01T00:00:00Z');
    const now = fc.integer({ min: from, max: from + 400 * 24 * HOUR });
    const hour = fc.integer({ min: 0, max: 23 }).map((at) => `${String(at).padStart(2, '0')}:30`);
    fc.assert(
      fc.property(now, hour, fc.constantFrom(...zones), (instant, at, zone) => {
        const time = { at, zone };
        const dues = datesBack(instant, 5, time).map((date) => dueAt(date, time));
        for (let day = 1; day < dues.length; day++) {
          const gap = dues[day]! - dues[day - 1]!;
          expect(gap).toBeGreaterThanOrEqual(22 * HOUR);
          expect(gap).toBeLessThanOrEqual(26 * HOUR);
        }
        const next = nextTime(instant, time);
        expect(next).toBe(dues.find((due) => due > instant));
      }),
    );
  });

  test('covers all dates, with days in the zone', () => {
    const evening = Date.parse('2026-02-28T20:00:00Z');
    expect(datesBack(evening, 2, { at: '06:30', zone: 'UTC' })).toEqual(['2026-02-26', '2026-02-27', '2026-02-28']);
    expect(datesBack(evening, 1, { at: '06:30', zone: 'Asia/Shanghai' })).toEqual(['2026-02-28', '2026-03-01']);
  });
});
