// Traffic by account: counted by the hour and the day, and compared with the same hour of other days.
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Traffic } from '../../../src/projections/alerts/traffic.ts';
import type { Labels, Meter } from '../../../src/runtime/meter.ts';
import { ManualClock } from '../../producers/poller/manual-clock.ts';
import { DAY, HOUR, MINUTE, NOON } from './world.ts';

const ABOUT = 'mfs-africa/main';

class Shop {
  readonly database = new DatabaseSync(':memory:');
  readonly clock: ManualClock;
  readonly passed: unknown[][] = [];
  private readonly meter: Meter = {
    add: (...all) => this.passed.push(['add', ...all]),
    set: (...all) => this.passed.push(['set', ...all]),
    observe: (...all) => this.passed.push(['observe', ...all]),
  };
  traffic: Traffic;

  constructor(at = NOON) {
    this.clock = new ManualClock(at);
    this.traffic = this.restart();
  }

  restart(): Traffic {
    this.traffic = new Traffic(this.meter, this.clock, this.database);
    return this.traffic;
  }

  webhooks(outcome: string, count = 1, account = 'main'): void {
    const labels: Labels = { provider: 'mfs-africa', account, outcome };
    for (let at = 0; at < count; at += 1) this.traffic.add('hesabu_webhooks_total', labels);
  }

  callbacks() {
    return this.traffic.vitals([ABOUT]).callbacks.get(ABOUT)!;
  }
}

describe('a count', () => {
  test.each([
    ['accepted', { callbacks: true, forged: 0, unread: 0 }],
    ['repeated', { callbacks: true, forged: 0, unread: 0 }],
    ['unread', { callbacks: true, forged: 0, unread: 2 }],
    ['forged', { callbacks: false, forged: 2, unread: 0 }],
    ['stale', { callbacks: false, forged: 2, unread: 0 }],
    ['too_large', { callbacks: false, forged: 0, unread: 0 }],
  ])('of webhooks that were %s', (outcome, expected) => {
    const shop = new Shop();
    shop.webhooks(outcome, 2);
    const { callbacks, forged, unread } = shop.traffic.vitals([ABOUT]);
    const found = { forged: forged.get(ABOUT) ?? 0, unread: unread.get(ABOUT) ?? 0 };
    expect({ callbacks: callbacks.get(ABOUT)!.isEverSeen, ...found }).toEqual(expected);
  });

  test('of polls, by whether they were answered', () => {
    const shop = new Shop();
    for (const outcome of ['answered', 'unknown', 'misunderstood', 'failed', 'limited']) {
      shop.traffic.add('hesabu_polls_total', { account: 'main', outcome });
    }
    shop.traffic.add('hesabu_polls_total', { account: 'other', outcome: 'failed' }, 3);
    expect(shop.traffic.vitals([]).polls).toEqual(
      new Map([
        ['main', { answered: 3, failed: 1 }],
        ['other', { answered: 0, failed: 3 }],
      ]),
    );
  });

  test('is passed on completely to the other meter', () => {
    const shop = new Shop();
    shop.traffic.add('hesabu_facts_total', { topic: 'orders.v1' }, 4);
    shop.traffic.set('hesabu_archive_bytes', {}, 9);
    shop.traffic.observe('hesabu_ack_seconds', { provider: 'mfs-africa', account: 'main' }, 0.25);
    expect(shop.passed).toEqual([
      ['add', 'hesabu_facts_total', { topic: 'orders.v1' }, 4],
      ['set', 'hesabu_archive_bytes', {}, 9],
      ['observe', 'hesabu_ack_seconds', { provider: 'mfs-africa', account: 'main' }, 0.25],
    ]);
  });

  test.each([
    ['forged', HOUR],
    ['unread', DAY],
  ] as const)('of %s is forgotten after its time, to within five minutes', (outcome, millis) => {
    const shop = new Shop();
    shop.webhooks(outcome, 3);
    const count = () => shop.traffic.vitals([])[outcome].get(ABOUT);
    shop.clock.skip(millis);
    expect(count()).toBe(3);
    shop.clock.skip(5 * MINUTE - 1);
    expect(count()).toBe(3);
    shop.clock.skip(1);
    expect(count()).toBe(0);
  });

  test('is the same however often it is read, also after restarts', () => {
    const step = fc.record({
      wait: fc.nat(20 * MINUTE),
      count: fc.nat(3),
      act: fc.constantFrom('none', 'look', 'restart'),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 30 }), (steps) => {
        const shop = new Shop();
        const times: number[] = [];
        for (const { wait, count, act } of steps) {
          shop.clock.skip(wait);
          shop.webhooks('forged', count);
          times.push(...Array<number>(count).fill(shop.clock.now()));
          if (act !== 'none') shop.traffic.vitals([]);
          if (act === 'restart') shop.restart();
        }
        const from = shop.clock.now() - HOUR;
        // A bucket counts whole if any moment of it is within the hour.
        const due = times.filter((at) => at - (at % (5 * MINUTE)) + 5 * MINUTE > from).length;
        expect(shop.traffic.vitals([]).forged.get(ABOUT) ?? 0).toBe(due);
      }),
      { numRuns: 40 },
    );
  });
});

