// What all alerts share: unknown values, vanished subjects, restarts, messages and the list.
import { describe, expect, test } from 'vitest';
import type { AlertName } from '../../../src/projections/alerts/kinds.ts';
import { DAY, HOUR, ledgerOf, MINUTE, NOON, of, SECOND, type Seen, silence, traffic, World } from './world.ts';

const ACCOUNT = 'mfs-africa/main';
const HOST = 'api.example.com:443';
const FULL: Seen = { diskFreeRatio: 0.05 };
const MISSING: Seen = { missingReports: [{ account: ACCOUNT, date: '2026-05-31' }] };
const polls = (answered: number, failed: number): Seen =>
  traffic({ polls: new Map([[ACCOUNT, { answered, failed }]]) });
const days = (daysLeft: number | null): Seen => ({ certificates: [{ host: HOST, daysLeft }] });
const headroom = (...accounts: readonly (readonly [string, number])[]) => traffic({ headroom: new Map(accounts) });

describe('an unknown value', () => {
  const UNKNOWN: readonly (readonly [AlertName, Seen, Seen])[] = [
    ['unmatched_rate', { ledger: ledgerOf(1000, 900) }, { ledger: null }],
    ['unmatched_value', { ledger: ledgerOf(1000, 20, { KES: 9_000_000n }) }, { ledger: null }],
    ['callback_silence', silence(2 * HOUR), silence(2 * HOUR, { watchedMillis: HOUR - 1 })],
    ['polls_failing', polls(0, 10), polls(0, 2)],
    ['certificate_expiring', days(29), { certificates: null }],
    ['certificate_expiring', days(29), days(null)],
    ['certificate_expiring_soon', days(6), { certificates: null }],
    ['certificate_expiring_soon', days(6), days(null)],
    ['certificate_unreadable', days(null), { certificates: null }],
    ['disk_nearly_full', FULL, { diskFreeRatio: null }],
  ];

  test.each(UNKNOWN)('neither raises nor clears %s (%#)', (name, bad, unknown) => {
    const world = new World();
    world.lived(48, ledgerOf(1000, 20, { KES: 100_000n }));
    expect(of(name, world.watch(0, 2 * HOUR, unknown))).toEqual([]);
    expect(of(name, world.watch(2 * HOUR, 4 * HOUR, bad))).toHaveLength(1);
    expect(of(name, world.watch(4 * HOUR, 6 * HOUR, unknown))).toEqual([]);
    expect(world.active.get(name)).toBe(1);
  });

  test('keeps the threshold that raised the alert, with the value measured now', () => {
    const world = new World();
    world.watch(0, 6 * MINUTE, polls(4, 6));
    world.look(6 * MINUTE, polls(1, 2));
    expect(world.alerts.list()[0]).toMatchObject({ alert: 'polls_failing', value: '66.7', threshold: '50' });
  });
});

const quiet = (longestMillis: number) => ({ usual: 0, longestMillis, watchedMillis: 20 * DAY });

describe('silence', () => {
  test.each([
    ['at an hour with few callbacks', silence(2 * HOUR, { usual: 4 }), []],
    ['at an hour with enough callbacks', silence(2 * HOUR, { usual: 5 }), [`raised callback_silence ${ACCOUNT}`]],
    ['of an account that never called, in its first days', silence(2 * HOUR, { usual: null, isEverSeen: false }), []],
    ['of one that called before', silence(2 * HOUR, { usual: null }), [`raised callback_silence ${ACCOUNT}`]],
    ['of a shop with few callbacks, as long as others before', silence(3 * DAY, quiet(2 * DAY)), []],
    [
      'of a shop with few callbacks, twice as long as any before',
      silence(4 * DAY, quiet(2 * DAY)),
      [`raised callback_silence ${ACCOUNT}`],
    ],
    [
      'of a shop with few callbacks, while the service was away',
      silence(4 * DAY, { ...quiet(2 * DAY), watchedMillis: DAY }),
      [],
    ],
    ['of a shop that never called', silence(9 * DAY, { ...quiet(0), isEverSeen: false }), []],
  ])('%s', (_, seen, told) => {
    expect(new World().look(0, seen)).toEqual(told);
  });
});

