// Signing in: what is right of name, password and code lets a person in, and of everything else nothing is said.
import { describe, expect, test } from 'vitest';
import { type Given, givenApi } from '../api/given-api.ts';
import { codeOf, cookieOf, givenPerson, grants, PASSWORD, send, signIn } from './given-people.ts';

const HOUR = 3_600_000;
const PERIOD = 30_000;

describe('a person', () => {
  test('signs in by name or mail address in any letters, and sees who they are', () =>
    givenApi(async (given) => {
      const { id } = await givenPerson(given, 'Asha', 'operator', 'shop-1');
      for (const name of ['Asha', 'ASHA@example.com']) {
        const answer = await signIn(given, { name, password: PASSWORD });
        expect([answer.status, answer.json]).toEqual([
          201,
          {
            person: { id, name: 'Asha', mail: 'asha@example.com', language: 'en', zone: 'UTC' },
            roles: [{ role: 'operator', merchant: 'shop-1' }],
            session_ends_at: '2026-06-02T00:00:00Z',
          },
        ]);
        expect((await given.ask({ url: '/v1/me', headers: cookieOf(answer) })).json).toEqual(answer.json);
      }
    }));

  test('gets the same answer whatever is wrong, for unknown, disabled and invited people too (S21 partly)', () =>
    givenApi(async (given) => {
      const { secret } = await givenPerson(given, 'Juma', 'approver');
      const gone = await givenPerson(given, 'Neema', 'operator');
      given.parts.people.disable(gone.id, given.clock.now());
      const invited = { name: 'Zawadi', mail: null, language: 'en', zone: 'UTC', grants: grants('operator') } as const;
      given.parts.people.create(invited, given.clock.now());
      given.clock.at += PERIOD;
      const code = codeOf(given, secret!);
      const tries: object[] = [
        { name: 'Juma', password: 'four other short words', code },
        { name: 'Juma', password: PASSWORD },
        { name: 'Juma', password: PASSWORD, code: code === '000000' ? '000001' : '000000' },
        { name: 'Juma', password: PASSWORD, code: '٠١٢٣٤٥' },
        { name: 'nobody', password: PASSWORD },
        { name: '__proto__', password: PASSWORD },
        { name: gone.id, password: PASSWORD },
        { name: 'Neema', password: PASSWORD },
        { name: 'Zawadi', password: PASSWORD },
        { name: "Juma' OR 1=1 --", password: '\u0000' },
      ];
      for (const json of tries) {
        given.clock.at += HOUR;
        const { status, headers, json: body } = await signIn(given, json);
        const { request_id: _, ...problem } = body;
        expect([status, headers['set-cookie'], problem]).toEqual([
          401,
          undefined,
          {
            ...{ type: 'urn:hesabu:error:HESABU_SIGN_IN_REFUSED', code: 'HESABU_SIGN_IN_REFUSED', status: 401 },
            ...{ title: expect.any(String), detail: expect.stringMatching(/^the name, the password or the code/) },
          },
        ]);
      }
    }));

  test('uses each code once, and those of the periods around it (S21 partly)', () =>
    givenApi(async (given) => {
      const { secret } = await givenPerson(given, 'Juma', 'approver');
      const enter = async (code: string) => (await signIn(given, { name: 'Juma', password: PASSWORD, code })).status;
      // The code that the invite was taken with.
      const first = codeOf(given, secret!);
      expect(await enter(first)).toBe(401);
      given.clock.at += PERIOD;
      const second = codeOf(given, secret!);
      given.clock.at += PERIOD;
      expect(await enter(second)).toBe(201);
      expect(await enter(second)).toBe(401);
      expect(await enter(first)).toBe(401);
      const tries = await Promise.all(Array.from({ length: 5 }, () => enter(codeOf(given, secret!))));
      expect(tries.filter((status) => status === 201)).toHaveLength(1);
      given.clock.at += 3 * PERIOD;
      const old = codeOf(given, secret!);
      given.clock.at += 2 * PERIOD;
      expect(await enter(old)).toBe(401);
    }));

  test(
    'waits longer after each try, by account and by address, but not where they signed in before (S21 partly)',
    () =>
      givenApi(async (given) => {
        await givenPerson(given, 'Asha', 'operator');
        await givenPerson(given, 'Juma', 'operator');
        const enter = (name: string, remoteAddress: string, password = PASSWORD) =>
          signIn(given, { name, password }, { remoteAddress });
        expect((await enter('Asha', '192.0.2.1')).status).toBe(201);
        const many = await Promise.all(
          Array.from({ length: 50 }, (_, at) =>
            enter(at % 2 === 0 ? 'Asha' : 'asha@example.com', `198.51.100.${at}`, 'x'),
          ),
        );
        expect(many.filter(({ status }) => status === 401)).toHaveLength(3);
        const late = many.filter(({ status }) => status === 429);
        expect(late).toHaveLength(47);
        expect(late.every(({ headers }) => headers['retry-after'] === '1')).toBe(true);
        // Even the right password waits elsewhere; where the person signed in before, it does not.
        expect((await enter('Asha', '203.0.113.9')).status).toBe(429);
        expect((await enter('Asha', '192.0.2.1')).status).toBe(201);
        // An address that tries many names waits too, and others do not wait for it.
        for (const name of ['a', 'b', 'c']) expect((await enter(name, '203.0.113.7')).status).toBe(401);
        expect((await enter('Juma', '203.0.113.7')).status).toBe(429);
        expect((await enter('Juma', '203.0.113.8')).status).toBe(201);
        given.clock.at += 1_000;
        expect((await enter('Juma', '203.0.113.7')).status).toBe(201);
      }),
    30_000,
  );
});

