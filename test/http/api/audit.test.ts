// The audit trail of the API: who asked for what, before anything was done for it, and what became of it.
import { describe, expect, test } from 'vitest';
import { HesabuError } from '../../../src/domain/errors.ts';
import { CALL_KINDS, type CallKind } from '../../../src/http/api/call-kinds.ts';
import { apiRoutes } from '../../../src/http/api/server/routes.ts';
import { order, paid } from '../../service/ledger/given-live-ledger.ts';
import { type Answered, type Asked, type Given, givenApi } from './given-api.ts';

const ORDER = { merchant: 'shop-1', transaction_reference: 'A-1', amount: '500.00', currency: 'KES' };
const PAYMENT = { phone: '0711223344', country: 'KE', operator: 'MPESA_KE' };
const IMPORT = '/v1/imports?kind=orders&name=may.csv';

const withPaid = (work: (given: Given) => Promise<void>) =>
  givenApi(async (given) => {
    await given.ledger.writer.append([order('A-1'), paid('A-1')]);
    await work(given);
  });

const refund = (given: Given, key: string, json: object = {}, more: Asked = {}) =>
  given.ask({ method: 'POST', url: '/v1/orders/A-1/refunds', idempotencyKey: 'k-1', key, json, ...more });

/** The calls of the trail, the newest first. */
async function trail(given: Given, query = ''): Promise<Answered['json'][]> {
  const { status, json } = await given.ask({ url: `/v1/audit?limit=1000${query}`, key: given.key('auditor', '*') });
  expect(status).toBe(200);
  return json.calls;
}

/** As SQLite reads it: a star is also for slashes. */
const globOf = (pattern: string) =>
  new RegExp(`^${pattern.replace('!', '').replaceAll('.', '\\.').replaceAll('*', '.*')}$`);

const outcomes = async (given: Given) =>
  (await trail(given)).map(({ route, outcome }) => [route, outcome?.status ?? null, outcome?.code ?? null]).reverse();

