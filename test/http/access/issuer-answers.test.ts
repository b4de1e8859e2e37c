// What the issuer answers counts once, in the browser that began, and only if all of it holds.
import { describe, expect, test } from 'vitest';
import { type FakeIssuer, html, status } from '../../outbound/oidc/fake-issuer.ts';
import { expectNoSecrets, nextOf, refusalOf, withIssuer } from './given-issuer.ts';

const TEN_MINUTES = 600_000;

type Fault = readonly [what: string, change: (issuer: FakeIssuer) => unknown, status: number, code: string];

const INVALID = [502, 'HESABU_ISSUER_INVALID'] as const;
const FAULTS: readonly Fault[] = [
  ['a token for another sign-in', ({ faults }) => (faults.claims = { nonce: 'another' }), ...INVALID],
  ['a token without a nonce', ({ faults }) => (faults.claims = { nonce: undefined }), ...INVALID],
  ['a token for another client', ({ faults }) => (faults.claims = { aud: 'another' }), ...INVALID],
  [
    'a token for two, used by the other',
    ({ faults }) => (faults.claims = { aud: ['hesabu', 'b'], azp: 'b' }),
    ...INVALID,
  ],
  ['a token of another issuer', ({ faults }) => (faults.claims = { iss: 'https://other.example' }), ...INVALID],
  ['a token that is over', ({ faults }) => (faults.claims = { exp: Math.floor(Date.now() / 1_000) - 60 }), ...INVALID],
  ['a token without a subject', ({ faults }) => (faults.claims = { sub: undefined }), ...INVALID],
  ['a subject that is too long', ({ faults }) => (faults.claims = { sub: 'x'.repeat(256) }), ...INVALID],
  ['a token that nobody signed', ({ faults }) => (faults.signing = 'none'), ...INVALID],
  ['a token with the public key as a password', ({ faults }) => (faults.signing = 'hmac'), ...INVALID],
  ['a token that somebody else signed', ({ faults }) => (faults.signing = 'another key'), ...INVALID],
  ['a key that is not listed', ({ faults }) => (faults.header = { kid: 'another' }), ...INVALID],
  ['an answer of another issuer', ({ faults }) => (faults.answer = { iss: 'https://other.example' }), ...INVALID],
  ['an answer of nobody', ({ faults }) => (faults.answer = { iss: null }), ...INVALID],
  ['no code', ({ faults }) => (faults.answer = { code: null }), ...INVALID],
  ['a page instead of tokens', html('/token'), ...INVALID],
  ['a page instead of keys', html('/keys'), ...INVALID],
  ['another code', ({ faults }) => (faults.answer = { code: 'another' }), 401, 'HESABU_ISSUER_REFUSED'],
  [
    'a person who went back',
    ({ faults }) => (faults.answer = { code: null, error: 'access_denied' }),
    401,
    'HESABU_ISSUER_REFUSED',
  ],
  [
    'a client that it forgot',
    ({ faults }) => (faults.answer = { code: null, error: 'unauthorized_client' }),
    ...INVALID,
  ],
  [
    'its own trouble',
    ({ faults }) => (faults.answer = { code: null, error: 'server_error' }),
    503,
    'HESABU_ISSUER_UNREACHABLE',
  ],
  ['a fault instead of tokens', status('/token', 500), 503, 'HESABU_ISSUER_UNREACHABLE'],
  [
    'another place for tokens, inside',
    status('/token', 307, { location: 'http://169.254.169.254/token' }),
    503,
    'HESABU_ISSUER_UNREACHABLE',
  ],
  ['somebody whom nobody knows', (issuer) => (issuer.subject = 'subject-9'), 403, 'HESABU_LOGIN_UNKNOWN'],
];

