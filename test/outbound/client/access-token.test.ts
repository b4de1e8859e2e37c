// One access token for all calls: asked for once, renewed before it expires and once when it is refused, never stored.
import { describe, expect, test } from 'vitest';
import { Redactor } from '../../../src/archive/privacy/redactor.ts';
import { AccessToken, type GrantedToken, grantedToken } from '../../../src/outbound/client/access-token.ts';
import type { OutgoingAnswer } from '../../../src/outbound/client/client.ts';
import { pseudonym } from '../../archive/exchanges/given.ts';
import { ManualClock } from '../../producers/poller/manual-clock.ts';

const NOW = Date.parse('2026-06-01T12:00:00Z');
const answer = (status: number, body = ''): OutgoingAnswer => {
  return { exchange: 'x', status, headers: {}, body: Buffer.from(body) };
};

function given(lifetimeMillis: number | null = 3_600_000, more: { isRefused?: () => boolean } = {}) {
  const clock = new ManualClock(NOW);
  const asked: Array<(granted: GrantedToken | Error) => void> = [];
  const used: string[] = [];
  let waiting = true;
  const ask = () =>
    new Promise<GrantedToken>((resolve, reject) => {
      const nth = asked.length + 1;
      asked.push((granted) => (granted instanceof Error ? reject(granted) : resolve(granted)));
      if (!waiting) resolve({ token: `t${nth}`, lifetimeMillis });
    });
  const token = new AccessToken({ clock, ask, ...more });
  const call = (status: (token: string) => number) =>
    token.use(async (text) => {
      used.push(text);
      return answer(status(text));
    });
  return { clock, asked, used, token, call, answerAtOnce: () => (waiting = false) };
}

describe('an access token', () => {
  test('is asked for once by a hundred calls at once', async () => {
    const { asked, used, call } = given();
    const calls = Array.from({ length: 100 }, () => call(() => 200));
    expect(asked).toHaveLength(1);
    asked[0]!({ token: 't1', lifetimeMillis: 3_600_000 });
    await Promise.all(calls);
    expect([asked.length, new Set(used)]).toEqual([1, new Set(['t1'])]);
  });

  test.each([
    ['an hour', 3_600_000, 3_540_000],
    ['three minutes', 180_000, 162_000],
    ['no time at all', 0, 0],
  ])('of %s is used until shortly before its end', async (_name, lifetime, until) => {
    const { clock, asked, call, answerAtOnce } = given(lifetime);
    answerAtOnce();
    await call(() => 200);
    clock.skip(Math.max(0, until - 1));
    await call(() => 200);
    expect(asked.length).toBe(until === 0 ? 2 : 1);
    clock.skip(1);
    await call(() => 200);
    expect(asked.length).toBe(until === 0 ? 3 : 2);
  });

  test('without an end is used until it is refused', async () => {
    const { clock, asked, used, call, answerAtOnce } = given(null);
    answerAtOnce();
    await call(() => 200);
    clock.skip(400 * 86_400_000);
    await call(() => 200);
    expect(asked).toHaveLength(1);
    expect((await call((text) => (text === 't1' ? 401 : 200))).status).toBe(200);
    expect([asked.length, used]).toEqual([2, ['t1', 't1', 't1', 't2']]);
  });

  test('that is refused is renewed once, for all calls that it was refused to', async () => {
    const { asked, call, answerAtOnce } = given();
    answerAtOnce();
    const statuses = await Promise.all(
      Array.from({ length: 20 }, async () => (await call((text) => (text === 't1' ? 401 : 200))).status),
    );
    expect([asked.length, new Set(statuses)]).toEqual([2, new Set([200])]);
  });

  test('that is refused again leaves the refusal to the caller', async () => {
    const { asked, used, call, answerAtOnce } = given();
    answerAtOnce();
    expect((await call(() => 401)).status).toBe(401);
    expect([asked.length, used]).toEqual([2, ['t1', 't2']]);
  });

  test('is refused in the words of its network', async () => {
    const { asked, call, answerAtOnce } = given(3_600_000, { isRefused: () => true });
    answerAtOnce();
    await call(() => 404);
    expect(asked).toHaveLength(2);
  });

  test('that could not be fetched fails the waiting calls, and the next call asks again', async () => {
    const { asked, call } = given();
    const calls = [call(() => 200), call(() => 200)];
    asked[0]!(new Error('down'));
    expect((await Promise.allSettled(calls)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const later = call(() => 200);
    asked[1]!({ token: 't2', lifetimeMillis: null });
    expect((await later).status).toBe(200);
  });
});

describe('the answer with a token', () => {
  test.each([
    ['seconds as a number', '{"access_token":"abc","expires_in":3600}', 3_600_000],
    ['seconds as a text', '{"access_token":"abc","expires_in":"3599"}', 3_599_000],
    ['no seconds', '{"access_token":"abc","token_type":"Bearer"}', null],
  ])('with %s', (_name, body, lifetimeMillis) => {
    expect(grantedToken(answer(200, body), 'here')).toEqual({ token: 'abc', lifetimeMillis });
  });

  test.each([
    [401, '{"access_token":"abc"}'],
    [200, '{"token":"abc"}'],
    [200, '{"access_token":""}'],
    [200, 'abc'],
    [200, ''],
  ])('is refused with status %i and body %s, and its text is not told', (status, body) => {
    const refused = () => grantedToken(answer(status, body), 'here');
    expect(refused).toThrow(expect.objectContaining({ code: 'HESABU_GATEWAY_FAILED' }));
    expect(refused).not.toThrow(/abc/);
  });

  test('is archived without the token, and so are the requests for it and with it', () => {
    const redactor = new Redactor(pseudonym);
    const stored = [
      redactor.body(Buffer.from('{"access_token":"s3cr3t","refresh_token":"s3cr3t","expires_in":60}'), '').text,
      redactor.body(Buffer.from('{"token":{"accessToken":"s3cr3t"}}'), 'application/json').text,
      redactor.body(Buffer.from('grant_type=client_credentials&client_secret=s3cr3t'), 'x-www-form-urlencoded').text,
      ...['authorization', 'ocp-apim-subscription-key', 'x-access-token', 'credentials'].map((name) =>
        redactor.header(name, 'Bearer s3cr3t'),
      ),
    ];
    expect(stored.filter((text) => text?.includes('s3cr3t'))).toEqual([]);
  });
});
