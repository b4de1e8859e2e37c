// The shop's receiver of notices: a small server that checks signatures before it accepts anything.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import type { Clock } from '../../runtime/clock.ts';

export interface Notice {
  readonly id: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface Notices {
  readonly url: string;
  /** Each message once, however often it came, in order of arrival. */
  readonly accepted: ReadonlyMap<string, Notice>;
  /** Messages with a signature that is invalid or too old. */
  readonly refused: number;
  close(): Promise<void>;
}

/** In milliseconds of the demo's clock. */
const TOLERANCE_MILLIS = 3_600_000;

export async function listenForNotices(secret: string, clock: Clock): Promise<Notices> {
  const webhook = new Webhook(secret);
  const accepted = new Map<string, Notice>();
  let refused = 0;
  const isOurs = ({ headers }: IncomingMessage, body: string) => {
    const [id, time] = [String(headers['webhook-id']), Number(headers['webhook-timestamp']) * 1000];
    if (!(Math.abs(clock.now() - time) <= TOLERANCE_MILLIS)) return false;
    // The library's own check compares with the machine's clock.
    return String(headers['webhook-signature'])
      .split(' ')
      .includes(webhook.sign(id, new Date(time), body));
  };
  const take = async (request: IncomingMessage, response: ServerResponse) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts).toString();
    const isAccepted = isOurs(request, body);
    if (isAccepted) {
      const id = String(request.headers['webhook-id']);
      const { type, data } = JSON.parse(body) as Omit<Notice, 'id'>;
      accepted.set(id, { id, type, data });
    } else refused++;
    response.writeHead(isAccepted ? 204 : 401).end();
  };
  const server = createServer((request, response) => {
    take(request, response).catch(() => response.writeHead(400).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/notices`,
    accepted,
    get refused() {
      return refused;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