describe('the subject of an alert', () => {
  test('is reported separately, and the gauge shows whether there is any', () => {
    const world = new World();
    const [a, b] = [`${ACCOUNT}-a`, `${ACCOUNT}-b`];
    world.watch(0, 3 * MINUTE, headroom([a, 0], [b, 1]));
    expect(world.watch(3 * MINUTE, 6 * MINUTE, headroom([a, 0], [b, 0]))).toEqual([`raised rate_limit_near ${a}`]);
    expect(world.watch(6 * MINUTE, 9 * MINUTE, headroom([a, 1], [b, 0]))).toEqual([`raised rate_limit_near ${b}`]);
    expect(world.watch(9 * MINUTE, 12 * MINUTE, headroom([a, 1], [b, 0]))).toEqual([`cleared rate_limit_near ${a}`]);
    expect(world.raised()).toEqual([`rate_limit_near ${b}`]);
    expect(world.active.get('rate_limit_near')).toBe(1);
  });

  test('may vanish: that clears the alert, after the usual delay', () => {
    const world = new World();
    world.watch(0, 6 * MINUTE, headroom([ACCOUNT, 0]));
    expect(world.watch(HOUR, HOUR + 5 * MINUTE, headroom())).toEqual([]);
    expect(world.look(HOUR + 5 * MINUTE, headroom())).toEqual([`cleared rate_limit_near ${ACCOUNT}`]);
  });

  test('does not count as bad while it does not exist', () => {
    const world = new World();
    world.look(0, headroom([ACCOUNT, 0]));
    world.look(2 * MINUTE, headroom());
    expect(world.watch(4 * MINUTE, 9 * MINUTE, headroom([ACCOUNT, 0]))).toEqual([]);
    expect(world.look(9 * MINUTE, headroom([ACCOUNT, 0]))).toEqual([`raised rate_limit_near ${ACCOUNT}`]);
  });

  test('may cross the threshold twice: each time is a new alert, with a message of a new id', () => {
    const world = new World();
    const told = [MISSING, {}, MISSING, {}].flatMap((seen, at) => world.look(at * HOUR, seen));
    expect(told.map((line) => line.split(' ')[0])).toEqual(['raised', 'cleared', 'raised', 'cleared']);
    expect(new Set(world.told.map(({ id }) => id)).size).toBe(4);
    expect(world.alerts.list().map(({ since, until }) => [since, until])).toEqual([
      [NOON + 2 * HOUR, NOON + 3 * HOUR],
      [NOON, NOON + HOUR],
    ]);
  });
});

describe('a restart', () => {
  test('repeats nothing, and the next process clears a raised alert', () => {
    const world = new World();
    expect(world.look(0, MISSING)).toHaveLength(1);
    world.open();
    expect(world.raised()).toEqual([`settlement_missing ${ACCOUNT} 2026-05-31`]);
    expect(world.watch(MINUTE, HOUR, MISSING)).toEqual([]);
    expect(world.active.get('settlement_missing')).toBe(1);
    world.open();
    expect(world.look(HOUR, {})).toEqual([`cleared settlement_missing ${ACCOUNT} 2026-05-31`]);
    expect(world.open().list()).toMatchObject([{ since: NOON, until: NOON + HOUR }]);
  });

  test('ignores certificates until they are read again', () => {
    const world = new World();
    world.look(0, days(6));
    world.open();
    expect([world.look(MINUTE, { certificates: null }), world.look(2 * MINUTE, days(6))].flat()).toEqual([]);
    expect(world.raised()).toEqual([`certificate_expiring_soon ${HOST}`, `certificate_expiring ${HOST}`]);
  });

  test('ignores alerts of another version', () => {
    const world = new World();
    world.database.exec(`INSERT INTO alerts VALUES (NULL, 'of_old', 'x', ${NOON - DAY}, NULL, '1', '1')`);
    world.open();
    expect(world.look(0, MISSING)).toEqual([`raised settlement_missing ${ACCOUNT} 2026-05-31`]);
    expect(world.alerts.list().map(({ alert }) => alert)).toEqual(['settlement_missing']);
  });
});

