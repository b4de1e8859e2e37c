// The limits of an account: the other side's Retry-After, and the breaker; alone, and together with the bucket.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GatewayLimited } from '../../../src/domain/gateway-errors.ts';
import { AccountCalls, type Purpose } from '../../../src/outbound/client/account-calls.ts';
import { CircuitBreaker } from '../../../src/outbound/client/circuit-breaker.ts';
import type { OutgoingAnswer } from '../../../src/outbound/client/client.ts';
import { retryAt } from '../../../src/outbound/client/retry-after.ts';
import { NO_METER } from '../../../src/runtime/meter.ts';
import { ManualClock } from '../../producers/poller/manual-clock.ts';

const NOW = Date.parse('2026-06-01T12:00:00Z');
const MINUTE = 60_000;

describe('Retry-After', () => {
  test.each([
    ['seconds', '120', 120_000],
    ['none', '0', 1_000],
    ['with blanks', ' 7 ', 7_000],
    ['a date', 'Mon, 01 Jun 2026 12:02:00 GMT', 120_000],
    ['a past date', 'Mon, 01 Jun 2026 11:00:00 GMT', 1_000],
    ['an obsolete date format', 'Monday, 01-Jun-26 12:02:00 GMT', 120_000],
    ['a year', '31536000', 24 * 3_600_000],
    ['a date in a hundred years', 'Mon, 01 Jun 2126 12:02:00 GMT', 24 * 3_600_000],
  ])('of %s waits that long', (_what, header, millis) => {
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

  test('opens at the fifth failure in a row, and a success resets the count', () => {
    const clock = new ManualClock(NOW);
    const breaker = new CircuitBreaker(clock);
    for (let count = 0; count < 20; count++) {
      if (count % 4 === 3) breaker.succeeded();
      else breaker.failed();
    }
    expect([breaker.isOpen, breaker.enter()]).toEqual([false, null]);
    expect(broken(clock).isOpen).toBe(true);
  });

  test('permits one call after its pause, and closes when that succeeds', () => {
    const clock = new ManualClock(NOW);
    const breaker = broken(clock);
    expect(breaker.enter()).toBe(NOW + 30_000);
    clock.skip(30_000);
    expect(breaker.enter()).toBeNull();
    expect(breaker.enter()).toBe(NOW + 31_000);
    breaker.succeeded();
    expect([breaker.isOpen, breaker.enter()]).toEqual([false, null]);
  });

  test('pauses twice as long each time, up to ten minutes (F36)', () => {
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
    const call = (purpose: Purpose = 'money') =>
      calls.call({ method: 'GET', url: 'http://gateway/payments/status?q=1', headers: {}, names: [] }, purpose).then(
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

  test('are refused by our own limit without a call', async () => {
    const { call, made, clock } = given();
    expect([await call(), await call(), await call(), await call()]).toEqual([200, 200, 200, 'wait 1']);
    expect(made).toHaveLength(3);
    clock.skip(1_000);
    expect(await call()).toBe(200);
  });

  test('that poll leave tokens to those that move money', async () => {
    const { call } = given({ per_minute: 60, burst: 5 });
    const told = [];
    for (const purpose of ['poll', 'poll', 'poll', 'poll', 'list', 'list', 'money', 'money'] as const) {
      told.push(await call(purpose));
    }
    expect(told).toEqual([200, 200, 200, 'wait 1', 200, 'wait 1', 200, 'wait 1']);
  });

  test('that our own limit refuses do not make the pause after failures longer', async () => {
    const { call, clock, answers, changeRate } = given({ per_minute: 6_000, burst: 100 });
    answers(answer(503));
    for (let count = 0; count < 5; count++) await call();
    changeRate({ per_minute: 1, burst: 1 });
    clock.skip(30_000);
    expect([await call('money'), await call()]).toEqual(['HESABU_GATEWAY_FAILED', 'wait 60']);
    clock.skip(60_000);
    changeRate({ per_minute: 1, burst: 2 });
    answers(answer(200));
    // There is one token, which a poll must leave.
    expect([await call('poll'), await call('money')]).toEqual(['wait 60', 200]);
  });

  test('use a changed rate at once, and never exceed its burst', async () => {
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
    ['a 429 without a time', answer(429), 60],
    ['a 500 that reports a limit', answer(500, { 'x-limit': '1', 'retry-after': '45' }), 45],
    ['a 500 that reports a limit, without a time', answer(500, { 'x-limit': '1' }), 60],
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

  test('are not made while the gateway fails, except for one from time to time (F36)', async () => {
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

  test('that are limited do not open the breaker: the gateway works', async () => {
    const { call, clock, answers } = given({ per_minute: 6_000, burst: 100 });
    answers(answer(429, { 'retry-after': '1' }));
    for (let count = 0; count < 10; count++) {
      expect(await call()).toBe('wait 1');
      // A moment more, for the token that the bucket withheld meanwhile.
      clock.skip(1_010);
    }
    answers(answer(200));
    expect(await call()).toBe(200);
  });

  test('stay within the budget in any storm of refusals', async () => {
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
