// How many requests are taken of a key, an account and an address, and what those beyond are told.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RateLimited, RateLimits } from '../../../src/http/access/rate-limits.ts';
import { givenApi } from '../api/given-api.ts';
import { givenWebhooks, payment, signed } from '../webhooks/given.ts';

const RATE = { per_second: 10, burst: 5 };
/** Gives nothing more while a test runs. */
const SLOW = { per_second: 0.001 };

describe('a bucket', () => {
  const given = () => {
    const clock = { at: 1_000 };
    const limits = new RateLimits(
      () => ({ key: RATE, account: RATE, address: RATE }),
      () => clock.at,
    );
    const take = (name = 'a') => {
      try {
        limits.take('key', name);
        return true;
      } catch (error) {
        if (!(error instanceof RateLimited)) throw error;
        return false;
      }
    };
    return { clock, limits, take };
  };

  test('gives its burst at once, and then as many a second as its rate says', () => {
    const { clock, take } = given();
    expect(Array.from({ length: 7 }, () => take())).toEqual([true, true, true, true, true, false, false]);
    clock.at += 100;
    expect([take(), take()]).toEqual([true, false]);
    clock.at += 10_000;
    expect(Array.from({ length: 6 }, () => take())).toEqual([true, true, true, true, true, false]);
    expect(take('another')).toBe(true);
  });

  test('tells what is left, and when it is full again', () => {
    const { clock, limits, take } = given();
    expect(limits.headers('key', 'a')).toEqual({ 'ratelimit-policy': '"key";q=5;w=1', ratelimit: '"key";r=5;t=0' });
    for (let nth = 0; nth < 3; nth++) take();
    expect(limits.headers('key', 'a').ratelimit).toBe('"key";r=2;t=1');
    clock.at += 200;
    expect(limits.headers('key', 'a').ratelimit).toBe('"key";r=4;t=1');
  });

  test('never gives more than its burst and its rate, whenever it is asked', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 200 }), (pauses) => {
        const { clock, take } = given();
        const began = clock.at;
        let taken = 0;
        for (const pause of pauses) {
          clock.at += pause;
          if (take()) taken++;
        }
        expect(taken).toBeLessThanOrEqual(RATE.burst + ((clock.at - began) * RATE.per_second) / 1_000);
      }),
    );
  });

  test('of a hundred thousand names does not fill the memory, and the limited stay limited', () => {
    const { take } = given();
    for (let nth = 0; nth < 6; nth++) take('noisy');
    for (let nth = 0; nth < 15_000; nth++) take(`stranger-${nth}`);
    expect(take('noisy')).toBe(false);
    for (let nth = 0; nth < 100_000; nth++) expect(take(`other-${nth}`)).toBe(true);
  });
});

describe('a key that asks too much', () => {
  test('is told 429, when to come again, and its limit; others are answered (S21)', () =>
    givenApi(async (given) => {
      given.rates.key = { ...SLOW, burst: 3 };
      const [noisy, quiet] = [given.key('auditor', '*'), given.key('auditor', '*')];
      const ask = (key: string) => given.ask({ url: '/v1/alerts', key });
      const answers = [];
      for (let nth = 0; nth < 5; nth++) answers.push(await ask(noisy));
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429, 429]);
      expect(answers[0]!.headers).toMatchObject({
        'ratelimit-policy': '"key";q=3;w=3000',
        ratelimit: '"key";r=2;t=1000',
      });
      expect(answers[4]!.json.code).toBe('HESABU_RATE_LIMITED');
      const seconds = String(answers[4]!.headers['retry-after']);
      expect(Number(seconds)).toBeGreaterThan(0);
      expect(answers[4]!.headers.ratelimit).toBe(`"key";r=0;t=${seconds}`);
      expect((await ask(quiet)).status).toBe(200);
    }));

  test('that nobody knows is told 429 as well, and a right key of the same address is answered (S21)', () =>
    givenApi(async (given) => {
      given.rates.address = { ...SLOW, burst: 3 };
      const guess = () => given.ask({ url: '/v1/alerts', key: 'hsb_0123456789ab_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' });
      const statuses = [];
      for (let nth = 0; nth < 5; nth++) statuses.push((await guess()).status);
      expect(statuses).toEqual([401, 401, 401, 429, 429]);
      for (const url of ['/nothing', '/healthz', '/readyz']) expect((await given.app.inject(url)).statusCode).toBe(429);
      expect((await given.ask({ url: '/v1/alerts', key: given.key('auditor', '*') })).status).toBe(200);
    }));
});

describe('webhooks', () => {
  test('that are forged count against their address, and genuine ones of the same address are taken (S21)', () =>
    givenWebhooks(async (given) => {
      given.rates.address = { ...SLOW, burst: 3 };
      given.rates.account = { ...SLOW, burst: 3 };
      const forged = () => given.send(payment('forged'), signed(payment('other')));
      const statuses = [];
      for (let nth = 0; nth < 20; nth++) statuses.push((await forged()).status);
      expect(statuses.slice(0, 4)).toEqual([401, 401, 401, 429]);
      expect(new Set(statuses.slice(3))).toEqual(new Set([429]));
      const genuine = [];
      for (let nth = 0; nth < 3; nth++) genuine.push((await given.send(payment(`genuine-${nth}`))).status);
      expect(genuine).toEqual([200, 200, 200]);
    }));

  test('beyond the limit of their account are told 429, and nothing of them is taken (L02)', () =>
    givenWebhooks(async (given) => {
      given.rates.account = { ...SLOW, burst: 5 };
      const answers = await Promise.all(Array.from({ length: 50 }, (_, nth) => given.send(payment(`many-${nth}`))));
      const taken = answers.filter(({ status }) => status === 200);
      const refused = answers.filter(({ status }) => status === 429);
      expect([taken.length, refused.length, given.facts.length]).toEqual([5, 45, 5]);
      for (const { headers } of refused) expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    }));
});
