// Every route with every role, no key, a revoked key, an expired key and another merchant's key: everything that the
// table does not allow is refused, and no other route exists.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyBaseLogger } from 'fastify';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ROLES, type Role } from '../../../src/http/access/api-key.ts';
import { PERSON_ROLES } from '../../../src/http/access/person.ts';
import { json, route } from '../../../src/http/api/route.ts';
import { registerApi } from '../../../src/http/api/server/register.ts';
import { buildApp } from '../../../src/http/app.ts';
import { order, paid } from '../../service/ledger/given-live-ledger.ts';
import { type Answered, givenApi } from '../api/given-api.ts';
import { ALLOWED, PEOPLE } from './given-access.ts';
import { ask, bodyOf, nameOf, nextKey, urlOf } from './given-walk.ts';

/** Open to everybody: health checks and the reference page. Webhooks are verified by their signatures. */
const OPEN = /^(GET|HEAD) (\/healthz|\/readyz|\/docs(\/.*)?)$/;

const LISTS = ['transactions', 'entries', 'approvals', 'cases', 'proposals', 'batches', 'changes', 'exchanges'];

const REFUSED: ReadonlySet<number> = new Set([401, 403]);
/** A wrong password is not a missing right. */
const isRefused = ({ status, json }: Answered) => REFUSED.has(status) && json.code !== 'HESABU_SIGN_IN_REFUSED';

