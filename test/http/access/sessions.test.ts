// Sessions of people: when each begins and ends, which requests count, and what is left of its secrets.
import { describe, expect, test } from 'vitest';
import { type Given, givenApi } from '../api/given-api.ts';
import { codeOf, cookieOf, givenPerson, grants, PASSWORD, send, signIn } from './given-people.ts';

const PERIOD = 30_000;

describe('a session', () => {
  const isIn = async (given: Given, headers: object) =>
    (await given.ask({ url: '/v1/me', headers: { ...headers } })).status === 200;

  test('is a new one at each sign-in, and the one before ends (S15)', () =>
    givenApi(async (given) => {
      const { headers: before } = await givenPerson(given, 'Asha', 'operator');
      const planted = { cookie: `hesabu=${'A'.repeat(43)}` };
      const answer = await signIn(given, { name: 'Asha', password: PASSWORD }, { headers: planted });
      expect(cookieOf(answer).cookie).not.toBe(planted.cookie);
      expect(await isIn(given, planted)).toBe(false);
      expect(await isIn(given, before)).toBe(true);
      const again = await signIn(given, { name: 'Asha', password: PASSWORD }, { headers: before });
      expect([await isIn(given, before), await isIn(given, cookieOf(again))]).toEqual([false, true]);
    }));

  test('ends after twelve hours, without use, with a sign-out, and with each change of access (S15)', () =>
    givenApi(async (given) => {
      const { people } = given.parts;
      const { id, headers: first } = await givenPerson(given, 'Asha', 'operator');
      for (let minutes = 0; minutes < 12 * 60 - 20; minutes += 20) {
        expect(await isIn(given, first)).toBe(true);
        given.clock.at += 20 * 60_000;
      }
      given.clock.at += 20 * 60_000;
      expect(await isIn(given, first)).toBe(false);
      const enter = async () => cookieOf(await signIn(given, { name: 'Asha', password: PASSWORD }));
      const idle = await enter();
      given.clock.at += 30 * 60_000;
      expect(await isIn(given, idle)).toBe(false);
      const left = await enter();
      const out = await send(given, 'DELETE', '/v1/session', undefined, { headers: left });
      expect([out.status, String(out.headers['set-cookie'])]).toEqual([
        200,
        expect.stringMatching(/^hesabu=; Max-Age=0;/),
      ]);
      expect(await isIn(given, left)).toBe(false);
      const changed = await enter();
      people.grant(id, grants('auditor'), given.clock.now());
      expect(await isIn(given, changed)).toBe(false);
      const disabled = await enter();
      people.disable(id, given.clock.now());
      expect(await isIn(given, disabled)).toBe(false);
    }));

  test('ends with a change of the password, which needs the one before; a new one begins', () =>
    givenApi(async (given) => {
      const { headers } = await givenPerson(given, 'Asha', 'operator');
      const elsewhere = cookieOf(await signIn(given, { name: 'Asha', password: PASSWORD }));
      const next = 'four other plain words';
      const change = (json: object) => send(given, 'POST', '/v1/me/password', json, { headers });
      expect((await change({ password: next, new_password: next })).json.code).toBe('HESABU_SIGN_IN_REFUSED');
      expect((await change({ password: PASSWORD, new_password: 'short' })).json.code).toBe('HESABU_PASSWORD_WEAK');
      expect([await isIn(given, headers), await isIn(given, elsewhere)]).toEqual([true, true]);
      const done = await change({ password: PASSWORD, new_password: next });
      expect([done.status, done.json.person.name]).toEqual([200, 'Asha']);
      const left = [await isIn(given, headers), await isIn(given, elsewhere), await isIn(given, cookieOf(done))];
      expect(left).toEqual([false, false, true]);
      expect((await signIn(given, { name: 'Asha', password: PASSWORD })).status).toBe(401);
      expect((await signIn(given, { name: 'Asha', password: next })).status).toBe(201);
      const { calls } = (await given.ask({ url: '/v1/audit', key: given.key('auditor', '*') })).json;
      expect(calls.some(({ route }: Record<string, string>) => route === 'POST /v1/me/password')).toBe(true);
      for (const text of [PASSWORD, next]) expect(JSON.stringify([calls, given.exchanges])).not.toContain(text);
    }));

  test('has a cookie of this host alone that no script reads and no other site sends', () =>
    givenApi(async (given) => {
      await givenPerson(given, 'Asha', 'operator');
      const enter = async () =>
        String((await signIn(given, { name: 'Asha', password: PASSWORD })).headers['set-cookie']);
      expect(await enter()).toMatch(/^hesabu=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
      Object.assign(given.parts, { isOverTls: true });
      expect(await enter()).toMatch(/^__Host-hesabu=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/);
    }));

  test('changes nothing for a request of another page (S14)', () =>
    givenApi(async (given) => {
      const { headers } = await givenPerson(given, 'Asha', 'operator');
      const order = { merchant: 'shop-1', transaction_reference: 'A-1', amount: '500.00', currency: 'KES' };
      const key = given.key('shop', 'shop-1');
      await given.ask({ method: 'POST', url: '/v1/orders', key, json: order, idempotencyKey: 'k' });
      const foreign: Record<string, string | undefined>[] = [
        { origin: undefined },
        { origin: 'null' },
        { origin: 'https://example.net' },
        { origin: 'http://localhost:8071' },
        { origin: 'http://localhost:8070.example.net' },
        { origin: 'file://localhost:8070' },
        { 'x-hesabu-request': undefined },
        { 'x-hesabu-request': '0' },
        { 'sec-fetch-site': 'cross-site' },
        { 'sec-fetch-site': 'same-site' },
      ];
      for (const change of foreign) {
        const kept = Object.entries({ ...headers, ...change }).filter(([, value]) => value !== undefined);
        const forged = Object.fromEntries(kept) as Record<string, string>;
        const ask = (method: 'POST' | 'DELETE', url: string, json?: object) =>
          given.ask({ method, url, json, headers: forged, idempotencyKey: 'c' });
        for (const { status, json } of [
          await ask('POST', '/v1/orders/A-1/cancel', {}),
          await ask('POST', '/v1/session', { name: 'Asha', password: PASSWORD }),
          await ask('DELETE', '/v1/session'),
        ]) {
          expect([change, status, json.code]).toEqual([change, 403, 'HESABU_ORIGIN_REFUSED']);
        }
      }
      expect(await isIn(given, headers)).toBe(true);
      await given.ledger.loop.catchUp();
      expect((await given.ledger.reader.findKey('A-1'))!.claims).toHaveLength(1);
      Object.assign(given.parts, { publicUrl: 'https://pay.example.com' });
      const own = { ...headers, origin: 'https://pay.example.com', 'sec-fetch-site': 'same-origin' };
      const done = await given.ask({
        method: 'POST',
        url: '/v1/orders/A-1/cancel',
        json: {},
        headers: own,
        idempotencyKey: 'c',
      });
      expect(done.status).toBe(200);
    }));

  test('leaves its secrets nowhere, and is in the trail with its person', () =>
    givenApi(async (given) => {
      const { id, headers, invite, secret } = await givenPerson(given, 'Juma', 'approver');
      given.clock.at += PERIOD;
      const code = codeOf(given, secret!);
      await signIn(given, { name: 'Juma', password: PASSWORD, code });
      expect(given.exchanges).toEqual([]);
      const { calls } = (await given.ask({ url: '/v1/audit', key: given.key('auditor', '*') })).json;
      const about = { person: id, key: `person:${id}`, names: [id], query: '', body: '' };
      expect(calls).toMatchObject([
        { route: 'POST /v1/session', ...about },
        { route: 'POST /v1/session/invite', ...about },
      ]);
      const rows = ['sessions', 'audit_asked'].map((name) => given.database.prepare(`SELECT * FROM ${name}`).all());
      const kept = JSON.stringify(rows);
      for (const text of [PASSWORD, code, invite!.slice(-32), secret!, headers.cookie.split('=')[1]!]) {
        expect(kept).not.toContain(text);
      }
    }));
});
