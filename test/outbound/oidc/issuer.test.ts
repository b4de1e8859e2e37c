// How an issuer is asked: within a time, at allowed addresses only, and by its own description, which must be its own.
import type { ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import { CALLBACK, refusalOf, withIssuer } from '../../http/access/given-issuer.ts';
import { givenPerson, PASSWORD, signIn } from '../../http/access/given-people.ts';
import { givenApi, OWN_PAGE } from '../../http/api/given-api.ts';
import { type FakeIssuer, html, status } from './fake-issuer.ts';

const HOUR = 3_600_000;
const HALF_MIB = 512 * 1024;

describe('an issuer', () => {
  test('that changes its key is asked for it at once', () =>
    withIssuer(async ({ issuer, browser, bound }) => {
      await bound('Asha', 'subject-1');
      for (let turn = 0; turn < 3; turn++) {
        issuer.rotate();
        const own = browser();
        expect((await own.comeBack(issuer.signIn((await own.begin()).json.url))).status).toBe(200);
      }
      expect(issuer.asked.filter((path) => path.startsWith('/.well-known/'))).toHaveLength(1);
    }));

  test('that is away is said to be so, once for all who ask; passwords go on, and it may come back', () =>
    withIssuer(async ({ given, issuer, browser, bound, lines }) => {
      await givenPerson(given, 'Neema', 'operator');
      issuer.faults.meddle = (_path, response) => response.destroy() !== undefined;
      const tries = await Promise.all([browser().begin(), browser().begin()]);
      for (const { status: answered, json, headers, text } of tries) {
        expect([answered, json.code, headers['retry-after']]).toEqual([503, 'HESABU_ISSUER_UNREACHABLE', '2']);
        // Where it is, only the log says.
        expect(text).not.toContain(issuer.url);
      }
      expect(issuer.asked).toHaveLength(1);
      expect((await signIn(given, { name: 'Neema', password: PASSWORD })).status).toBe(201);
      issuer.faults.meddle = () => false;
      await bound('Asha', 'subject-1');
      expect(lines.join()).not.toContain('subject-1');
    }));

  test.each<[string, (issuer: FakeIssuer) => unknown, number, string]>([
    ['has a page for a description', html('/.well-known/openid-configuration'), 502, 'HESABU_ISSUER_INVALID'],
    ['has none', status('/.well-known/openid-configuration', 404), 503, 'HESABU_ISSUER_UNREACHABLE'],
    [
      'is another one',
      ({ faults }) => (faults.description = { issuer: 'https://other.example' }),
      502,
      'HESABU_ISSUER_INVALID',
    ],
    ['names no keys', ({ faults }) => (faults.description = { jwks_uri: undefined }), 502, 'HESABU_ISSUER_INVALID'],
    [
      'takes no secret',
      ({ faults }) => (faults.description = { token_endpoint_auth_methods_supported: ['private_key_jwt'] }),
      502,
      'HESABU_ISSUER_INVALID',
    ],
  ])('that %s begins nothing', (_what, change, expected, code) =>
    withIssuer(async ({ issuer, browser }) => {
      change(issuer);
      const { status: answered, json } = await browser().begin();
      expect([answered, json.code]).toEqual([expected, code]);
    }),
  );

  test('that names a place inside for its tokens is not followed there (S19)', () =>
    withIssuer(async (desk) => {
      const { issuer, browser, bound, lines } = desk;
      await bound('Asha', 'subject-1');
      // Of another host than the one that may be called.
      const port = new URL(issuer.url).port;
      issuer.faults.description = { token_endpoint: `http://127.0.0.2:${port}/token` };
      desk.given.clock.at += HOUR;
      const own = browser();
      const before = issuer.asked.filter((path) => path === '/token').length;
      const back = await own.comeBack(issuer.signIn((await own.begin()).json.url));
      expect(refusalOf(back)).toEqual([503, 'HESABU_ISSUER_UNREACHABLE']);
      expect(issuer.asked.filter((path) => path === '/token')).toHaveLength(before);
      expect(lines.join()).toContain('127.0.0.2');
    }));

  test('on an address inside is not called, unless it is allowed (S19)', () =>
    withIssuer(
      async ({ issuer, browser }) => {
        expect((await browser().begin()).json.code).toBe('HESABU_ISSUER_UNREACHABLE');
        expect(issuer.asked).toEqual([]);
      },
      {},
      { allow: [] },
    ));

  test.each<[string, (response: ServerResponse) => void]>([
    ['does not answer in time', () => {}],
    ['begins to answer, and does not end', (response) => void response.write('{')],
  ])('that %s is given up', (_what, answer) =>
    withIssuer(
      async ({ issuer, browser }) => {
        issuer.faults.meddle = (_path, response) => {
          answer(response);
          return true;
        };
        expect((await browser().begin()).json.code).toBe('HESABU_ISSUER_UNREACHABLE');
      },
      {},
      { timeoutMillis: 50 },
    ),
  );

  test('is read no further than half a MiB', () =>
    withIssuer(async ({ issuer, browser }) => {
      let size = HALF_MIB;
      issuer.faults.meddle = (_path, response) => {
        response.writeHead(200, { 'content-type': 'application/json' }).end(' '.repeat(size));
        return true;
      };
      expect((await browser().begin()).json.code).toBe('HESABU_ISSUER_INVALID');
      size++;
      expect((await browser().begin()).json.code).toBe('HESABU_ISSUER_UNREACHABLE');
    }));

  test('gets the secret of a client as it takes it', () =>
    withIssuer(async ({ given, issuer, browser, bound }) => {
      await bound('Asha', 'subject-1');
      issuer.faults.description = { token_endpoint_auth_methods_supported: undefined };
      given.clock.at += HOUR;
      const own = browser();
      expect((await own.comeBack(issuer.signIn((await own.begin()).json.url))).status).toBe(200);
      expect(issuer.ways).toEqual(['form', 'basic']);
    }));

  test('gets none of a client that has none', () =>
    withIssuer(
      async ({ issuer, bound }) => {
        issuer.faults.description = { token_endpoint_auth_methods_supported: ['none'] };
        await bound('Asha', 'subject-1');
        expect(issuer.ways).toEqual(['none']);
      },
      { clientSecret: () => null },
    ));

  test('that is not configured is not asked for, and nobody is let in by it', () =>
    givenApi(async (given) => {
      const begun = await given.ask({ method: 'POST', url: CALLBACK, json: {}, headers: OWN_PAGE });
      expect([begun.status, begun.json.code]).toEqual([404, 'HESABU_NOT_FOUND']);
      expect(refusalOf(await given.ask({ url: `${CALLBACK}?state=a&code=b` }))).toEqual([
        401,
        'HESABU_SIGN_IN_EXPIRED',
      ]);
    }));
});
