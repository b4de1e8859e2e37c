// Headers that stand on every answer, also on those that no route gives.
import type { FastifyInstance } from 'fastify';
import { describe, expect, test } from 'vitest';
import { givenApi } from './api/given-api.ts';
import { givenWebhooks, PATH, payment, signed } from './webhooks/given.ts';
import { expectRefused, head, lengthOf, listening, request, statusOf, talk } from './webhooks/raw.ts';

const EVERYWHERE = {
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
};

describe('every answer', () => {
  test('of every route has the headers that make it harmless in a browser (S17)', () =>
    givenApi(async ({ app, routes, key }) => {
      const authorization = `Bearer ${key('admin', '*')}`;
      for (const { method, url } of routes) {
        for (const headers of [{}, { authorization }]) {
          const answer = await app.inject({ method, url: url.replaceAll(/:\w+/g, 'x'), headers });
          expect(answer.headers, url).toMatchObject(EVERYWHERE);
          if (answer.payload !== '')
            expect(answer.headers['content-type'], url).toMatch(/charset=utf-8|version=0\.0\.4/);
        }
      }
      for (const url of ['/nothing', '/healthz', '/readyz', '/%zz']) {
        expect((await app.inject(url)).headers, url).toMatchObject(EVERYWHERE);
      }
      const page = await app.inject('/docs/');
      expect(page.headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
    }));

  test('to a webhook has them, and names HTTPS only where there is TLS (S17)', async () => {
    await givenWebhooks(async ({ send }) => {
      for (const { headers } of [await send(payment('1')), await send(payment('2'), signed(payment('3')))]) {
        expect(headers).toMatchObject(EVERYWHERE);
        expect(headers).not.toHaveProperty('strict-transport-security');
      }
    });
    await givenWebhooks(
      async ({ send }) => {
        expect((await send(payment('1'))).headers).toMatchObject({ 'strict-transport-security': 'max-age=31536000' });
      },
      { behindProxy: true },
    );
  });

  test('to what is no HTTP has them too (S17)', () =>
    listening(async ({ port }) => {
      const answer = await talk(port, 'nothing\r\n\r\n');
      for (const [name, value] of Object.entries(EVERYWHERE)) expect(answer).toContain(`\r\n${name}: ${value}\r\n`);
    }));
});

describe('a request with two Host headers', () => {
  test.each([
    ['of one value', ['host: x']],
    ['of two values', ['host: y']],
    ['however they are written', ['HOST: x', 'Host: z']],
  ])('%s is refused (S22)', (_what, more) =>
    listening(async ({ port, facts }) => {
      const body = payment('hosts');
      expectRefused(await talk(port, request(body, [lengthOf(body), ...more])), 400);
      expect(facts).toEqual([]);
    }),
  );

  test.each([
    ['a length and chunks', ['content-length: 5', 'transfer-encoding: chunked']],
    ['two lengths', ['content-length: 5', 'content-length: 6']],
    ['chunks that are not the last coding', ['transfer-encoding: chunked, identity']],
    ['a blank before the colon of its length', ['content-length : 5']],
    ['20 kB of headers', [`x-a: ${'x'.repeat(20_000)}`]],
  ])('or with %s is refused, and its connection ends (S22)', (_what, lines) =>
    listening(async ({ port, facts }) => {
      const answer = await talk(port, `${head(lines, PATH)}0\r\n\r\n`);
      expect([400, 431]).toContain(statusOf(answer));
      expect(answer).toMatch(/\r\nconnection: close\r\n/i);
      expect(facts).toEqual([]);
    }),
  );
});

describe('the address of a client', () => {
  const routes = (app: FastifyInstance) => app.get('/address', async ({ ip }) => ip);
  const forged = { 'x-forwarded-for': '198.51.100.1, 203.0.113.9' };

  test('is that of its connection, whatever it claims (S09)', () =>
    givenWebhooks(
      async ({ app }) => {
        expect((await app.inject({ url: '/address', headers: forged })).payload).toBe('127.0.0.1');
      },
      { routes },
    ));

  test('behind a proxy is the one that the proxy has seen, not the one that the client claims (S09)', () =>
    givenWebhooks(
      async ({ app }) => {
        expect((await app.inject({ url: '/address', headers: forged })).payload).toBe('203.0.113.9');
        expect((await app.inject('/address')).payload).toBe('127.0.0.1');
      },
      { routes, behindProxy: true },
    ));
});
