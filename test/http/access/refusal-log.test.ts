// Log lines about those who are refused: with their address, without what they sent, and few.
import { expect, test } from 'vitest';
import { registerApi } from '../../../src/http/api/server/register.ts';
import { givenApi } from '../api/given-api.ts';
import { type Given, givenWebhooks, payment, signed } from '../webhooks/given.ts';

const lines = ({ log }: Given) =>
  log()
    .split('\n')
    .filter((line) => line.includes('a request was refused'))
    .map((line) => JSON.parse(line));

test('a wrong key, a key that may not and a forged webhook are logged at warn with the address, and no secret', () =>
  givenApi(async ({ parts, key, keys }) =>
    givenWebhooks(
      async (given) => {
        const auditor = key('auditor', '*');
        const wrong = `${auditor.slice(0, -4)}AAAA`;
        const ask = (text: string, remoteAddress: string) =>
          given.app.inject({
            ...{ method: 'POST', url: '/v1/orders?secret=in-the-url', remoteAddress },
            headers: { authorization: `Bearer ${text}`, 'content-type': 'application/json' },
            payload: '{}',
          });
        expect((await ask(wrong, '192.0.2.1')).statusCode).toBe(401);
        expect((await ask(auditor, '192.0.2.2')).statusCode).toBe(403);
        expect((await given.send(payment('1'), signed(payment('2')))).status).toBe(401);
        expect(lines(given)).toMatchObject([
          { level: 40, status: 401, address: '192.0.2.1', route: '/v1/orders', method: 'POST' },
          { level: 40, status: 403, address: '192.0.2.2', key: keys.list()[0]!.id },
          { level: 40, status: 401, address: '127.0.0.1', account: 'mfs-africa/main' },
        ]);
        for (const secret of [wrong, auditor, 'in-the-url', signed(payment('2'))['x-signature']!]) {
          expect(given.log()).not.toContain(secret);
        }
      },
      { routes: (app) => registerApi(app, parts) },
    ),
  ));

test('the line of a request that was taken names its key, and that of a webhook none', () =>
  givenApi(async ({ parts, key, keys }) =>
    givenWebhooks(
      async (given) => {
        const authorization = `Bearer ${key('auditor', '*')}`;
        await given.app.inject({ url: '/v1/alerts', headers: { authorization } });
        await given.send(payment('1'));
        const told = given
          .log()
          .split('\n')
          .flatMap((line) => (line.includes('"status":200') ? [JSON.parse(line).key] : []));
        expect(told).toEqual([keys.list()[0]!.id, undefined]);
      },
      { routes: (app) => registerApi(app, parts) },
    ),
  ));

test('lines are few: of one address ten a minute, and the next line tells how many were left out', () =>
  givenWebhooks(async (given) => {
    for (let sent = 0; sent < 30; sent++) await given.send(payment('1'), signed(payment('2')));
    expect(lines(given)).toHaveLength(10);
    given.clock.at += 60_000;
    await given.send(payment('1'), signed(payment('2')));
    expect(lines(given).slice(10)).toMatchObject([{ left_out: 20 }]);
  }));
