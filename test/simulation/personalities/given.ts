// A network's side for tests: a sandbox with its personality, a receiver of its webhooks, and a clock that tests move.

import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FaultName } from '../../../src/simulation/gateway/faults.ts';
import { type Sandbox, startSandbox } from '../../../src/simulation/gateway/sandbox.ts';
import type { NetworkName } from '../../../src/simulation/personalities/names.ts';
import { PERSONALITIES } from '../../../src/simulation/personalities/personalities.ts';
import { ManualClock } from '../../producers/poller/manual-clock.ts';

export const MTN_USER = '0b7c1a52-4f0e-4d63-9a3e-2f6f1f0d9c11';
const NOW = Date.parse('2026-06-01T06:00:00Z');
export const HOUR = 3_600_000;

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects, and fails where it isn't there.
  readonly body: any;
}

export interface Network {
  readonly sandbox: Sandbox;
  readonly clock: ManualClock;
  readonly came: readonly Received[];
  readonly receiver: string;
  readonly secret: (name: string) => string;
  /** What the receiver answers. */
  readonly answer: { status: number };
  close(): Promise<void>;
}

/** Every secret is its own name, but for the user of MTN, which is a UUID. */
export async function givenNetwork(name: NetworkName, faults: readonly FaultName[] = []): Promise<Network> {
  const clock = new ManualClock(NOW);
  const came: Received[] = [];
  const answer = { status: 200 };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const { method = '', url = '', headers } = request;
      came.push({ method, path: url, headers, text, body: text.startsWith('{') ? JSON.parse(text) : null });
      response.writeHead(answer.status).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const receiver = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const secret = (one: string) => (one === 'api_user' ? MTN_USER : `the-${one}`);
  const personality = PERSONALITIES[name];
  const sandbox = await startSandbox({ personality, clock, seed: 1, faults: new Set(faults), secret });
  sandbox.sendWebhooks(`${receiver}/hook`);
  return {
    ...{ sandbox, clock, came, receiver, secret, answer },
    close: async () => {
      await sandbox.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Names of orders whose payments end with an outcome, in the order of the list. */
export function namesWith(sandbox: Sandbox, outcome: string): string[] {
  const all = Object.entries(sandbox.truth().references);
  return all.filter(([, one]) => one.outcome === outcome).map(([name]) => name);
}
