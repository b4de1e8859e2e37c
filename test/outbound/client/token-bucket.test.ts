// The token bucket: never more than the burst and the rate, also through restarts, and some tokens left for more
// important calls.
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { limitMemory } from '../../../src/outbound/client/limit-table.ts';
import { TokenBucket } from '../../../src/outbound/client/token-bucket.ts';
import { ManualClock } from '../../producers/poller/manual-clock.ts';

const NOW = Date.parse('2026-06-01T12:00:00Z');
const MINUTE = 60_000;

describe('a token bucket', () => {
  const steps = fc.array(
    fc.oneof(
      { weight: 6, arbitrary: fc.record({ wait: fc.integer({ min: 0, max: 90_000 }) }) },
      { weight: 1, arbitrary: fc.record({ block: fc.integer({ min: 0, max: 200_000 }) }) },
      { weight: 1, arbitrary: fc.record({ back: fc.integer({ min: 1, max: 100_000 }) }) },
    ),
    { maxLength: 150 },
  );

  test('never permits more than the burst and the rate, and nothing while it is blocked', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 120 }), fc.integer({ min: 1, max: 20 }), steps, (perMinute, burst, all) => {
        const clock = new ManualClock(NOW);
        const bucket = new TokenBucket(clock, () => ({ per_minute: perMinute, burst }));
        const taken: number[] = [];
        let blockedUntil = 0;
        // The clock may be set back; the limit uses the latest time that it ever showed.
        let furthest = NOW;
        for (const step of all) {
          if ('block' in step) {
            blockedUntil = Math.max(blockedUntil, clock.now() + step.block);
            bucket.block(clock.now() + step.block);
          } else clock.skip('wait' in step ? step.wait : -step.back);
          furthest = Math.max(furthest, clock.now());
          for (let tries = 0; tries < 3; tries++) {
            if (bucket.take() !== null) continue;
            expect(clock.now()).toBeGreaterThanOrEqual(blockedUntil);
            taken.push(furthest);
          }
        }
        for (let first = 0; first < taken.length; first++) {
          for (let last = first; last < taken.length; last++) {
            const allowed = burst + ((taken[last]! - taken[first]!) * perMinute) / MINUTE;
            expect(last - first + 1).toBeLessThanOrEqual(allowed + 1e-6);
          }
        }
      }),
    );
  });

  test('returns when there will be a token, and there is one then and not before', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 600 }), fc.integer({ min: 1, max: 5 }), (perMinute, burst) => {
        const clock = new ManualClock(NOW);
        const bucket = new TokenBucket(clock, () => ({ per_minute: perMinute, burst }));
        for (let count = 0; count < burst; count++) expect(bucket.take()).toBeNull();
        const at = bucket.take()!;
        clock.skip(at - NOW - 1);
        expect(bucket.take()).not.toBeNull();
        clock.skip(1);
        expect(bucket.take()).toBeNull();
      }),
    );
  });

  test('has one token, not all of them, after a pause that the other side asked for', () => {
    const clock = new ManualClock(NOW);
    const bucket = new TokenBucket(clock, () => ({ per_minute: 60, burst: 10 }));
    bucket.block(NOW + 10 * MINUTE);
    expect([bucket.take(), bucket.headroom()]).toEqual([NOW + 10 * MINUTE, 0]);
    clock.skip(10 * MINUTE);
    expect(bucket.take()).toBeNull();
    expect(bucket.take()).toBe(NOW + 10 * MINUTE + 1_000);
  });
});

describe('a token bucket that leaves tokens to others', () => {
  test('never takes the last ones, and returns when there will be one more', () => {
    const clock = new ManualClock(NOW);
    const bucket = new TokenBucket(clock, () => ({ per_minute: 60, burst: 5 }));
    expect([bucket.take(2), bucket.take(2), bucket.take(2), bucket.take(2)]).toEqual([null, null, null, NOW + 1_000]);
    expect([bucket.headroom(2), bucket.headroom()]).toEqual([0, 0.4]);
    expect([bucket.take(1), bucket.take(1), bucket.take(), bucket.take()]).toEqual([
      null,
      NOW + 1_000,
      null,
      NOW + 1_000,
    ]);
    clock.skip(2_999);
    expect(bucket.take(2)).toBe(NOW + 3_000);
    clock.skip(1);
    expect(bucket.take(2)).toBeNull();
  });

  test.each([
    [1, 1],
    [2, 1],
    [3, 1],
    [4, 2],
  ])('of %i at once takes %i, because there are no more to leave', (burst, taken) => {
    const bucket = new TokenBucket(new ManualClock(NOW), () => ({ per_minute: 60, burst }));
    for (let count = 0; count < taken; count++) expect(bucket.take(2)).toBeNull();
    expect(bucket.take(2)).not.toBeNull();
  });
});

describe('a stored token bucket', () => {
  const [PER_MINUTE, BURST] = [6, 3];
  const given = () => {
    const clock = new ManualClock(NOW);
    const database = new DatabaseSync(':memory:');
    const start = () =>
      new TokenBucket(
        clock,
        () => ({ per_minute: PER_MINUTE, burst: BURST }),
        limitMemory(database, 'mfs-africa/main'),
      );
    return { clock, database, start };
  };

  test('never permits more than the burst and the rate, even in a loop of restarts', () => {
    const { clock, start } = given();
    let taken = 0;
    for (let crash = 0; crash < 60; crash++) {
      const bucket = start();
      for (let tries = 0; tries < 5; tries++) if (bucket.take() === null) taken++;
      clock.skip(1_000);
    }
    // The minute's last new token is due as it ends.
    expect(taken).toBe(BURST + PER_MINUTE - 1);
  });

  test('still waits as long as the other side asked for, each account separately', () => {
    const { clock, database, start } = given();
    start().block(NOW + 10 * MINUTE);
    clock.skip(9 * MINUTE);
    expect(start().take()).toBe(NOW + 10 * MINUTE);
    const other = limitMemory(database, 'mfs-africa/other');
    expect(new TokenBucket(clock, () => ({ per_minute: 6, burst: 3 }), other).take()).toBeNull();
    clock.skip(MINUTE);
    const bucket = start();
    expect([bucket.take(), bucket.take()]).toEqual([null, NOW + 10 * MINUTE + 10_000]);
  });

  test('fills while no process runs', () => {
    const { clock, start } = given();
    const first = start();
    for (let count = 0; count < BURST; count++) first.take();
    clock.skip(20_000);
    const again = start();
    expect([again.take(), again.take(), again.take()]).toEqual([null, null, NOW + 30_000]);
  });

  test('is usable within a day after the clock was set back', () => {
    const { clock, start } = given();
    clock.skip(365 * 24 * 60 * MINUTE);
    start().block(clock.now() + MINUTE);
    clock.skip(-365 * 24 * 60 * MINUTE);
    expect(start().take()).toBe(NOW + 24 * 60 * MINUTE);
  });
});
