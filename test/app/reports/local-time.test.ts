// Times for people.

import { DateTime } from 'luxon';
import { expect, test } from 'vitest';
import { localAndUtc, localTime, wallClock } from '../../../src/app/reports/local-time.ts';

test.each([
  ['2026-01-31T09:00:00Z', 'Asia/Shanghai', '2026-01-31 17:00:00 (UTC+8) / 2026-01-31 09:00:00Z'],
  ['2026-01-31T22:30:00Z', 'Asia/Kolkata', '2026-02-01 04:00:00 (UTC+5:30) / 2026-01-31 22:30:00Z'],
  ['2026-01-31T00:00:00Z', 'UTC', '2026-01-31 00:00:00 (UTC+0) / 2026-01-31 00:00:00Z'],
  ['2026-07-01T00:00:00Z', 'America/New_York', '2026-06-30 20:00:00 (UTC-4) / 2026-07-01 00:00:00Z'],
])('%s in %s', (utc, zone, text) => {
  expect(localAndUtc(Date.parse(utc), zone)).toBe(text);
});

test('milliseconds are shown if there are any', () => {
  expect(localTime(Date.parse('2026-01-31T09:00:00.250Z'), 'Africa/Nairobi')).toBe('2026-01-31 12:00:00.250 (UTC+3)');
});

test('the wall clock of a zone follows its clock changes to the second (F30 partly)', () => {
  const clock = wallClock('Europe/Paris');
  const change = Date.parse('2026-03-29T01:00:00Z');
  for (const at of [change - 1_000, change, change - 1, change + 86_400_000, change - 1_000]) {
    const local = DateTime.fromMillis(at, { zone: 'Europe/Paris' });
    expect(clock(at)).toBe(local.setZone('UTC', { keepLocalTime: true }).toMillis());
  }
});
