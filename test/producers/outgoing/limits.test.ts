// What keeps an account within its limits: the bucket, the other side's Retry-After, and the breaker; alone and
// together.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NO_METER } from '../../../src/log/meter.ts';
import { GatewayLimited } from '../../../src/producers/gateway.ts';
import { AccountCalls } from '../../../src/producers/outgoing/account-calls.ts';
import { CircuitBreaker } from '../../../src/producers/outgoing/circuit-breaker.ts';
import type { OutgoingAnswer } from '../../../src/producers/outgoing/client.ts';
import { retryAt } from '../../../src/producers/outgoing/retry-after.ts';
import { TokenBucket } from '../../../src/producers/outgoing/token-bucket.ts';
import { ManualClock } from '../poller/manual-clock.ts';

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

  test('lets no more through in any time than the burst and the rate, and nothing while it is blocked', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 120 }), fc.integer({ min: 1, max: 20 }), steps, (perMinute, burst, all) => {
        const clock = new ManualClock(NOW);
        const bucket = new TokenBucket(clock, () => ({ per_minute: perMinute, burst }));
        const taken: number[] = [];
        let blockedUntil = 0;
        // The clock may be put back; what counts for the limit is the furthest that it ever was.
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

  test('says when there will be a token, and there is one then and not before', () => {
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

  test('has one token, not all of them, after the other side kept us out', () => {
    const clock = new ManualClock(NOW);
    const bucket = new TokenBucket(clock, () => ({ per_minute: 60, burst: 10 }));
    bucket.block(NOW + 10 * MINUTE);
    expect([bucket.take(), bucket.headroom]).toEqual([NOW + 10 * MINUTE, 0]);
    clock.skip(10 * MINUTE);
    expect(bucket.take()).toBeNull();
    expect(bucket.take()).toBe(NOW + 10 * MINUTE + 1_000);
  });
});

describe('Retry-After', () => {
  test.each([
    ['seconds', '120', 120_000],
    ['none', '0', 1_000],
    ['with blanks', ' 7 ', 7_000],
    ['a date', 'Mon, 01 Jun 2026 12:02:00 GMT', 120_000],
    ['a date that is over', 'Mon, 01 Jun 2026 11:00:00 GMT', 1_000],
    ['an old way to write a date', 'Monday, 01-Jun-26 12:02:00 GMT', 120_000],
    ['a year', '31536000', 24 * 3_600_000],
    ['a date in a hundred years', 'Mon, 01 Jun 2126 12:02:00 GMT', 24 * 3_600_000],
  ])('of %s waits as long', (_what, header, millis) => {
    expect(retryAt(header, NOW)).toBe(NOW + millis);
  });

  test.each([
    undefined,
    '',
    'soon',
    '-5',
    '1e3',
    '1.5',
    '0x10',
    '2026-06-01T12:02:00Z',
    '99999999999',
    'Mon, 99 Jun GMT',
  ])('of %s says nothing', (header) => {
    expect(retryAt(header, NOW)).toBeUndefined();
  });
});

describe('a circuit breaker', () => {
  const broken = (clock: ManualClock) => {
    const breaker = new CircuitBreaker(clock);
    for (let count = 0; count < 5; count++) {
      expect(breaker.enter()).toBeNull();
      breaker.failed();
    }
    return breaker;
  };

  test('opens at the fifth failure in a row, not at one that a success came before', () => {
    const clock = new ManualClock(NOW);
    const breaker = new CircuitBreaker(clock);
    for (let count = 0; count < 20; count++) {
      if (count % 4 === 3) breaker.succeeded();
      else breaker.failed();
    }
    expect([breaker.isOpen, breaker.enter()]).toEqual([false, null]);
    expect(broken(clock).isOpen).toBe(true);
  });

  test('lets one call try after its rest, and closes when that succeeds', () => {
    const clock = new ManualClock(NOW);
    const breaker = broken(clock);
    expect(breaker.enter()).toBe(NOW + 30_000);
    clock.skip(30_000);
    expect(breaker.enter()).toBeNull();
    expect(breaker.enter()).toBe(NOW + 31_000);
    breaker.succeeded();
    expect([breaker.isOpen, breaker.enter()]).toEqual([false, null]);
  });

  test('rests twice as long each time, up to ten minutes', () => {
    const clock = new ManualClock(NOW);
    const breaker = broken(clock);
    const rests = Array.from({ length: 7 }, () => {
      const rest = breaker.enter()! - clock.now();
      clock.skip(rest);
      expect(breaker.enter()).toBeNull();
      breaker.failed();
      return rest / 1_000;
    });
    expect(rests).toEqual([30, 60, 120, 240, 480, 600, 600]);
  });
});

describe('calls to an account', () => {
  const answer = (status: number, headers = {}): OutgoingAnswer => {
    return { exchange: 'x', status, headers, body: Buffer.from('') };
  };
  function given(first = { per_minute: 60, burst: 3 }) {
    let rate = first;
    const clock = new ManualClock(NOW);
    const made: number[] = [];
    let next: OutgoingAnswer | Error = answer(200);
    const calls = new AccountCalls({
      ...{ clock, rate: () => rate, meter: NO_METER, account: 'mfs-africa/main' },
      client: {
        call: async () => {
          made.push(clock.now());
          if (next instanceof Error) throw next;
          return next;
        },
      },
      isLimit: ({ status, headers }) => status === 429 || (status === 500 && headers['x-limit'] !== undefined),
    });
    const call = () =>
      calls.call({ method: 'GET', url: 'http://gateway/payments/status?q=1', headers: {}, names: [] }).then(
        ({ status }) => status,
        (error) => (error instanceof GatewayLimited ? `wait ${(error.retryAt - clock.now()) / 1000}` : error.code),
      );
    const answers = (what: OutgoingAnswer | Error) => {
      next = what;
    };
    const changeRate = (other: typeof rate) => {
      rate = other;
    };
    return { clock, made, call, answers, changeRate };
  }

  test('wait for our own limit without calling', async () => {
    const { call, made, clock } = given();
    expect([await call(), await call(), await call(), await call()]).toEqual([200, 200, 200, 'wait 1']);
    expect(made).toHaveLength(3);
    clock.skip(1_000);
    expect(await call()).toBe(200);
  });

  test('take another rate at once, and are never more at once than it allows', async () => {
    const { call, made, clock, changeRate } = given({ per_minute: 60, burst: 10 });
    changeRate({ per_minute: 6, burst: 2 });
    expect([await call(), await call(), await call()]).toEqual([200, 200, 'wait 10']);
    changeRate({ per_minute: 600, burst: 2 });
    expect(await call()).toBe('wait 0.1');
    clock.skip(100);
    expect(await call()).toBe(200);
    expect(made).toHaveLength(3);
  });

  test.each([
    ['a 429', answer(429, { 'retry-after': '90' }), 90],
    ['a 429 that says no time', answer(429), 60],
    ['a 500 that means it', answer(500, { 'x-limit': '1', 'retry-after': '45' }), 45],
    ['a 500 that means it, without a time', answer(500, { 'x-limit': '1' }), 60],
  ])('obey %s', async (_what, limited, seconds) => {
    const { call, made, clock, answers } = given();
    answers(limited);
    expect(await call()).toBe(`wait ${seconds}`);
    answers(answer(200));
    clock.skip(seconds * 1_000 - 1);
    expect(await call()).toBe('wait 0.001');
    expect(made).toHaveLength(1);
    clock.skip(1);
    expect(await call()).toBe(200);
  });

  test('are not made while the gateway fails, but for one now and then', async () => {
    const { call, made, clock, answers } = given({ per_minute: 6_000, burst: 100 });
    answers(answer(503));
    const told = [];
    for (let count = 0; count < 7; count++) told.push(await call());
    expect(told).toEqual([...Array(5).fill('HESABU_GATEWAY_FAILED'), 'wait 30', 'wait 30']);
    clock.skip(30_000);
    expect([await call(), await call()]).toEqual(['HESABU_GATEWAY_FAILED', 'wait 60']);
    clock.skip(60_000);
    answers(answer(404));
    expect([await call(), await call()]).toEqual([404, 404]);
    expect(made).toHaveLength(8);
  });

  test('that are limited do not open the breaker: who says so is alive', async () => {
    const { call, clock, answers } = given({ per_minute: 6_000, burst: 100 });
    answers(answer(429, { 'retry-after': '1' }));
    for (let count = 0; count < 10; count++) {
      expect(await call()).toBe('wait 1');
      // A moment more, for the token that the bucket has kept to itself meanwhile.
      clock.skip(1_010);
    }
    answers(answer(200));
    expect(await call()).toBe(200);
  });

  test('in a storm of refusals stay within the budget, whatever comes', async () => {
    const kinds = fc.constantFrom(
      answer(200),
      answer(429, { 'retry-after': '3' }),
      answer(429),
      answer(500, { 'x-limit': '1' }),
      answer(503),
      new Error('cut'),
    );
    const storm = fc.array(fc.tuple(kinds, fc.integer({ min: 0, max: 5_000 })), { minLength: 20, maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(storm, async (all) => {
        const { call, made, clock, answers } = given({ per_minute: 30, burst: 5 });
        for (const [what, wait] of all) {
          answers(what);
          await call();
          clock.skip(wait);
        }
        for (let first = 0; first < made.length; first++) {
          const within = made.filter((at) => at >= made[first]! && at < made[first]! + MINUTE);
          expect(within.length).toBeLessThanOrEqual(30 + 5);
        }
      }),
      { numRuns: 50 },
    );
  });
});
