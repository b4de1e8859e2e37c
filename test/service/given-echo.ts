// The service of one account beside a gateway and a receiver of messages that answer what a test tells them to.

import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { loadConfig, makeLogger, type Service, startService } from '../../src/service/service.ts';
import { ManualClock } from '../producers/poller/manual-clock.ts';
import { SECRET, signed } from './service-client.ts';

export const START = Date.parse('2026-06-01T08:00:00Z');
export const API_KEY = 'sk-live-echoed/by+gateways';

export interface Said {
  readonly status: number;
  readonly body: string | object;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Echo {
  readonly data: string;
  readonly clock: ManualClock;
  readonly service: Service;
  /** Lines of the log so far. */
  readonly lines: readonly string[];
  /** What the gateway answers at a path. */
  readonly answers: Map<string, Said>;
  webhook(
    body: string,
    more?: { readonly headers?: object; readonly query?: string; readonly secret?: string },
  ): Promise<number>;
  ask(method: string, path: string, body: object | string | undefined, headers?: object): Promise<string>;
  later(millis: number): Promise<void>;
  /** Ends the service; its directory stays until `remove`. */
  end(): Promise<void>;
  remove(): void;
}

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function serverOf(answers: Map<string, Said>): Server {
  return createServer(async (request, response) => {
    for await (const _ of request);
    const { pathname } = new URL(request.url!, 'http://gateway');
    const { status, body, headers } = answers.get(pathname) ?? { status: 404, body: {} };
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
  });
}

/** `path` is where messages are sent. */
export async function echoingService(path: string): Promise<Echo> {
  const dir = mkdtempSync(join(tmpdir(), 'hesabu-echo-'));
  const file = (name: string, text: string) => {
    writeFileSync(join(dir, name), text, { mode: 0o600 });
    return { file: name };
  };
  const answers = new Map<string, Said>();
  const server = serverOf(answers);
  const host = await listening(server);
  const account = {
    ...{ provider: 'mfs-africa', account: 'main', base_url: `http://${host}`, api_key: file('key', API_KEY) },
    ...{ webhook: { secrets: [file('webhook', SECRET)] }, settlement: { at: '06:00', zone: 'UTC' } },
    rate: { per_minute: 6000, burst: 1000 },
  };
  const secret = file('notify', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
  const notify = [{ url: file('url', `http://${host}${path}`), secret, types: ['*'], merchants: ['*'] }];
  const config = { data: 'books', listen: { port: 0 }, accounts: [account], notify, outgoing: { allow: [host] } };
  file('hesabu.yaml', stringify(config));
  const clock = new ManualClock(START);
  const lines: string[] = [];
  const logger = makeLogger('debug', { write: (line) => void lines.push(line) });
  const onFailure = (error: Error) => void lines.push(error.message);
  const service = await startService(loadConfig(join(dir, 'hesabu.yaml')), { logger, clock, onFailure });
  const { text: key } = service.keys.create({ role: 'admin', merchants: ['*'], label: '', expiresAt: null }, START);
  let requests = 0;
  return {
    ...{ data: join(dir, 'books'), clock, service, lines, answers },
    webhook: async (body, { headers = {}, query = '', secret: by = SECRET } = {}) => {
      const sent = signed(body, by, Math.floor(clock.now() / 1000));
      const url = `${service.url}/webhooks/mfs-africa/main${query}`;
      const answer = await fetch(url, { method: 'POST', body, headers: { ...sent.headers, ...headers } });
      await answer.text();
      return answer.status;
    },
    ask: async (method, url, body, headers = {}) => {
      const about = { authorization: `Bearer ${key}`, 'idempotency-key': `k-${requests++}` };
      const json = typeof body === 'object' ? { 'content-type': 'application/json' } : {};
      const sent = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
      const answer = await fetch(`${service.url}${url}`, {
        method,
        ...sent,
        headers: { ...about, ...json, ...headers },
      });
      return answer.text();
    },
    later: async (millis) => {
      await clock.advance(millis);
      await service.ledger.loop.catchUp();
    },
    end: async () => {
      await service.drain();
      server.close();
      server.closeAllConnections();
    },
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}
