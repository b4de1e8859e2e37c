// Servers on loopback that count connections, and a client that may or may not call them.

import type { LookupAddress } from 'node:dns';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Exchange } from '../../../src/archive/exchanges/exchange.ts';
import type { Lookup } from '../../../src/outbound/client/address-guard.ts';
import { OutgoingClient, type OutgoingOptions } from '../../../src/outbound/client/client.ts';
import { SYSTEM_CLOCK } from '../../../src/runtime/clock.ts';

export interface GivenServer {
  readonly port: number;
  /** The number of connections so far. */
  readonly connections: () => number;
  close(): Promise<void>;
}

/** Answers each connection after its request. */
export async function givenServer(answer: (socket: Socket) => void, host = '127.0.0.1'): Promise<GivenServer> {
  let connections = 0;
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    connections++;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('data', () => answer(socket));
  }).listen(0, host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A whole answer, as sent over the network. */
export function http(status: number, body: string, headers: readonly string[] = []): string {
  const head = [`HTTP/1.1 ${status} X`, `content-length: ${Buffer.byteLength(body)}`, ...headers];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}

export interface GivenClient {
  readonly client: OutgoingClient;
  readonly exchanges: Exchange[];
  readonly get: (url: string, more?: object) => ReturnType<OutgoingClient['call']>;
}

export function givenClient(more: Partial<OutgoingOptions> = {}): GivenClient {
  const exchanges: Exchange[] = [];
  const add = async (exchange: Exchange) => {
    exchanges.push(exchange);
  };
  const client = new OutgoingClient({
    ...{ clock: SYSTEM_CLOCK, exchanges: { add }, allow: [], timeoutMillis: 2_000 },
    ...more,
  });
  const get = (url: string, extra: object = {}) =>
    client.call({ account: 'mfs-africa/main', method: 'GET', url, headers: {}, names: ['A-1'], ...extra });
  return { client, exchanges, get };
}

/** A resolver that returns one list of addresses after another, the last one for ever, and its number of calls. */
export function resolver(...answers: readonly (readonly string[])[]): { lookup: Lookup; asked: () => number } {
  let asked = 0;
  const lookup: Lookup = (_host, _options, done) => {
    const list = answers[Math.min(asked++, answers.length - 1)]!;
    const found = list.map((address): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 }));
    setImmediate(() => done(null, found));
  };
  return { lookup, asked: () => asked };
}