describe('access', () => {
  test('Fastify knows only the routes of the table and the open ones (S10)', () =>
    givenApi(async ({ known, routes, app }) => {
      const table = new Set(routes.map(nameOf));
      expect(known.filter((name) => table.has(name)).sort()).toEqual([...table].sort());
      expect(known.filter((name) => !table.has(name) && !OPEN.test(name))).toEqual([]);
      expect(Object.keys(ALLOWED).sort()).toEqual([...table].sort());
      for (const url of ['/v1', '/v1/keys', '/v1/orders/A-1', '/admin', '/openapi.json/', '/v1//orders']) {
        expect([url, (await app.inject(url)).statusCode]).toEqual([url, 404]);
      }
    }));

  test('every route accepts the roles that it names and no others (S10)', () =>
    givenApi(async (given) => {
      await given.ledger.writer.append([order('A-1'), paid('A-1')]);
      await given.ledger.loop.catchUp();
      for (const role of ROLES) {
        const [all, own] = [given.key(role, '*'), given.key(role, 'shop-1')];
        for (const route of given.routes) {
          const allowed = ALLOWED[nameOf(route)]!;
          if (allowed === 'public' || allowed === 'anywhere') continue;
          const isIn = allowed === 'local' || allowed.includes(role);
          const label = `${role} ${nameOf(route)}`;
          const answer = await ask(given, route, all);
          expect([label, REFUSED.has(answer.status)]).toEqual([label, !isIn]);
          if (!isIn) expect([label, answer.json.code]).toEqual([label, 'HESABU_FORBIDDEN']);
          // Routes of the organisation are for keys for all merchants.
          const scoped = await ask(given, route, own);
          const isOwn = isIn && route.scope !== 'organisation';
          expect([label, REFUSED.has(scoped.status)]).toEqual([label, !isOwn]);
        }
      }
    }));

  test('every route accepts the people whose roles it names, for their merchants, and no others (S10)', () =>
    givenApi(async (given) => {
      await given.ledger.writer.append([order('A-1'), paid('A-1')]);
      await given.ledger.loop.catchUp();
      for (const role of PERSON_ROLES) {
        const all = given.browserOf(`${role} all`, { role, merchant: '*' });
        const own = role === 'admin' ? all : given.browserOf(`${role} own`, { role, merchant: 'shop-1' });
        for (const route of given.routes) {
          const allowed = ALLOWED[nameOf(route)]!;
          if (allowed === 'public' || allowed === 'anywhere') continue;
          const fitting = PEOPLE[nameOf(route)] ?? (role === 'admin' || allowed === 'local' ? [] : allowed);
          const isIn = allowed === 'local' || (fitting as readonly Role[]).includes(role);
          const label = `${role} ${nameOf(route)}`;
          const answer = await ask(given, route, undefined, all);
          expect([label, isRefused(answer)]).toEqual([label, !isIn]);
          if (!isIn) expect([label, answer.json.code]).toEqual([label, 'HESABU_FORBIDDEN']);
          const scoped = await ask(given, route, undefined, own);
          const isOwn = isIn && (route.scope !== 'organisation' || own === all);
          expect([label, isRefused(scoped)]).toEqual([label, !isOwn]);
        }
      }
    }));

  test('a person has at each merchant the roles for it, and those for all', () =>
    givenApi(async (given) => {
      await given.ledger.writer.append([order('A-1'), paid('A-1')]);
      await given.ledger.loop.catchUp();
      const headers = given.browserOf(
        'Asha',
        { role: 'operator', merchant: 'shop-2' },
        { role: 'auditor', merchant: 'shop-1' },
      );
      const cancel = { method: 'POST', url: '/v1/orders/A-1/cancel', json: {}, headers, idempotencyKey: 'c' } as const;
      expect((await given.ask({ url: '/v1/transactions/A-1', headers })).status).toBe(200);
      expect((await given.ask(cancel)).json.code).toBe('HESABU_NOT_FOUND');
      // A key in the same request counts, and nothing else.
      expect((await given.ask({ url: '/v1/me', headers, key: given.key('admin', '*') })).status).toBe(403);
      expect((await given.ask({ url: '/v1/transactions/A-1', headers, key: 'hsb_0_0' })).status).toBe(401);
    }));

  test('without a key, or with a revoked, an expired or an invented key, requests are refused and not archived', () =>
    givenApi(async (given) => {
      const { keys, clock } = given;
      const request = { role: 'admin', merchants: ['*'], label: '' } as const;
      const revoked = keys.create({ ...request, expiresAt: null }, clock.now());
      keys.revoke(revoked.key.id, clock.now());
      const expired = keys.create({ ...request, expiresAt: clock.now() }, clock.now());
      const live = keys.create({ ...request, expiresAt: clock.now() + 1 }, clock.now());
      const other = live.text.slice(0, -1) + (live.text.endsWith('A') ? 'B' : 'A');
      for (const route of given.routes) {
        for (const key of [undefined, revoked.text, expired.text, other, 'hsb_0_0', live.key.hash]) {
          const { status, json, headers } = await ask(given, route, key);
          if (route.roles === 'public') expect(json.code).toBe('HESABU_ORIGIN_REFUSED');
          else if (route.roles === 'local') expect(status).toBe(200);
          else if (route.roles === 'anywhere') expect([status, headers['set-cookie']]).toEqual([401, undefined]);
          else {
            expect([nameOf(route), status, json.code]).toEqual([nameOf(route), 401, 'HESABU_UNAUTHORISED']);
            expect(headers['www-authenticate']).toBe('Bearer');
          }
        }
      }
      expect(given.exchanges).toEqual([]);
    }));

  test("another merchant's key can neither read nor change a transaction", () =>
    givenApi(async (given) => {
      await given.ledger.writer.append([order('A-1'), paid('A-1', { data: { amount: '1.00' } })]);
      await given.ledger.loop.catchUp();
      const [entry] = (await given.ledger.reader.entriesAfter(null, 1)).entries;
      const id = `${entry!.partition}-${entry!.height}-${entry!.index}`;
      for (const role of ROLES) {
        const key = given.key(role, 'shop-2', 'shop-3');
        for (const route of given.routes.filter(({ scope }) => scope === 'merchant')) {
          const { url } = route;
          const json = route.body === undefined ? {} : { json: bodyOf(route) };
          const asked = {
            method: route.method,
            url: urlOf(route).replace('0-0-0', id),
            idempotencyKey: nextKey(),
          };
          const { status, text } = await given.ask({ ...asked, ...json, key });
          expect(text).not.toMatch(/"merchant":"shop-1"/);
          // An export has its titles alone.
          if (/^\/v1\/cases\.(xlsx|csv)$/.test(url) && status !== 403) {
            expect([nameOf(route), status]).toEqual([nameOf(route), route.method === 'GET' ? 200 : 422]);
            expect(text).not.toContain('A-1');
            continue;
          }
          if (url === '/v1/reports' && status !== 403) {
            expect([status, text]).toEqual([200, '{"days":[]}']);
            continue;
          }
          const list = LISTS.find((name) => url === `/v1/${name}`);
          if (url.startsWith('/v1/statements/')) expect([status, text.includes('A-1')]).toEqual([200, false]);
          else if (url.endsWith('/preview') && status === 200) expect(JSON.parse(text)).toMatchObject({ count: 0 });
          // Without a preview of its own a key has nothing to do.
          else if (url === '/v1/cases/bulk' && status !== 403) expect(status).toBe(409);
          else if (list !== undefined && status === 200) expect(JSON.parse(text)).toMatchObject({ [list]: [] });
          else expect([role, nameOf(route), [403, 404].includes(status)]).toEqual([role, nameOf(route), true]);
        }
      }
      await given.ledger.loop.catchUp();
      expect((await given.ledger.reader.findKey('A-1'))!.claims).toHaveLength(2);
      expect([given.gateway.payments, given.gateway.refunds]).toEqual([[], []]);
    }));

  test('a route without roles refuses everybody (S10)', () =>
    givenApi(async ({ parts, key }) => {
      const answers = { 200: json('never', z.looseObject({})) };
      const summary = 'an unfinished row';
      const handle = async () => ({ status: 200, body: {} });
      const forgotten = route({
        method: 'GET',
        url: '/v1/forgotten',
        summary,
        roles: [],
        scope: 'all',
        answers,
        handle,
      });
      const app = buildApp({
        clock: parts.clock,
        logger: parts.logger as FastifyBaseLogger,
        notReady: () => [],
        limits: parts.limits,
        register: (inner) => registerApi(inner, parts, [forgotten]),
      });
      for (const role of ROLES) {
        const headers = { authorization: `Bearer ${key(role, '*')}` };
        expect((await app.inject({ url: '/v1/forgotten', headers })).statusCode).toBe(403);
      }
      expect((await app.inject('/v1/forgotten')).statusCode).toBe(401);
      await app.close();
    }));

  test('a file of keys with an unknown role gives no access', () =>
    givenApi(async ({ dir, app, key }) => {
      const headers = { authorization: `Bearer ${key('admin', '*')}` };
      const path = join(dir, 'keys', 'api-keys.json');
      writeFileSync(path, readFileSync(path, 'utf8').replace('"admin"', '"root"'));
      const refused = await app.inject({ url: '/v1/alerts', headers });
      expect([refused.statusCode, refused.json().code]).toEqual([500, 'HESABU_CONFIG_INVALID']);
      expect(refused.payload).not.toContain(dir);
    }));
});
