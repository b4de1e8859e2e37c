// Signing in at an outside issuer: an invite binds a person to a login there, once, and from then on it lets the
// person in.
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { Answered } from '../api/given-api.ts';
import { CALLBACK, expectNoSecrets, nextOf, refusalOf, withIssuer } from './given-issuer.ts';
import { givenPerson, PASSWORD, send, signIn } from './given-people.ts';

const soon = () => Math.floor(Date.now() / 1_000);

describe('an invite that is taken at the issuer', () => {
  test('binds the person to who came back, who signs in there from then on', () =>
    withIssuer(async (desk) => {
      const { given, issuer, browser, invited } = desk;
      const [first, invite] = [browser(), invited('Asha')];
      const begun = await first.begin({ invite, to: '/desk/breaks?status=new&sort=age' });
      const asked = new URL(begun.json.url);
      expect(Object.fromEntries(asked.searchParams)).toEqual({
        ...{
          client_id: 'hesabu',
          response_type: 'code',
          scope: 'openid',
          redirect_uri: `http://localhost:8070${CALLBACK}`,
        },
        ...{ state: expect.stringMatching(/^[\w-]{43}$/), nonce: expect.stringMatching(/^[\w-]{43}$/) },
        ...{ code_challenge: expect.stringMatching(/^[\w-]{43}$/), code_challenge_method: 'S256' },
      });
      const back = await first.comeBack(issuer.signIn(begun.json.url));
      expect([back.status, nextOf(back)]).toEqual([200, '/desk/breaks?status=new&sort=age']);
      const me = (await given.ask({ url: '/v1/me', headers: first.header })).json;
      expect(me).toMatchObject({ person: { name: 'Asha' }, sign_in: 'issuer' });
      const again = browser();
      const { url } = (await again.begin()).json;
      const second = await again.comeBack(issuer.signIn(url));
      expect([second.status, nextOf(second), await again.isIn()]).toEqual([200, '/desk/', true]);
      // The invite is used up, and there is no password.
      expect((await browser().begin({ invite })).json.code).toBe('HESABU_INVITE_INVALID');
      expect((await signIn(given, { name: 'Asha', password: PASSWORD })).status).toBe(401);
      await expectNoSecrets(desk, [begun, back, second]);
      expect(JSON.stringify(given.parts.people.list())).toContain(issuer.subject);
    }));

  test('gives a session of its own: what the browser had before ends, and what was planted is nobody (S15)', () =>
    withIssuer(async ({ issuer, browser, bound }) => {
      const own = await bound('Asha', 'subject-1');
      const before = own.header;
      const again = browser();
      again.cookies.set('hesabu', own.cookies.get('hesabu')!);
      const { url } = (await again.begin()).json;
      await again.comeBack(issuer.signIn(url));
      expect(again.header).not.toEqual(before);
      expect([await again.isIn(), await own.isIn()]).toEqual([true, false]);
      const planted = browser();
      planted.cookies.set('hesabu', 'A'.repeat(43));
      await planted.comeBack(issuer.signIn((await planted.begin()).json.url));
      expect(planted.cookies.get('hesabu')).not.toBe('A'.repeat(43));
    }));

  test('has cookies of this host alone, which no script reads; what is carried over there and back ends with it', () =>
    withIssuer(async ({ given, issuer, browser, bound }) => {
      await bound('Asha', 'subject-1');
      for (const [isOverTls, prefix, secure] of [
        [false, '', ''],
        [true, '__Host-', ' Secure;'],
      ] as const) {
        Object.assign(given.parts, { isOverTls });
        const own = browser();
        const begun = await own.begin();
        const state = new URL(begun.json.url).searchParams.get('state')!.slice(0, 8);
        const name = `${prefix}hesabu-oidc-${state}`;
        expect(begun.headers['set-cookie']).toEqual([
          expect.stringMatching(new RegExp(`^${name}=[\\w-]+; Max-Age=600; Path=/; HttpOnly;${secure} SameSite=Lax$`)),
        ]);
        const back = await own.comeBack(issuer.signIn(begun.json.url));
        expect(back.headers['set-cookie']).toEqual([
          expect.stringMatching(new RegExp(`^${prefix}hesabu=[\\w-]{43}; Path=/; HttpOnly;${secure} SameSite=Strict$`)),
          expect.stringMatching(new RegExp(`^${name}=; Max-Age=0;`)),
        ]);
      }
    }));

  test('gives one login to one person, also of two at once; a reset frees it, and ends the sessions', () =>
    withIssuer(async ({ given, issuer, browser, invited, bound }) => {
      const asha = await bound('Asha', 'subject-1');
      const [juma, neema] = [browser(), browser()];
      issuer.subject = 'subject-2';
      const begun = [
        { own: juma, url: (await juma.begin({ invite: invited('Juma') })).json.url },
        { own: neema, url: (await neema.begin({ invite: invited('Neema') })).json.url },
      ];
      const both = await Promise.all(begun.map(({ own, url }) => own.comeBack(issuer.signIn(url))));
      expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
      expect(refusalOf(both.find(({ status }) => status === 409)!)[1]).toBe('HESABU_LOGIN_TAKEN');
      issuer.subject = 'subject-1';
      const [person] = given.parts.people.list();
      const { invite } = given.parts.people.invite(person!.id, given.clock.now());
      expect(await asha.isIn()).toBe(false);
      const unbound = browser();
      const refused = await unbound.comeBack(issuer.signIn((await unbound.begin()).json.url));
      expect(refusalOf(refused)).toEqual([403, 'HESABU_LOGIN_UNKNOWN']);
      const taken = await send(given, 'POST', '/v1/session/invite', { invite, password: PASSWORD });
      expect([taken.status, taken.json.sign_in]).toEqual([201, 'password']);
    }));

  test('of who signs in with a password leaves that way as it is, and needs no other invite for more roles', () =>
    withIssuer(async ({ given, bound }) => {
      await givenPerson(given, 'Asha', 'operator');
      expect((await signIn(given, { name: 'Asha', password: PASSWORD })).json.sign_in).toBe('password');
      await bound('Juma', 'subject-1');
      const juma = given.parts.people.named('Juma')!;
      const more = [{ role: 'approver', merchant: '*' }] as const;
      expect(given.parts.people.grant(juma.id, more, given.clock.now()).invite).toBeNull();
    }));
});