describe('an answer of the issuer', () => {
  test('that does not hold lets nobody in, says why, and leaves no secret', () =>
    withIssuer(async (desk) => {
      const { given, issuer, browser, bound } = desk;
      // Also where the issuer itself would allow it.
      issuer.faults.description = { id_token_signing_alg_values_supported: ['none', 'HS256', 'ES256'] };
      await bound('Asha', 'subject-1');
      const people = JSON.stringify(given.parts.people.list());
      const right = { ...issuer.faults };
      for (const [at, [what, change, expected, code]] of FAULTS.entries()) {
        Object.assign(issuer, { subject: 'subject-1' });
        Object.assign(issuer.faults, right);
        change(issuer);
        const own = browser(`198.51.100.${at}`);
        const { url } = (await own.begin({ to: '/desk/breaks' })).json;
        const back = await own.comeBack(issuer.signIn(url));
        expect([what, refusalOf(back), nextOf(back)]).toEqual([what, [expected, code], `/desk/breaks?refused=${code}`]);
        expect([what, await own.isIn(), [...own.cookies.keys()]]).toEqual([what, false, []]);
        expect(JSON.stringify(given.parts.people.list())).toBe(people);
        expect(desk.lines.pop()).toContain(code);
        await expectNoSecrets(desk, [back]);
      }
    }));

  test('counts once, in the browser that began, for ten minutes (S14)', () =>
    withIssuer(async ({ given, issuer, browser, bound, lines }) => {
      await bound('Asha', 'subject-1');
      const own = browser();
      const begun = async () => issuer.signIn((await own.begin()).json.url);
      const expired = [401, 'HESABU_SIGN_IN_EXPIRED'];
      // Another's: somebody lures a browser to an answer of their own.
      const theirs = await begun();
      expect(refusalOf(await browser().comeBack(theirs))).toEqual(expired);
      const held = [...own.cookies];
      expect((await own.comeBack(theirs)).status).toBe(200);
      // Once more, with what the browser had.
      for (const [name, value] of held) own.cookies.set(name, value);
      expect(refusalOf(await own.comeBack(theirs))).toEqual(expired);
      const other = await begun();
      const [name] = [...own.cookies.keys()].filter((one) => one.includes('-oidc-')).slice(-1);
      other.set('state', `${other.get('state')!.slice(0, 8)}${'A'.repeat(35)}`);
      expect(refusalOf(await own.comeBack(other))).toEqual(expired);
      const changed = await begun();
      const sealed = own.cookies.get(name!)!;
      own.cookies.set([...own.cookies.keys()].at(-1)!, `${sealed.slice(0, -2)}${sealed.endsWith('AA') ? 'BB' : 'AA'}`);
      expect(refusalOf(await own.comeBack(changed))).toEqual(expired);
      const late = await begun();
      given.clock.at += TEN_MINUTES;
      expect(refusalOf(await own.comeBack(late))).toEqual(expired);
      const intime = await begun();
      given.clock.at += TEN_MINUTES - 1;
      expect((await own.comeBack(intime)).status).toBe(200);
      for (const query of ['', 'state=', 'state=a&state=b', 'code=x', `state=${'%00'.repeat(43)}`]) {
        expect([query, refusalOf(await own.comeBack(new URLSearchParams(query)))]).toEqual([query, expired]);
      }
      // Of these there may be any number: beside the lines about refusals, which are few, none is written.
      expect(lines.filter((line) => JSON.parse(line).level >= 40)).toEqual([]);
    }));

  test('of each of some tabs counts; of many, those of the last four', () =>
    withIssuer(async ({ issuer, browser, bound }) => {
      await bound('Asha', 'subject-1');
      const own = browser();
      const tabs: URLSearchParams[] = [];
      for (let tab = 0; tab < 6; tab++) tabs.push(issuer.signIn((await own.begin()).json.url));
      expect([...own.cookies.keys()].filter((name) => name.includes('-oidc-'))).toHaveLength(4);
      const statuses: number[] = [];
      for (const answer of tabs) statuses.push((await own.comeBack(answer)).status);
      expect(statuses).toEqual([401, 401, 200, 200, 200, 200]);
    }));

  test('begins whatever else a browser has of such a name', () =>
    withIssuer(async ({ browser }) => {
      const own = browser();
      for (const end of ['a b', 'é', 'x y', '\u0001', 'a', '(', '12345678 '])
        own.cookies.set(`hesabu-oidc-${end}`, '1');
      const begun = await own.begin();
      expect([begun.status, begun.headers['set-cookie']]).toEqual([200, [expect.stringContaining('Max-Age=600')]]);
    }));

  test('is not asked about when too many from one address failed; who is in stays in', () =>
    withIssuer(async ({ given, issuer, browser, bound, lines }) => {
      const asha = await bound('Asha', 'subject-1');
      issuer.subject = 'subject-9';
      const enter = async (address: string) => {
        const own = browser(address);
        return refusalOf(await own.comeBack(issuer.signIn((await own.begin()).json.url)));
      };
      for (let at = 0; at < 20; at++) expect(await enter('198.51.100.7')).toEqual([403, 'HESABU_LOGIN_UNKNOWN']);
      const before = issuer.asked.length;
      const written = lines.filter((line) => JSON.parse(line).level >= 40).length;
      expect(await enter('198.51.100.7')).toEqual([429, 'HESABU_RATE_LIMITED']);
      expect(lines.filter((line) => JSON.parse(line).level >= 40)).toHaveLength(written);
      expect(issuer.asked.length).toBe(before);
      expect(await enter('198.51.100.8')).toEqual([403, 'HESABU_LOGIN_UNKNOWN']);
      given.clock.at += 1_000;
      issuer.subject = 'subject-1';
      expect(await enter('198.51.100.7')).toEqual([200, undefined]);
      expect(await asha.isIn()).toBe(true);
    }));
});
