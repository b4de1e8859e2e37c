// Texts that are code elsewhere, in every place where a request takes a text: each is a value and nothing more.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Route } from '../../../src/http/api/route.ts';
import { order, paid } from '../../service/ledger/given-live-ledger.ts';
import { type Given, givenApi } from './given-api.ts';

const HOSTILE = [
  "' OR '1'='1",
  "'; DROP TABLE batches; --",
  '" OR ""="',
  'A-1) UNION SELECT * FROM idempotency --',
  'A-1/**/OR/**/1=1',
  '*',
  '%',
  '_',
  'A%',
  'NEAR("A" "1")',
  'key:A*',
  '#{7*7}',
  '{{7*7}}',
  '__proto__',
];

/** A key that the route takes, if it takes any. */
function keyFor(given: Given, { roles }: Pick<Route, 'roles'>): string {
  const isAdmins = typeof roles === 'string' || roles.length === 0 || roles.includes('admin');
  return given.key(isAdmins ? 'admin' : roles.at(-1)!, '*');
}

async function everyText(given: Given, text: string, browser: Readonly<Record<string, string>>): Promise<void> {
  const written = encodeURIComponent(text);
  for (const { method, url, query, roles } of given.routes.filter((route) => route.method === 'GET')) {
    const path = url.replaceAll(/:\w+/g, written);
    // What an issuer answers to nobody's question lets nobody in.
    const fitting = roles === 'anywhere' ? [401] : [200, 300, 400, 404];
    // Some routes are for people who are signed in, and for no key.
    const asked = roles.length === 0 ? { method, headers: browser } : { method, key: keyFor(given, { roles }) };
    for (const name of Object.keys(query?.shape ?? {})) {
      const { status } = await given.ask({ ...asked, url: `${path}?${name}=${written}` });
      expect([path, name, fitting.includes(status)]).toEqual([path, name, true]);
    }
    const { status, text: answer } = await given.ask({ ...asked, url: path });
    expect([path, fitting.includes(status)]).toEqual([path, true]);
    // A text that names nothing finds nothing.
    if (url === '/v1/transactions/:id') expect(status).toBe(404);
    expect(answer).not.toMatch(/sqlite|SQLITE|syntax error/);
  }
}

test('every text of every read finds what it names and nothing else (S31)', { timeout: 120_000 }, () =>
  givenApi(async (given) => {
    await given.ledger.writer.append([order('A-1'), paid('A-1')]);
    const browser = given.browserOf('Neema', { role: 'admin', merchant: '*' });
    for (const text of HOSTILE) await everyText(given, text, browser);
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme-ascii', minLength: 3, maxLength: 30 }), async (text) => {
        fc.pre(!/^[\s.?/]*$/.test(text) && text.trim() !== 'A-1' && text.trim() !== 'P-A-1');
        const found = await given.ask({
          url: `/v1/transactions/${encodeURIComponent(text)}`,
          key: given.key('admin', '*'),
        });
        expect([400, 404]).toContain(found.status);
      }),
      { numRuns: 30 },
    );
    const shown = await given.ask({ url: '/v1/transactions/A-1', key: given.key('admin', '*') });
    expect(shown.status).toBe(200);
  }),
);

test('an unknown column in a query is refused (S31)', () =>
  givenApi(async (given) => {
    // An issuer may add to its answer what it likes.
    const own = given.routes.filter(({ method, query, roles }) => method === 'GET' && query && roles !== 'anywhere');
    for (const route of own) {
      const { url, query } = route;
      const path = url.replaceAll(/:\w+/g, '2026-06-01');
      const { status } = await given.ask({ url: `${path}?order_by=amount%20DESC`, key: keyFor(given, route) });
      expect([url, Object.keys(query!.shape).includes('order_by'), status]).toEqual([url, false, 400]);
    }
  }));

test.each([
  ['lists', `${'['.repeat(30_000)}${']'.repeat(30_000)}`],
  ['objects', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`],
  ['lists in a field', `{"merchant":${'['.repeat(30_000)}${']'.repeat(30_000)}}`],
])('a body of thousands of nested %s is refused as any wrong body (B04)', (_what, payload) =>
  givenApi(async (given) => {
    const headers = { 'content-type': 'application/json' };
    const asked = {
      method: 'POST',
      url: '/v1/orders',
      key: given.key('admin', '*'),
      idempotencyKey: 'k',
      headers,
    } as const;
    const { status, json } = await given.ask({ ...asked, payload });
    expect([status, json.code]).toEqual([400, 'HESABU_REQUEST_INVALID']);
  }),
);
