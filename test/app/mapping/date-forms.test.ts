// In which forms cells write dates and times, and what they leave open.
import { DateTime } from 'luxon';
import { describe, expect, test } from 'vitest';
import { findDates, inOrder, isDateLike, zoneNamedIn } from '../../../src/app/mapping/date-forms.ts';

/** Cells, the form that is found, and the date that it reads. */
const FORMS: readonly (readonly [string, string])[] = [
  ['25/11/2026', 'd/M/yyyy'],
  ['25-11-2026 08:04:03', 'd-M-yyyy HH:mm:ss'],
  ['25.11.2026', 'd.M.yyyy'],
  ['11/25/2026', 'M/d/yyyy'],
  ['25/11/26', 'd/M/yy'],
  ['2026-11-25 08:04:03', 'yyyy-MM-dd HH:mm:ss'],
  ['2026-11-25 08:04', 'yyyy-MM-dd HH:mm'],
  ['2026-11-25 08:04:03 +0300', 'yyyy-MM-dd HH:mm:ss ZZZ'],
  ['2026/11/25', 'yyyy/M/d'],
  ['20261125080403', 'yyyyMMddHHmmss'],
  ['20261125', 'yyyyMMdd'],
  ['25 Nov 2026', 'd MMM yyyy'],
  ['25-Nov-2026', 'd-MMM-yyyy'],
  ['Nov 25, 2026', 'MMM d, yyyy'],
  ['25/11/2026 8:04 PM', 'd/M/yyyy h:mm a'],
  ['2026年11月25日', 'yyyy年M月d日'],
  ['2026年11月25日 08:04', 'yyyy年M月d日 HH:mm'],
];

describe('dates', () => {
  test.each(FORMS)('%s have the form %s, which reads them', (cell, form) => {
    expect([...findDates([cell]).forms.keys()]).toEqual([form]);
    expect(DateTime.fromFormat(cell, form, { zone: 'utc' }).toISODate()).toBe('2026-11-25');
  });

  test.each(['2026-11-25', '2026-11-25T08:04:03Z', '2026-11-25T08:04:03.000+03:00', '2026-11-25T08:04:03'])(
    '%s need no form',
    (cell) => {
      expect([...findDates([cell]).forms.keys()]).toEqual([]);
      expect(isDateLike(cell)).toBe(true);
    },
  );

  test.each(['', 'ORD-1', '13/13/2026', '1500.00', '32/01/2026', '600123', 'Nov', '254711000001'])(
    'are not seen in "%s"',
    (cell) => expect(isDateLike(cell)).toBe(false),
  );
});

describe('day and month', () => {
  test('are open where both may be either', () => {
    const { open, order, forms } = findDates(['01/02/2026', '03/04/2026']);
    expect([open, order]).toEqual(['01/02/2026', null]);
    expect([...forms.keys()].map((form) => [inOrder(form, 'day'), inOrder(form, 'month')])).toEqual([
      ['d/M/yyyy', 'M/d/yyyy'],
    ]);
  });

  test('are settled by one cell with a day above twelve', () => {
    expect(findDates(['01/02/2026', '30/06/2026']).order).toEqual({ first: 'day', cell: '30/06/2026' });
    expect(findDates(['01/02/2026', '06/30/2026']).order).toEqual({ first: 'month', cell: '06/30/2026' });
  });
});

describe('zones', () => {
  test('are missing where a time has no offset', () => {
    expect(findDates(['2026-06-30 23:50:00', '2026-06-30T20:50:00']).local).toBe('2026-06-30 23:50:00');
    expect(findDates(['2026-06-30T20:50:00Z', '2026-06-30 12:00:00 +0300', '1782853800']).local).toBeNull();
  });

  test.each([
    ['date_created_gmt', 'UTC'],
    ['Time (UTC)', 'UTC'],
    ['Completion Time (EAT)', 'Africa/Nairobi'],
    ['Time Zone: Africa/Lagos', 'Africa/Lagos'],
    ['Times are UTC+3', 'Etc/GMT-3'],
    ['GMT-05:00', 'Etc/GMT+5'],
    ['时间（北京时间）', 'Asia/Shanghai'],
  ])('are named by "%s"', (text, zone) => {
    expect(zoneNamedIn(text)).toBe(zone);
    expect(DateTime.now().setZone(zone).isValid).toBe(true);
  });

  test.each(['Completion Time', 'great', 'October', 'WATER', 'Segment'])('are not named by "%s"', (text) => {
    expect(zoneNamedIn(text)).toBeUndefined();
  });
});