describe('the headroom of a rate limit', () => {
  test('is the last reported one, and full again after five minutes without calls', () => {
    const shop = new Shop();
    const rest = () => shop.traffic.vitals([]).headroom;
    expect(rest()).toEqual(new Map());
    shop.traffic.set('hesabu_rate_headroom_ratio', { account: 'main' }, 0.5);
    shop.traffic.set('hesabu_rate_headroom_ratio', { account: 'main' }, 0.25);
    shop.clock.skip(5 * MINUTE - 1);
    expect(rest()).toEqual(new Map([['main', 0.25]]));
    shop.clock.skip(1);
    expect(rest()).toEqual(new Map([['main', 1]]));
  });
});

describe('callbacks', () => {
  test('that never came are silent since monitoring began', () => {
    const shop = new Shop();
    shop.clock.skip(2 * HOUR);
    expect(shop.callbacks()).toEqual({
      silentMillis: 2 * HOUR,
      isEverSeen: false,
      usual: null,
      longestMillis: null,
      watchedMillis: 2 * HOUR,
    });
  });

  test('are silent since the last five minutes with a callback, also after a restart', () => {
    const shop = new Shop();
    shop.clock.skip(7 * MINUTE);
    shop.webhooks('accepted');
    expect(shop.callbacks().silentMillis).toBe(0);
    shop.clock.skip(63 * MINUTE);
    expect(shop.callbacks().silentMillis).toBe(HOUR);
    shop.restart();
    expect(shop.callbacks()).toEqual({
      silentMillis: HOUR,
      isEverSeen: true,
      usual: null,
      longestMillis: null,
      watchedMillis: 0,
    });
  });

  /** These numbers of callbacks at 11:30 of each day, read this long after noon of the last day. */
  function usual(counts: readonly number[], later = DAY): number | null {
    const shop = new Shop(NOON - HOUR / 2);
    counts.forEach((count, day) => {
      shop.webhooks('accepted', count);
      // Callbacks of another account do not count for this one.
      shop.webhooks('accepted', 50, 'other');
      if (day < counts.length - 1) shop.clock.skip(DAY);
    });
    shop.clock.skip(HOUR / 2 + later);
    return shop.callbacks().usual;
  }

  test('of fewer than three days have no usual number', () => {
    expect(usual([8, 8])).toBe(null);
    expect(usual([8, 8, 8])).toBe(8);
  });

  test('have the usual number of a median day at this hour', () => {
    expect(usual([3, 9, 5, 7, 6])).toBe(6);
    expect(usual([1, 0, 0, 90])).toBe(1);
    // They came at 11:30: the hour until 11:25 has none of them, the hours until 12:34 have them, that until 12:35
    // does not.
    expect(usual([9, 9, 9, 9], DAY - 35 * MINUTE)).toBe(0);
    expect(usual([9, 9, 9, 9], DAY + 34 * MINUTE)).toBe(9);
    expect(usual([9, 9, 9, 9], DAY + 35 * MINUTE)).toBe(0);
  });

  test('of any days have the usual number of the median day', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9), { minLength: 3, maxLength: 14 }), (counts) => {
        // With none on the first day, the account is known for fewer days.
        const known = counts.slice(counts.findIndex((count) => count > 0));
        const sorted = [...known].sort((left, right) => left - right);
        const expected = counts.some((count) => count > 0) && known.length >= 3 ? sorted[known.length >> 1] : null;
        expect(usual(counts)).toBe(expected);
      }),
      { numRuns: 25 },
    );
  });

  test('are forgotten after fifteen days', () => {
    const shop = new Shop();
    shop.webhooks('accepted');
    shop.clock.skip(15 * DAY - 1);
    expect(shop.callbacks().isEverSeen).toBe(true);
    shop.clock.skip(1);
    expect(shop.callbacks().isEverSeen).toBe(false);
  });
});