describe('a person at the issuer', () => {
  test('who is disabled is let in no more, also while signing in; another person may have the login then', () =>
    withIssuer(async ({ given, issuer, browser, bound, invited }) => {
      const asha = await bound('Asha', 'subject-1');
      const own = browser();
      const answer = issuer.signIn((await own.begin()).json.url);
      given.parts.people.disable(given.parts.people.named('Asha')!.id, given.clock.now());
      expect(refusalOf(await own.comeBack(answer))).toEqual([403, 'HESABU_LOGIN_UNKNOWN']);
      expect([await asha.isIn(), await own.isIn()]).toEqual([false, false]);
      const next = browser();
      const { url } = (await next.begin({ invite: invited('Asha again') })).json;
      expect((await next.comeBack(issuer.signIn(url))).status).toBe(200);
    }));

  test('who is disabled while the trail takes the sign-in down gets no session, by neither way', () =>
    withIssuer(async ({ given, issuer, browser, bound }) => {
      const { people, tables } = given.parts;
      await bound('Asha', 'subject-1');
      await givenPerson(given, 'Juma', 'operator');
      const own = browser();
      const answer = issuer.signIn((await own.begin()).json.url);
      const asked = tables.trail.asked.bind(tables.trail);
      vi.spyOn(tables.trail, 'asked').mockImplementation(async (...call) => {
        if (call[0].person !== null) people.disable(call[0].person, given.clock.now());
        return asked(...call);
      });
      const juma = await signIn(given, { name: 'Juma', password: PASSWORD });
      expect([juma.status, juma.headers['set-cookie']]).toEqual([401, undefined]);
      const back = await own.comeBack(answer);
      expect([back.status, own.cookies.has('hesabu')]).toEqual([401, false]);
    }));

  test('who may approve needs a second factor, as amr has it (RFC 8176)', () =>
    withIssuer(async ({ issuer, browser, invited, given }) => {
      const cases: [unknown, boolean][] = [
        ...([['pwd'], ['pwd', 'sms'], 'mfa', undefined, [['mfa']], [null]].map((amr) => [amr, false]) as [
          unknown,
          false,
        ][]),
        ...([['mfa'], ['pwd', 'otp'], ['hwk']].map((amr) => [amr, true]) as [unknown, true][]),
      ];
      for (const [at, [amr, isEnough]] of cases.entries()) {
        issuer.faults.claims = { amr };
        issuer.subject = `subject-${at}`;
        const [own, name] = [browser(), `Juma ${'abcdefghi'[at]}`];
        const { url } = (await own.begin({ invite: invited(name, 'approver') })).json;
        const back = refusalOf(await own.comeBack(issuer.signIn(url)));
        expect([amr, back]).toEqual([amr, isEnough ? [200, undefined] : [403, 'HESABU_FACTOR_MISSING']]);
        expect(given.parts.people.named(name)!.login !== null).toBe(isEnough);
      }
    }));

  test('who got a role that needs a second factor is asked for it at the next sign-in', () =>
    withIssuer(async ({ given, issuer, browser, bound }) => {
      const own = await bound('Juma', 'subject-1');
      const { id } = given.parts.people.named('Juma')!;
      given.parts.people.grant(id, [{ role: 'admin', merchant: '*' }], given.clock.now());
      expect(await own.isIn()).toBe(false);
      const enter = async () => {
        const again = browser();
        return refusalOf(await again.comeBack(issuer.signIn((await again.begin()).json.url)));
      };
      expect(await enter()).toEqual([403, 'HESABU_FACTOR_MISSING']);
      issuer.faults.claims = { amr: ['mfa'] };
      expect(await enter()).toEqual([200, undefined]);
    }));

  test('has shown one by each sign-in, where the configuration says so; the issuer is asked how old it is', () =>
    withIssuer(
      async ({ issuer, browser, invited }) => {
        const [own, invite] = [browser(), invited('Juma', 'approver')];
        const enter = async (claims: object) => {
          issuer.faults.claims = { ...claims };
          const { url } = (await own.begin({ invite })).json;
          expect(new URL(url).searchParams.get('max_age')).toBe('3600');
          expect(new URL(url).searchParams.get('scope')).toBe('openid acr');
          return refusalOf(await own.comeBack(issuer.signIn(url)));
        };
        expect(await enter({})).toEqual([502, 'HESABU_ISSUER_INVALID']);
        expect(await enter({ auth_time: soon() - 4_000 })).toEqual([502, 'HESABU_ISSUER_INVALID']);
        expect(await enter({ auth_time: soon() - 3_000 })).toEqual([200, undefined]);
      },
      { isSecondFactor: true, maxAgeSeconds: 3_600, scopes: ['acr', 'openid'] },
    ));

  test('is in the trail, let in or not, as a change', () =>
    withIssuer(async ({ given, issuer, browser, bound }) => {
      await bound('Asha', 'subject-1');
      const person = given.parts.people.named('Asha')!;
      const enter = async () => {
        const own = browser();
        await own.comeBack(issuer.signIn((await own.begin()).json.url));
      };
      await enter();
      issuer.subject = 'subject-9';
      await enter();
      const trail = async (query: string) =>
        (await given.ask({ url: `/v1/audit?${query}`, key: given.key('auditor', '*') })).json.calls;
      const shown = (await trail('what=changes')).map((call: Answered['json']) => {
        return [call.route, call.person, call.address, call.outcome.status, call.outcome.code];
      });
      const route = 'POST /v1/session/oidc';
      expect(shown).toEqual([
        [route, null, '192.0.2.1', 403, 'HESABU_LOGIN_UNKNOWN'],
        [route, person.id, '192.0.2.1', 201, null],
        [route, person.id, '192.0.2.1', 201, null],
      ]);
      expect(await trail(`reference=${person.id}`)).toHaveLength(2);
    }));
});

test('the page goes on at an address of the desk, and nowhere else', () =>
  withIssuer(async ({ browser }) => {
    const own = browser();
    const hostile = [
      '//other.example/desk/',
      'https://other.example/desk/',
      '/desk/../v1/me',
      '/desk/a/%2e%2e/.%2E/v1/me',
      '/desk/\\other',
      '/desk',
    ];
    for (const to of [...hostile, '/desk/"><b>', '/desk/\r\nx', `/desk/${'a'.repeat(1_000)}`, 'javascript:1']) {
      expect([to, (await own.begin({ to })).json.code]).toEqual([to, 'HESABU_REQUEST_INVALID']);
    }
    const place = 'http://localhost:8070';
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 40 }), async (text) => {
        const begun = await own.begin({ to: `/desk/${text}` });
        if (begun.status === 200) expect(new URL(`/desk/${text}`, place).href.startsWith(`${place}/desk/`)).toBe(true);
      }),
      { numRuns: 50 },
    );
  }));