describe('the audit trail', () => {
  test('has kinds of calls, each of routes that there are', () =>
    givenApi(async ({ parts }) => {
      const routes = apiRoutes(parts).map(({ method, url }) => `${method} ${url}`);
      const fits = (pattern: string) => routes.some((one) => globOf(pattern).test(one));
      const idle = Object.values(CALL_KINDS).flatMap((all) => all.filter((pattern) => !fits(pattern)));
      expect(idle).toEqual([]);
      const { trail } = parts.tables;
      for (const route of routes) {
        const call = { request: route, at: 0, key: 'k', person: null, role: 'auditor', address: '', route } as const;
        await trail.asked({ ...call, names: [], query: '', body: '' }, null);
      }
      const count = (what: CallKind) => trail.find({ what, limit: 1_000 }).map(({ request }) => request);
      expect(count('reads').length + count('changes').length).toBe(routes.length);
      expect(count('decisions').sort()).toEqual([
        ...['POST /v1/approvals/:id', 'POST /v1/batches/:id/withdrawal', 'POST /v1/cases.xlsx'],
        ...['POST /v1/cases/:id/assignment', 'POST /v1/cases/:id/notes', 'POST /v1/cases/:id/proposals'],
        ...['POST /v1/cases/bulk', 'POST /v1/periods/:day/proposals', 'POST /v1/proposals/:id/approval'],
        'POST /v1/proposals/:id/rejection',
      ]);
      expect(count('sign_ins').sort()).toEqual([
        ...['DELETE /v1/session', 'GET /v1/session/oidc', 'POST /v1/session', 'POST /v1/session/invite'],
        'POST /v1/session/oidc',
      ]);
    }));

  test('names the key, its person and role, the address, the request and its outcome of a refund (R15)', () =>
    withPaid(async (given) => {
      const { text, key } = given.keys.create(
        { role: 'operator', merchants: ['shop-1'], label: 'till', person: 'Asha', expiresAt: null },
        0,
      );
      const json = { amount: '100.00', reason: 'broken' };
      const { headers } = await refund(given, text, json, { remoteAddress: '192.0.2.7' });
      const [call] = await trail(given);
      expect(call).toEqual({
        ...{ request_id: headers['x-request-id'], at: '2026-06-01T12:00:00Z', key: key.id, person: 'Asha' },
        ...{ role: 'operator', address: '192.0.2.7', route: 'POST /v1/orders/:ref/refunds' },
        ...{ names: ['A-1', 'F-1'], query: '' },
        body: expect.stringMatching(/^{"amount":"100.00","reason":"#[^"]+"}$/),
        outcome: { at: '2026-06-01T12:00:00Z', status: 202, code: null, replayed: false },
      });
    }));

  test('has the request on the disk before the gateway is called, and before an import begins', () =>
    withPaid(async (given) => {
      const { gateway, ledger, parts } = given;
      const seen: unknown[] = [];
      const look = () =>
        seen.push(...parts.tables.trail.find({ limit: 1 }).map(({ route, outcome }) => [route, outcome]));
      const ask = gateway.refund.bind(gateway);
      gateway.refund = (request) => {
        look();
        return ask(request);
      };
      const importFile = ledger.writer.importFile.bind(ledger.writer);
      ledger.writer.importFile = (...args) => {
        look();
        return importFile(...args);
      };
      const key = given.key('admin', '*');
      expect((await refund(given, key)).status).toBe(202);
      const payload = 'merchant,transaction_reference,amount,currency,placed_at\n';
      await given.ask({ method: 'POST', url: IMPORT, key, payload, headers: { 'content-type': 'text/csv' } });
      expect(seen).toEqual([
        ['POST /v1/orders/:ref/refunds', null],
        ['POST /v1/imports', null],
      ]);
      expect((await trail(given, '&reference=may.csv')).length).toBe(1);
    }));

  test('is a condition: what cannot be written there is not done', () =>
    withPaid(async (given) => {
      const asked = given.parts.tables.trail.asked;
      given.parts.tables.trail.asked = async () => {
        throw new HesabuError('HESABU_DISK_FULL', { where: 'service.db' });
      };
      const refused = await refund(given, given.key('shop', 'shop-1'));
      expect([refused.status, refused.json.code]).toEqual([503, 'HESABU_DISK_FULL']);
      expect(given.gateway.refunds).toEqual([]);
      given.parts.tables.trail.asked = asked;
      expect(await trail(given)).toEqual([]);
    }));

  test('has refused requests of a known key, each with its code, and none without a key', () =>
    withPaid(async (given) => {
      const [shop, other, auditor] = [
        given.key('shop', 'shop-1'),
        given.key('shop', 'shop-2'),
        given.key('auditor', '*'),
      ];
      const revoked = given.keys.create({ role: 'admin', merchants: ['*'], label: '', expiresAt: null }, 0);
      given.keys.revoke(revoked.key.id, 1);
      await refund(given, auditor);
      await refund(given, other);
      await refund(given, shop, { amount: 5 });
      const half = { payload: '{"amount"', headers: { 'content-type': 'application/json' } };
      await given.ask({ method: 'POST', url: '/v1/orders/A-1/refunds', key: shop, idempotencyKey: 'k-1', ...half });
      await refund(given, shop, { amount: '5000.00' });
      await given.ask({
        method: 'POST',
        url: IMPORT,
        key: shop,
        payload: 'x',
        headers: { 'content-type': 'text/csv' },
      });
      await refund(given, revoked.text);
      await given.ask({ method: 'POST', url: '/v1/orders/A-1/refunds', json: {} });
      const route = 'POST /v1/orders/:ref/refunds';
      expect(await outcomes(given)).toEqual([
        [route, 403, 'HESABU_FORBIDDEN'],
        [route, 404, 'HESABU_NOT_FOUND'],
        [route, 400, 'HESABU_REQUEST_INVALID'],
        [route, 400, 'HESABU_REQUEST_INVALID'],
        [route, 400, 'HESABU_AMOUNT_RANGE'],
        ['POST /v1/imports', 403, 'HESABU_FORBIDDEN'],
      ]);
      expect((await trail(given)).every(({ names }) => names.includes('A-1') || names.length === 0)).toBe(true);
    }));

  test('says which answers were given again, and which requests were refused because of their key (S23 partly)', () =>
    withPaid(async (given) => {
      const key = given.key('shop', 'shop-1');
      await refund(given, key, { amount: '100.00' });
      await refund(given, key, { amount: '100.00' });
      await refund(given, key, { amount: '200.00' });
      const calls = (await trail(given)).map(({ outcome: { status, replayed } }) => [status, replayed]);
      expect(calls.reverse()).toEqual([
        [202, false],
        [202, true],
        [422, false],
      ]);
    }));

  test('has requests whose body was refused before it was read, without the body', () =>
    withPaid(async (given) => {
      const url = '/v1/orders/A-1/refunds';
      const asked = { method: 'POST', url, key: given.key('shop', 'shop-1'), idempotencyKey: 'k-1' } as const;
      const typed = (type: string) => ({ headers: { 'content-type': type } });
      await given.ask({ ...asked, payload: 'x'.repeat(70_000), ...typed('application/json') });
      await given.ask({ ...asked, payload: 'amount=1', ...typed('application/x-www-form-urlencoded') });
      const calls = await trail(given);
      expect(calls.map(({ names, body, outcome }) => [names, body, outcome.status]).reverse()).toEqual([
        [['A-1'], '', 413],
        [['A-1'], '', 415],
      ]);
    }));

  test('has the outcome also when the client hung up before it', () =>
    withPaid(async (given) => {
      const { gateway, app } = given;
      const [asked, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const ask = gateway.refund.bind(gateway);
      gateway.refund = async (request) => {
        asked.resolve();
        await go.promise;
        return ask(request);
      };
      const at = await app.listen({ port: 0, host: '127.0.0.1' });
      const headers = { authorization: `Bearer ${given.key('shop', 'shop-1')}`, 'idempotency-key': 'k-1' };
      const client = new AbortController();
      const sent = fetch(`${at}/v1/orders/A-1/refunds`, { method: 'POST', headers, signal: client.signal });
      await asked.promise;
      expect(await trail(given)).toMatchObject([{ outcome: null }]);
      client.abort();
      await expect(sent).rejects.toThrow();
      go.resolve();
      await expect.poll(async () => (await trail(given))[0].outcome?.status).toBe(202);
    }));

  test('has every request that changes something, and none that only reads', () =>
    givenApi(async (given) => {
      const key = given.key('admin', '*');
      const posts = given.routes.filter(({ method, roles }) => method === 'POST' && roles !== 'public');
      for (const [at, { url, upload }] of posts.entries()) {
        const json = upload === true ? {} : { json: {} };
        await given.ask({ method: 'POST', url: url.replace(/:\w+/, 'A-1'), key, idempotencyKey: `k-${at}`, ...json });
      }
      for (const url of ['/v1/entries', '/v1/alerts', '/v1/transactions/A-1']) await given.ask({ url, key });
      expect((await trail(given)).map(({ route }) => route).reverse()).toEqual(posts.map(({ url }) => `POST ${url}`));
    }));

  test('shows neither the telephone number nor the secret of a request, and bounds its size', () =>
    givenApi(async (given) => {
      const key = given.key('shop', 'shop-1');
      await given.ask({ method: 'POST', url: '/v1/orders', key, idempotencyKey: 'k-1', json: ORDER });
      const pay = { method: 'POST', url: '/v1/orders/A-1/payments', key } as const;
      await given.ask({ ...pay, idempotencyKey: 'k-2', json: PAYMENT });
      await given.ask({ ...pay, idempotencyKey: 'k-3', json: { ...PAYMENT, api_key: 'hsb-secret' } });
      await given.ask({ ...pay, idempotencyKey: 'k-4', json: { more: 'x'.repeat(60_000) } });
      await given.ask({ ...pay, url: '/v1/orders/254711223344/payments', idempotencyKey: 'k-5', json: PAYMENT });
      const calls = await trail(given);
      const text = JSON.stringify(calls);
      for (const secret of ['711223344', 'hsb-secret', key]) expect(text).not.toContain(secret);
      expect(Math.max(...calls.map(({ body }) => body.length))).toBe(4_000);
      // Who knows the number finds what was asked for it.
      expect(await trail(given, '&reference=254711223344')).toHaveLength(1);
    }));
});

describe('GET /v1/audit', () => {
  test('finds calls by key, person, name, request and time, page by page', () =>
    withPaid(async (given) => {
      const { clock } = given;
      const made = ['Asha', 'Juma'].map((person) =>
        given.keys.create({ role: 'operator', merchants: ['*'], label: '', person, expiresAt: null }, 0),
      );
      const ids: unknown[] = [];
      for (let at = 0; at < 6; at++) {
        const more = { idempotencyKey: `k-${at}` };
        ids.push((await refund(given, made[at % 2]!.text, { amount: '1.00' }, more)).headers['x-request-id']);
        clock.at += 60_000;
      }
      const found = async (query: string) => (await trail(given, query)).map((call) => ids.indexOf(call.request_id));
      expect(await found('')).toEqual([5, 4, 3, 2, 1, 0]);
      expect(await found(`&key=${made[0]!.key.id}`)).toEqual([4, 2, 0]);
      expect(await found('&person=Juma')).toEqual([5, 3, 1]);
      expect(await found('&reference=F-3')).toEqual([2]);
      expect(await found('&reference=A-1&person=Asha')).toEqual([4, 2, 0]);
      expect(await found(`&request=${ids[3]}`)).toEqual([3]);
      expect(await found('&since=2026-06-01T12:01:00Z&until=2026-06-01T12:03:00Z')).toEqual([2, 1]);
      for (const query of ['', '&reference=A-1', '&since=2026-06-01T11:00:00Z']) {
        const key = given.key('admin', '*');
        const pages: unknown[][] = [];
        for (let after = ''; ; ) {
          const { json } = await given.ask({ url: `/v1/audit?limit=4${query}${after}`, key });
          pages.push(json.calls.map(({ request_id }: { request_id: string }) => ids.indexOf(request_id)));
          if (json.next === null) break;
          after = `&after=${json.next}`;
        }
        expect(pages).toEqual([
          [5, 4, 3, 2],
          [1, 0],
        ]);
      }
      const wrong = await given.ask({ url: '/v1/audit?after=x', key: given.key('admin', '*') });
      expect([wrong.status, wrong.json.code]).toEqual([404, 'HESABU_CURSOR_INVALID']);
    }));
});
