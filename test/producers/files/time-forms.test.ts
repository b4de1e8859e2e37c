// Dates and times as a mapping says that they are written, in the zone that it names.
import { DateTime } from 'luxon';
import { describe, expect, test } from 'vitest';
import { parseMappings } from '../../../src/producers/files/mapping-file.ts';
import { isTimeForm, timeReader } from '../../../src/producers/files/time-forms.ts';
import { read, SETTLEMENT_HEADER, settledOf } from '../import-helpers.ts';

const HEADER = 'merchant,transaction_reference,amount,currency,placed_at,expires_at';
const order = (part: string, placed: string) => {
  const mapping = parseMappings(`orders: { ${part} }`, 'm.yaml').orders;
  return read('orders', `${HEADER}\nduka,R1,5,KES,"${placed}",\n`, { mapping });
};
const settled = (part: string, date: string) => {
  const mapping = parseMappings(`settlements: { ${part} }`, 'm.yaml').settlements;
  return read('settlements', `${SETTLEMENT_HEADER}\nR1,T1,payment,5,KES,,"${date}"\n`, { mapping });
};

test.each([
  ['X', '1782863400250'],
  ['x', '1782863400'],
  ['X', '20260630'],
])('since 1970 by %s, %s is of another size and refused', async (form, placed) => {
  expect((await order(`dates: [${form}]`, placed)).faults).toEqual(['2 placed_at HESABU_TIME_INVALID']);
});

test('a date since 1970 is that of the zone', async () => {
  const { facts } = await settled('dates: [X], zone: Africa/Nairobi', '1782863400');
  expect(settledOf(facts[0]).settlement_date).toBe('2026-07-01');
});

test.each(['CST', 'IST', 'EST'])('the zone %s is refused: several places call theirs so', (zone) => {
  expect(() => parseMappings(`orders: { zone: ${zone} }`, 'm')).toThrow('expected a zone such as Africa/Nairobi');
});

describe('a time', () => {
  test.each([
    ['zone: Africa/Nairobi', '2026-06-30 23:50:00', '2026-06-30T20:50:00Z'],
    ['zone: Africa/Nairobi', '2026-06-30T23:50', '2026-06-30T20:50:00Z'],
    ['zone: Africa/Nairobi', '2026-06-30T23:50:00.250', '2026-06-30T20:50:00.250Z'],
    ['zone: Africa/Nairobi', '2026-06-30T23:50:00Z', '2026-06-30T23:50:00Z'],
    ['zone: Africa/Nairobi', '2026-06-30T23:50:00+01:00', '2026-06-30T22:50:00Z'],
    ['zone: Africa/Nairobi, dates: ["dd/MM/yyyy HH:mm"]', '30/06/2026 23:50', '2026-06-30T20:50:00Z'],
    ['zone: Africa/Nairobi, dates: ["MM/dd/yyyy HH:mm"]', '06/05/2026 23:50', '2026-06-05T20:50:00Z'],
    ['zone: Africa/Lagos, dates: ["yyyyMMddHHmmss"]', '20260630235000', '2026-06-30T22:50:00Z'],
    ['zone: Asia/Shanghai, dates: ["d.M.yyyy H:mm"]', '1.7.2026 7:05', '2026-06-30T23:05:00Z'],
    ['zone: UTC, dates: ["MMM d, yyyy h:mm a"]', 'Jun 30, 2026 11:50 PM', '2026-06-30T23:50:00Z'],
    ['zone: UTC, dates: ["dd-MMM-yy HH:mm"]', '30-Jun-26 23:50', '2026-06-30T23:50:00Z'],
    ['dates: ["dd/MM/yyyy HH:mm:ss ZZ"]', '30/06/2026 23:50:00 +03:00', '2026-06-30T20:50:00Z'],
    ['zone: UTC, dates: ["yyyy-MM-ddTHH:mm:ss", "dd/MM/yyyy HH:mm"]', '30/06/2026 23:50', '2026-06-30T23:50:00Z'],
    ['dates: [X]', '1782863400', '2026-06-30T23:50:00Z'],
    ['dates: [x, X]', '1782863400.116', '2026-06-30T23:50:00.116Z'],
    ['dates: [X, x]', '1782863400250', '2026-06-30T23:50:00.250Z'],
    ['zone: Europe/Paris', '2026-03-29 03:00:00', '2026-03-29T01:00:00Z'],
    ['zone: Europe/Paris', '2026-10-25 01:59:59', '2026-10-24T23:59:59Z'],
    ['zone: Europe/Paris', '2026-10-25T02:30:00+02:00', '2026-10-25T00:30:00Z'],
  ])('%s: %s is %s', async (part, placed, expected) => {
    const { facts, faults } = await order(part, placed);
    expect(faults).toEqual([]);
    expect(facts[0]?.occurred_at).toBe(Date.parse(expected));
  });

  test.each([
    ['', '2026-06-30 23:50:00', 'expected a real time with an offset'],
    ['dates: ["dd/MM/yyyy HH:mm"]', '30/06/2026 23:50', 'an offset, or the `zone` of the file'],
    ['zone: Africa/Nairobi', '30/06/2026 23:50', 'expected a real time'],
    ['zone: Africa/Nairobi', '2026-06-31 23:50:00', 'expected a real time'],
    ['zone: Africa/Nairobi', '2026-06-30', 'expected a real time'],
    ['zone: UTC, dates: ["dd/MM/yyyy"]', '30/06/2026', 'as dd/MM/yyyy'],
    ['zone: UTC, dates: ["dd/MM/yyyy HH:mm"]', '31/06/2026 23:50', 'as dd/MM/yyyy HH:mm'],
    ['zone: UTC, dates: ["dd/MM/yyyy HH:mm"]', '30/06/2026 24:10', 'as dd/MM/yyyy HH:mm'],
    ['zone: UTC, dates: ["dd/MM/yyyy HH:mm"]', '30/06/2026 23:50 ', ''],
    ['zone: UTC, dates: ["dd/MM/yyyy HH:mm"]', '30/06/2026 23:505', 'as dd/MM/yyyy HH:mm'],
    ['zone: UTC, dates: ["dd/MM/yyyy HH:mm"]', '0030/06/2026 23:50', 'as dd/MM/yyyy HH:mm'],
    ['zone: Europe/Paris', '2026-03-29 02:30:00', 'never came: clocks were set forward in Europe/Paris'],
    ['zone: Europe/Paris', '2026-10-25 02:30:00', 'came twice: clocks were set back in Europe/Paris'],
    ['zone: Africa/Casablanca', '2026-02-15 02:30:00', 'came twice'],
  ])('%s: %s is refused', async (part, placed, expected) => {
    const { faults, rejects } = await order(part, placed);
    if (expected === '') return expect(faults).toEqual([]);
    expect(faults).toEqual(['2 placed_at HESABU_TIME_INVALID']);
    expect(rejects[0]?.message).toContain(expected);
  });

  test.each([
    ['2026-06-30 23:50:00', '`zone: ...`'],
    ['2026-06-30T23:50:00', '`zone: ...`'],
    ['30/06/2026 23:50', '`dates: ["d/M/yyyy HH:mm"]` (or "M/d/yyyy HH:mm") and `zone: ...`'],
    ['30.6.2026, 9:50:00', '`dates: ["d.M.yyyy, H:mm:ss"]`'],
    ['20260630235000', '`dates: ["yyyyMMddHHmmss"]` and `zone: ...`'],
  ])('without a mapping, %s is refused, and no way is shown that shifts it (B14 partly)', async (placed, hint) => {
    const { rejects } = await read('orders', `${HEADER}\nduka,R1,5,KES,"${placed}",\n`);
    expect(rejects[0]?.message).toContain(hint);
    expect(rejects[0]?.message).not.toMatch(/\dZ\b/);
  });
});