describe('an invite', () => {
  test('shows the second factor, counts once and for 72 hours, and asks for a password that is hard to guess', () =>
    givenApi(async (given) => {
      const { people } = given.parts;
      const request = { name: 'Juma', mail: null, language: 'zh-CN', zone: 'UTC', grants: grants('approver') } as const;
      const { person, invite } = people.create(request, given.clock.now());
      const take = (json: object) => send(given, 'POST', '/v1/session/invite', { invite, ...json });
      const opened = await take({});
      expect(opened.json).toEqual({
        ...{ name: 'Juma', language: 'zh-CN' },
        totp: {
          secret: expect.stringMatching(/^[A-Z2-7]{32}$/),
          uri: expect.stringMatching(/^otpauth:\/\/totp\/Hesabu:Juma\?/),
        },
      });
      expect((await take({})).json).toEqual(opened.json);
      const code = codeOf(given, opened.json.totp.secret);
      for (const password of [
        'too short',
        'aaaaaaaaaaaaaaaa',
        'correct password',
        'juma juma 2026!!',
        '12345678901234',
      ]) {
        const refused = await take({ password, code });
        expect([password, refused.status, refused.json.code]).toEqual([password, 422, 'HESABU_PASSWORD_WEAK']);
      }
      expect((await take({ password: PASSWORD })).json.code).toBe('HESABU_SIGN_IN_REFUSED');
      const other = `${invite!.slice(0, -1)}${invite!.endsWith('A') ? 'B' : 'A'}`;
      for (const wrong of [other, 'hsi_0', invite!.toUpperCase()]) {
        expect((await take({ invite: wrong })).json.code).toBe('HESABU_INVITE_INVALID');
      }
      const taken = await Promise.all([
        take({ password: PASSWORD, code }),
        take({ password: 'the words of another', code }),
      ]);
      expect(taken.map(({ status }) => status).sort()).toEqual([201, 401]);
      expect((await take({})).status).toBe(401);
      const next = people.invite(person.id, given.clock.now()).invite!;
      given.clock.at += 72 * HOUR - 1;
      expect((await take({ invite: next })).status).toBe(200);
      given.clock.at += 1;
      expect((await take({ invite: next })).status).toBe(401);
    }));
});

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

  test('has a cookie of this host alone that no script reads and no other site sends', () =>
    givenApi(async (given) => {
      await givenPerson(given, 'Asha', 'operator');
      const enter = async () =>
        String((await signIn(given, { name: 'Asha', password: PASSWORD })).headers['set-cookie']);
      expect(await enter()).toMatch(/^hesabu=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
      Object.assign(given.parts, { isOverTls: true });
      expect(await enter()).toMatch(/^__Host-hesabu=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/);
    }));

  test('changes nothing for a request of another page (S14 partly)', () =>
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