describe('a report', () => {
  test('is a message with everything that a reader needs, raised and cleared', () => {
    const world = new World();
    world.look(0, FULL);
    world.look(MINUTE, FULL);
    world.look(HOUR, { diskFreeRatio: 0.04 });
    world.look(2 * HOUR);
    world.look(2 * HOUR + MINUTE);
    const [raised, cleared, ...others] = world.told;
    expect(others).toEqual([]);
    expect(raised).toEqual({
      id: expect.stringMatching(/^msg_[\w-]{27}$/),
      type: 'alert.raised',
      timestamp: NOON + MINUTE,
      merchant: '',
      names: [],
      data: {
        alert: 'disk_nearly_full',
        about: '',
        severity: 'critical',
        since: '2026-06-01T12:01:00Z',
        value: '5',
        threshold: '10',
        message: {
          en: 'Only 5 % of the disk is free; without free space no callback can be accepted.',
          'zh-CN': '磁盘只剩 5% 可用；空间用尽后将无法接收回调。',
        },
        next: { en: 'Free some space or enlarge the disk.', 'zh-CN': '清理空间或扩容磁盘。' },
      },
    });
    expect(cleared).toMatchObject({ type: 'alert.cleared', timestamp: NOON + 2 * HOUR + MINUTE });
    expect(cleared!.data).toMatchObject({ since: '2026-06-01T12:01:00Z', until: '2026-06-01T14:01:00Z' });
  });

  test('goes to the log at the level of its severity', () => {
    const world = new World();
    world.look(0, { ...MISSING, goneTargets: ['shop'] });
    world.look(HOUR);
    expect(world.logged.map(({ level, msg }) => [level, msg])).toEqual([
      [50, `alert raised: The settlement report ${ACCOUNT} 2026-05-31 is due but missing.`],
      [40, 'alert raised: shop answered that it is gone (410) and gets no more messages.'],
      [30, 'alert cleared: settlement_missing'],
      [30, 'alert cleared: target_gone'],
    ]);
  });

  test('follows reloaded settings', () => {
    const world = new World();
    const forged = traffic({ forged: new Map([[ACCOUNT, 3]]) });
    expect(world.look(0, forged)).toEqual([]);
    world.settings = { ...world.settings, forged_per_hour: 3 };
    expect(world.look(MINUTE, forged)).toEqual([`raised webhooks_forged ${ACCOUNT}`]);
  });
});

describe('the list', () => {
  test('has the raised alerts first, then those cleared within seven days, newest first', () => {
    const world = new World();
    const targets = (...goneTargets: readonly string[]): Seen => ({ goneTargets });
    world.look(0, targets('a', 'b'));
    world.look(HOUR, targets('b'));
    world.look(2 * HOUR, targets('c'));
    const shown = () => world.alerts.list().map(({ about, until }) => [about, until]);
    expect(shown()).toEqual([
      ['c', null],
      ['b', NOON + 2 * HOUR],
      ['a', NOON + HOUR],
    ]);
    world.look(7 * DAY + HOUR, targets('c'));
    expect(shown()).toEqual([
      ['c', null],
      ['b', NOON + 2 * HOUR],
    ]);
    world.look(70 * DAY, targets('c'));
    expect(shown()).toEqual([['c', null]]);
    expect(world.database.prepare('SELECT about FROM alerts').all()).toEqual([{ about: 'c' }]);
  });

  test('shows the last value while the alert was raised', () => {
    const world = new World();
    const lag = (seconds: number): Seen => ({ lagMillis: seconds * SECOND });
    const shown = [30, 45, 90, 12, 3].map((seconds, at) => {
      world.look(at * MINUTE, lag(seconds));
      return world.alerts.list().map(({ value, until }) => `${value}${until === null ? '' : ' cleared'}`);
    });
    expect(shown).toEqual([[], ['45'], ['90'], ['12'], ['3']]);
    world.look(5 * MINUTE, lag(2));
    world.look(6 * MINUTE, lag(1));
    expect(world.alerts.list()).toMatchObject([{ value: '2', until: NOON + 5 * MINUTE }]);
  });
});
