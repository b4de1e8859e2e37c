// Signing in: what is right of name, password and code lets a person in, and of everything else nothing is said.
import { describe, expect, test } from 'vitest';
import { givenApi } from '../api/given-api.ts';
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
            sign_in: 'password',
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
        for (let at = 0; at < 19; at++) expect((await enter(`nobody ${at}`, '203.0.113.7')).status).toBe(401);
        // Who signs in there does not begin it anew.
        expect((await enter('Juma', '203.0.113.7')).status).toBe(201);
        expect((await enter('nobody', '203.0.113.7')).status).toBe(401);
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
