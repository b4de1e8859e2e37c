// The live service with a provider that the product does not have: an order, a payment, a webhook and a file become a
// matched transaction, and what the provider cannot do is refused.
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { MFS_AFRICA } from '../../../../src/providers/mfs-africa/mfs-africa.ts';
import { loadConfig } from '../../../../src/service/config/config-file.ts';
import { type Service, startService } from '../../../../src/service/service.ts';
import { ManualClock } from '../../../producers/poller/manual-clock.ts';
import { NOON } from '../../../service/ledger/given-live-ledger.ts';
import { TINY } from './tiny.ts';

const TOKEN = 'the-token-of-tiny-pay';
const KEY = 'the-key-of-tiny-pay';

interface Asked {
  readonly url: string;
  readonly key: string | undefined;
  readonly body: string;
}

interface World {
  readonly service: Service;
  readonly asked: readonly Asked[];
  /** Asks the API as an admin. */
  api(method: string, path: string, body?: unknown): Promise<{ status: number; json: Record<string, unknown> }>;
  webhook(body: object, token?: string): Promise<number>;
}

/** Tiny Pay's own server: it starts every payment. */
async function tinyServer(asked: Asked[]): Promise<Server> {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    asked.push({ url: request.url!, key: request.headers.authorization, body });
    response.writeHead(201, { 'content-type': 'application/json' });
    response.end('{"id":"T-1","started":"2026-06-01T12:00:00Z"}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function withTiny(work: (world: World) => Promise<void>): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'hesabu-tiny-'));
  const asked: Asked[] = [];
  const server = await tinyServer(asked);
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const account = {
    ...{ provider: 'tiny', account: 'main', base_url: `http://${host}`, api_key: { file: 'key' } },
    webhook: { token: { file: 'token' } },
  };
  const config = join(dir, 'hesabu.yaml');
  writeFileSync(join(dir, 'key'), KEY);
  writeFileSync(join(dir, 'token'), TOKEN);
  writeFileSync(
    config,
    stringify({ data: 'books', listen: { port: 0 }, accounts: [account], outgoing: { allow: [host] } }),
  );
  const failures: Error[] = [];
  const service = await startService(loadConfig(config, [TINY, MFS_AFRICA]), {
    logger: pino({ level: 'silent' }),
    clock: new ManualClock(NOON),
    onFailure: (error) => failures.push(error),
  });
  try {
    const { text: key } = service.keys.create({ role: 'admin', merchants: ['*'], label: '', expiresAt: null }, NOON);
    await work({ service, asked, ...callsTo(service.url, key) });
    expect(failures).toEqual([]);
  } finally {
    await service.drain();
    server.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

function callsTo(url: string, key: string): Pick<World, 'api' | 'webhook'> {
  let requests = 0;
  return {
    api: async (method, path, body) => {
      const headers: Record<string, string> = { authorization: `Bearer ${key}`, 'idempotency-key': `k-${requests++}` };
      if (typeof body === 'object') headers['content-type'] = 'application/json';
      const text = typeof body === 'object' ? JSON.stringify(body) : (body as string | undefined);
      const answer = await fetch(`${url}${path}`, { method, headers, ...(text === undefined ? {} : { body: text }) });
      return { status: answer.status, json: (await answer.json()) as Record<string, unknown> };
    },
    webhook: async (body, token = TOKEN) => {
      const headers = { 'x-tiny-token': token, 'content-type': 'application/json' };
      const answer = await fetch(`${url}/webhooks/tiny/main`, { method: 'POST', headers, body: JSON.stringify(body) });
      return answer.status;
    },
  };
}

const ORDER = { merchant: 'shop-1', transaction_reference: 'A-1', amount: '1500.00', currency: 'KES' };
const PAID = {
  ...{ event_id: 'ev-1', kind: 'paid', sent: '2026-06-01T11:59:00Z' },
  payment: { ref: 'A-1', id: 'T-1', cents: 150000, currency: 'KES' },
};
const SETTLED = 'Ref;Payment;Paid;Currency;Fee;Date\nA-1;T-1;1500.00;KES;0.00;2026-06-01\n';

describe('a service with Tiny Pay', () => {
  test('brings an order, its payment, its webhook and its settlement line together', () =>
    withTiny(async ({ service, asked, api, webhook }) => {
      expect(await api('POST', '/v1/orders', ORDER)).toMatchObject({ status: 201 });
      const payer = { phone: '0711223344', country: 'KE', operator: 'anything' };
      expect(await api('POST', '/v1/orders/A-1/payments', payer)).toMatchObject({
        status: 202,
        json: { transaction_id: 'T-1', status: 'initiated', amount: '1500.00' },
      });
      expect(asked).toMatchObject([{ url: '/payments', key: `Bearer ${KEY}` }]);
      expect(JSON.parse(asked[0]!.body)).toMatchObject({ ref: 'A-1', cents: '150000', operator: 'anything' });
      expect([await webhook(PAID, `${TOKEN}x`), await webhook(PAID), await webhook(PAID)]).toEqual([401, 200, 200]);
      // The first provider of the table is the default.
      expect(await api('POST', '/v1/imports?kind=settlements&name=day.csv', SETTLED)).toMatchObject({
        status: 201,
        json: { import: { rows: 1, rejected: 0 } },
      });
      await service.ledger.loop.catchUp();
      const found = await service.ledger.reader.findKey('A-1');
      const facts = found!.claims.map(({ body }) => ({ ...body }));
      expect(facts).toMatchObject([
        { type: 'OrderPlaced', amount: '1500.00' },
        { type: 'PaymentObserved', via: 'callback', status: 'succeeded', amount: '1500.00' },
        { type: 'PaymentObserved', via: 'poll', status: 'initiated', provider_transaction_id: 'T-1' },
        { type: 'SettlementLineReported', gross: '1500.00', settlement_date: '2026-06-01' },
      ]);
      expect(await api('GET', '/v1/transactions/A-1')).toMatchObject({ status: 200, json: { standing: 'matched' } });
    }));

  test('refuses what Tiny Pay cannot do, before anything is sent', () =>
    withTiny(async ({ asked, api, webhook, service }) => {
      await api('POST', '/v1/orders', ORDER);
      await webhook(PAID);
      await service.ledger.loop.catchUp();
      for (const [method, path, body] of [
        ['POST', '/v1/orders/A-1/refunds', { amount: '1.00' }],
        ['GET', '/v1/operators?country=KE&merchant=shop-1', undefined],
      ] as const) {
        const expected = path.includes('refunds') ? 'a provider with refunds' : 'a provider with operators';
        expect(await api(method, path, body)).toMatchObject({
          status: 422,
          json: { code: 'HESABU_PROVIDER_CANNOT', where: 'tiny/main', expected },
        });
      }
      expect(asked).toEqual([]);
    }));

  test('keeps the secret header of a webhook out of the archive', () =>
    withTiny(async ({ api, webhook }) => {
      await webhook(PAID);
      await webhook(PAID, `${TOKEN}x`);
      await webhook({ kind: 'nothing' });
      const { json } = await api('GET', '/v1/exchanges?limit=50');
      const exchanges = json.exchanges as { id: string; url: string }[];
      const hooks = exchanges.filter(({ url }) => url === '/webhooks/tiny/main');
      expect(hooks).toHaveLength(3);
      for (const { id } of hooks) {
        const kept = JSON.stringify((await api('GET', `/v1/exchanges/${id}`)).json);
        expect(kept).toContain('x-tiny-token');
        expect(kept).not.toContain(TOKEN);
      }
    }));
});
