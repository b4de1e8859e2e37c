// A marketplace in the live service: its own gateway, which the test tells what to say, a receiver of messages for each
// shop, and keys of the API for each.

import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { expect } from 'vitest';
import { stringify } from 'yaml';
import { loadConfig, type Service, startService } from '../../src/service/service.ts';
import { ManualClock } from '../producers/poller/manual-clock.ts';
import { paymentBody, SECRET, signed } from './service-client.ts';

/** Before the day of the first report is over. */
export const START = Date.parse('2026-06-01T08:00:00Z');
const NOTIFY_SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
export const SHOPS = ['mall', 'duka-1', 'duka-2'] as const;
export type Shop = (typeof SHOPS)[number];

/** `TYPE REFERENCE MERCHANT AMOUNT`, by the shop at whose address it came. */
type Told = Readonly<Record<Shop, string[]>>;

export interface Answer {
  readonly status: number;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape.
  readonly json: any;
}

export interface Marketplace {
  readonly service: Service;
  readonly clock: ManualClock;
  readonly told: Told;
  /** What the gateway answers to a question about a reference, and its reports by their dates. */
  readonly statuses: Map<string, object>;
  readonly reports: Map<string, string>;
  /** How often the gateway was asked about a reference. */
  readonly asked: Map<string, number>;
  get(shop: Shop, path: string): Promise<Answer>;
  post(shop: Shop, path: string, body: object): Promise<Answer>;
  webhook(reference: string, payment: string, amount: string): Promise<void>;
  later(millis: number): Promise<void>;
}

const now = (clock: ManualClock) => new Date(clock.now()).toISOString();

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

interface GatewaySide extends Pick<Marketplace, 'statuses' | 'reports' | 'asked' | 'clock'> {}

function gatewayOf({ statuses, reports, asked, clock }: GatewaySide): Server {
  let nth = 0;
  return createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url!, 'http://gateway');
    let text = '';
    for await (const part of request) text += part;
    const said = (status: number, body: string | object) => {
      response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
    };
    const reference = searchParams.get('transaction_reference') ?? '';
    const at = { created_at: now(clock) };
    if (pathname === '/payments/initiate') {
      const { transaction_reference } = JSON.parse(text) as { readonly transaction_reference: string };
      said(202, { transaction_id: `P-${transaction_reference}`, ...at });
    } else if (pathname === '/operators') {
      said(200, { operators: [{ code: 'MPESA_KE', name: 'M-Pesa', country: 'KE', currencies: ['KES'] }] });
    } else if (pathname === '/payments/refund') said(202, { refund_id: `R-${++nth}`, ...at });
    else if (pathname === '/payments/status') {
      asked.set(reference, (asked.get(reference) ?? 0) + 1);
      const status = statuses.get(reference);
      said(status === undefined ? 404 : 200, status ?? { error: { code: 'NOT_FOUND', message: 'none' } });
    } else {
      const report = reports.get(searchParams.get('date') ?? '');
      said(report === undefined ? 404 : 200, report ?? '');
    }
  });
}

function receiverOf(told: Told): Server {
  return createServer(async (request, response) => {
    let text = '';
    for await (const part of request) text += part;
    const { type, data } = JSON.parse(text) as { readonly type: string; readonly data: Record<string, string> };
    const { transaction_reference, merchant, amount } = data;
    told[request.url!.slice(1) as Shop].push([type, transaction_reference, merchant, amount ?? '-'].join(' '));
    response.writeHead(204).end();
  });
}

function writeConfig(dir: string, gateway: string, receiver: string, rules: object): string {
  const file = (name: string, text: string) => {
    writeFileSync(join(dir, name), text, { mode: 0o600 });
    return { file: name };
  };
  const account = {
    ...{ provider: 'mfs-africa', account: 'main', base_url: `http://${gateway}`, api_key: file('key', 'key') },
    ...{ merchants: [...SHOPS], webhook: { secrets: [file('webhook', SECRET)] } },
    settlement: { at: '06:00', zone: 'UTC' },
    rate: { per_minute: 600, burst: 100 },
  };
  const notify = SHOPS.map((shop) => {
    const secret = file('notify', NOTIFY_SECRET);
    return { url: `http://${receiver}/${shop}`, secret, types: ['order.*'], merchants: [shop] };
  });
  file('rules.yaml', stringify(rules));
  const outgoing = { allow: [gateway, receiver] };
  const config = { data: 'books', rules: 'rules.yaml', listen: { port: 0 }, accounts: [account], notify, outgoing };
  file('hesabu.yaml', stringify(config));
  return join(dir, 'hesabu.yaml');
}

export async function withMarketplace(rules: object, work: (market: Marketplace) => Promise<void>): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'hesabu-market-'));
  const clock = new ManualClock(START);
  const told: Told = { mall: [], 'duka-1': [], 'duka-2': [] };
  const side = { statuses: new Map(), reports: new Map(), asked: new Map(), clock };
  const servers = [gatewayOf(side), receiverOf(told)];
  const [gateway, receiver] = await Promise.all(servers.map(listening));
  const failures: Error[] = [];
  const service = await startService(loadConfig(writeConfig(dir, gateway!, receiver!, rules)), {
    ...{ logger: pino({ level: 'silent' }), clock, onFailure: (error) => failures.push(error) },
  });
  try {
    await work({ ...side, told, service, ...callsTo(service, clock) });
    expect(failures).toEqual([]);
  } finally {
    await service.drain();
    for (const server of servers) {
      server.close();
      server.closeAllConnections();
    }
    rmSync(dir, { recursive: true, force: true });
  }
}

function callsTo(service: Service, clock: ManualClock): Pick<Marketplace, 'get' | 'post' | 'webhook' | 'later'> {
  const keys = new Map(
    SHOPS.map((shop) => {
      const merchants = shop === 'mall' ? [...SHOPS] : [shop];
      return [shop, service.keys.create({ role: 'shop', merchants, label: shop, expiresAt: null }, START).text];
    }),
  );
  let requests = 0;
  const call = async (shop: Shop, path: string, more: RequestInit): Promise<Answer> => {
    const headers = { authorization: `Bearer ${keys.get(shop)!}`, ...more.headers };
    const answer = await fetch(`${service.url}${path}`, { ...more, headers });
    const text = await answer.text();
    return { status: answer.status, text, json: JSON.parse(text) };
  };
  return {
    get: (shop, path) => call(shop, path, {}),
    post: (shop, path, body) => {
      const headers = { 'content-type': 'application/json', 'idempotency-key': `k-${requests++}` };
      return call(shop, path, { method: 'POST', headers, body: JSON.stringify(body) });
    },
    webhook: async (reference, payment, amount) => {
      const ids = { transaction_reference: reference, transaction_id: payment, amount, completed_at: now(clock) };
      const sent = signed(paymentBody(reference, ids), SECRET, Math.floor(clock.now() / 1000));
      const answer = await fetch(`${service.url}/webhooks/mfs-africa/main`, { method: 'POST', ...sent });
      expect(answer.status).toBe(200);
    },
    later: async (millis) => {
      await clock.advance(millis);
      await service.ledger.loop.catchUp();
    },
  };
}
