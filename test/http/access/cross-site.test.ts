// Requests that a page of another site makes a browser send: none changes anything, and no page reads an answer.
import { describe, expect, test } from 'vitest';
import { PERSON_ROLES } from '../../../src/http/access/person.ts';
import { order, paid } from '../../service/ledger/given-live-ledger.ts';
import { type Given, givenApi, OWN_PAGE } from '../api/given-api.ts';
import { ask, nameOf } from './given-walk.ts';

/** What browsers send for a form, an image, a script, and a page of a neighbour's host. */
const FOREIGN: readonly Readonly<Record<string, string>>[] = [
  { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
  { origin: 'null', 'sec-fetch-site': 'cross-site' },
  { origin: 'http://localhost:8071', 'sec-fetch-site': 'same-site' },
];

/** A payment that was asked for, in a ledger with its order, and one of each role who is signed in. */
async function givenPeople(work: (given: Given, browsers: readonly Record<string, string>[]) => Promise<void>) {
  await givenApi(async (given) => {
    await given.ledger.writer.append([order('A-1'), paid('A-1', { data: { amount: '1.00' } })]);
    await given.ledger.loop.catchUp();
    await work(
      given,
      PERSON_ROLES.map((role) => ({ ...given.browserOf(role, { role, merchant: '*' }) })),
    );
  });
}

/** All that may change: the ledger, what was asked of gateways, the archive, and every table but the audit trail. */
async function stateOf({ ledger, gateway, exchanges, database, clock }: Given): Promise<string> {
  await ledger.loop.catchUp();
  const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").all();
  const names = tables.map(({ name }) => String(name)).filter((name) => !/^audit_|^sqlite_|session/.test(name));
  expect(names.length).toBeGreaterThan(5);
  const rows = names.map((name) => [name, database.prepare(`SELECT * FROM "${name}"`).all()]);
  const said = (await ledger.reader.findKey('A-1'))!.claims.length;
  const text = (_: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value);
  const outside = [gateway.payments, gateway.refunds, exchanges.length, clock.now()];
  return JSON.stringify([said, ledger.reader.end, outside, rows], text);
}

describe('a request of another site', () => {
  test('to every route that is no GET is refused before anything is done, whoever is signed in (S14)', () =>
    givenPeople(async (given, browsers) => {
      const before = await stateOf(given);
      const changing = given.routes.filter(({ method }) => method !== 'GET');
      expect(changing.length).toBeGreaterThan(15);
      for (const route of changing) {
        for (const browser of browsers) {
          for (const headers of FOREIGN) {
            const { 'x-hesabu-request': _, ...sent } = browser;
            const { status, json } = await ask(given, route, undefined, { ...sent, ...headers });
            expect([nameOf(route), status, json.code]).toEqual([nameOf(route), 403, 'HESABU_ORIGIN_REFUSED']);
          }
        }
      }
      expect(await stateOf(given)).toBe(before);
    }));

  test('that is a GET changes nothing, and no other page may read its answer (S14)', () =>
    givenPeople(async (given, browsers) => {
      const before = await stateOf(given);
      let answered = 0;
      for (const route of given.routes.filter(({ method }) => method === 'GET')) {
        for (const browser of browsers) {
          const { status, headers } = await ask(given, route, undefined, { ...browser, ...FOREIGN[0] });
          if (status === 200) answered++;
          expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
        }
      }
      expect(answered).toBeGreaterThan(20);
      expect(await stateOf(given)).toBe(before);
    }));

  test('that asks first (OPTIONS) is allowed nothing (S14)', () =>
    givenPeople(async ({ app }, [browser]) => {
      const asked = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'x-hesabu-request' };
      for (const url of ['/v1/orders', '/v1/orders/A-1/refunds', '/v1/people', '/v1/session', '/webhooks/a/b']) {
        const answer = await app.inject({ method: 'OPTIONS', url, headers: { ...browser, ...FOREIGN[0], ...asked } });
        expect([url, answer.statusCode >= 400]).toEqual([url, true]);
        expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
      }
    }));

  test('is not what is refused: the same from our own page goes through', () =>
    givenPeople(async (given, browsers) => {
      const routes = given.routes.filter(({ method }) => method !== 'GET');
      const codes = new Set<string>();
      for (const route of routes)
        codes.add((await ask(given, route, undefined, { ...browsers[0]!, ...OWN_PAGE })).json.code);
      expect(codes).not.toContain('HESABU_ORIGIN_REFUSED');
    }));
});