describe('a date', () => {
  test.each([
    ['dates: ["dd/MM/yyyy"]', '02/06/2026', '2026-06-02'],
    ['dates: ["MM/dd/yyyy"]', '02/06/2026', '2026-02-06'],
    ['dates: ["d/M/yyyy", "yyyyMMdd"]', '20260602', '2026-06-02'],
    ['dates: ["d/M/yyyy"]', '2026-06-02', '2026-06-02'],
    ['dates: ["dd-MM-yyyy HH:mm:ss"], zone: Africa/Nairobi', '01-06-2026 00:05:03', '2026-06-01'],
    ['dates: ["dd-MM-yyyy HH:mm:ss"]', '01-06-2026 23:05:03', '2026-06-01'],
    ['zone: Africa/Nairobi', '2026-06-02T00:00:00.000Z', '2026-06-02'],
    ['zone: Africa/Nairobi', '2026-06-01T21:00:00Z', '2026-06-02'],
    ['zone: America/New_York', '2026-06-02T00:00:00.000Z', '2026-06-01'],
    ['zone: Africa/Nairobi', '2026-06-02 23:59', '2026-06-02'],
    ['dates: ["yyyy\u5e74M\u6708d\u65e5"]', '2026\u5e746\u67082\u65e5', '2026-06-02'],
    ['dates: ["dd MMMM yyyy"]', '02 June 2026', '2026-06-02'],
    ['separator: ","', '2026-06-02T23:00:00Z', '2026-06-02'],
  ])('%s: %s is %s', async (part, date, expected) => {
    const { facts, faults } = await settled(part, date);
    expect(faults).toEqual([]);
    expect(settledOf(facts[0]).settlement_date).toBe(expected);
  });

  test.each([
    ['dates: ["dd/MM/yyyy"]', '31/06/2026'],
    ['dates: ["dd/MM/yyyy"]', '2/6/2026'],
    ['dates: ["dd/MM/yyyy"]', '02/06/26'],
    ['dates: ["dd/MM/yyyy"]', '02-06-2026'],
    ['zone: UTC', '2026-06-31T00:00:00Z'],
    ['zone: UTC', 'soon'],
  ])('%s: %s is refused', async (part, date) => {
    expect((await settled(part, date)).faults).toEqual(['2 settlement_date HESABU_DATE_INVALID']);
  });
});

test.each(['dd/MM/yyyy', 'd.M.yyyy H:mm', 'yyyyMMddHHmmss', "yyyy-MM-dd'T'HH:mm:ss.SSS", 'M/d/yyyy HH:mm:ss'])(
  'reads %s as Luxon does, at every hour of a year',
  (form) => {
    const reader = timeReader([form], 'Africa/Nairobi')!;
    const luxon = form.replace('T', "'T'").replace("''T''", "'T'");
    for (let at = Date.UTC(2028, 0, 1); at < Date.UTC(2029, 0, 1); at += 3_661_007) {
      const shown = DateTime.fromMillis(at, { zone: 'Africa/Nairobi' }).toFormat(luxon);
      const read = DateTime.fromFormat(shown, luxon, { zone: 'Africa/Nairobi' });
      if (/H/.test(form)) expect(reader.instant(shown)).toBe(read.toMillis());
      expect(reader.date(shown)).toBe(read.toISODate());
    }
  },
);

test.each(['hello', 'HH:mm', 'YYYY-MM-DD', 'dd/mm/qq', 'D', ''])('%j is no form', (form) => {
  expect(isTimeForm(form)).toBe(false);
});
