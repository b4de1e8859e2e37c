// The API's document and its page: open on loopback, and nowhere else without a key.
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { describe, expect, test } from 'vitest';
import { registerApi } from '../../../src/http/api/server/register.ts';
import { buildApp } from '../../../src/http/app.ts';
import { type Given, givenApi } from '../api/given-api.ts';

const PAGES = ['/openapi.json', '/docs/', '/docs/json', '/docs/yaml', '/docs/static/swagger-ui.css'];

async function elsewhere(given: Given, work: (app: FastifyInstance) => Promise<void>): Promise<void> {
  const { parts } = given;
  const app = buildApp({
    ...{ clock: parts.clock, logger: parts.logger as FastifyBaseLogger, limits: parts.limits, notReady: () => [] },
    register: (inner) => registerApi(inner, { ...parts, isOnLoopback: false }),
  });
  try {
    await work(app);
  } finally {
    await app.close();
  }
}

describe('the document and its page', () => {
  test.each(PAGES)('%s is open on loopback', (url) =>
    givenApi(async ({ app }) => {
      expect((await app.inject(url)).statusCode).toBe(200);
    }),
  );

  test.each(PAGES)('%s needs a key where others can reach it, and any key will do', (url) =>
    givenApi((given) =>
      elsewhere(given, async (app) => {
        const refused = await app.inject(url);
        expect([refused.statusCode, refused.json().code]).toEqual([401, 'HESABU_UNAUTHORISED']);
        const headers = { authorization: `Bearer ${given.key('shop', 'shop-1')}` };
        expect((await app.inject({ url, headers })).statusCode).toBe(200);
      }),
    ),
  );

  test.each(['x-forwarded-for', 'forwarded', 'via', 'x-real-ip'])(
    'need a key on loopback too if a proxy names itself by %s',
    (name) =>
      givenApi(async ({ app }) => {
        for (const url of PAGES) {
          expect((await app.inject({ url, headers: { [name]: '127.0.0.1' } })).statusCode).toBe(401);
        }
      }),
  );
});
