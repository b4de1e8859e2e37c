// Sits between clients and a broker, and cuts a connection in the middle of the request that ends a transaction: after
// it was forwarded and before its answer, or before it was forwarded.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** As the protocol numbers requests: https://kafka.apache.org/protocol#protocol_api_keys */
export const PRODUCE = 0;
const END_TXN = 26;

export interface CuttingProxy {
  readonly port: number;
  /** The number of connections cut so far. */
  readonly cuts: () => number;
  /** Cuts at the next request of a kind; by default one that ends a transaction. */
  cutNext(when: 'before' | 'after', kind?: number): void;
  /** Accepts no new connections until told otherwise; existing ones stay. */
  refuse(isRefusing: boolean): void;
  /** Cuts every connection now. */
  cutAll(): void;
  close(): Promise<void>;
}

export async function startProxy(target: () => number): Promise<CuttingProxy> {
  let wanted: { readonly when: 'before' | 'after'; readonly kind: number } | undefined;
  let isRefusing = false;
  let cuts = 0;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    if (isRefusing) return client.destroy();
    const broker = connect(target(), '127.0.0.1');
    const end = () => {
      client.destroy();
      broker.destroy();
    };
    for (const socket of [client, broker]) {
      sockets.add(socket);
      socket.on('error', end);
      socket.on('close', () => {
        sockets.delete(socket);
        end();
      });
    }
    broker.pipe(client);
    let waiting = Buffer.alloc(0);
    client.on('data', (bytes) => {
      waiting = Buffer.concat([waiting, bytes]);
      while (waiting.length >= 6 && waiting.length >= 4 + waiting.readInt32BE(0)) {
        const frame = waiting.subarray(0, 4 + waiting.readInt32BE(0));
        waiting = waiting.subarray(frame.length);
        const when = frame.readInt16BE(4) === wanted?.kind ? wanted.when : undefined;
        if (when === undefined) {
          broker.write(frame);
          continue;
        }
        wanted = undefined;
        cuts++;
        broker.unpipe(client);
        if (when === 'before') end();
        else broker.write(frame, () => setTimeout(end, 20));
        return;
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    cuts: () => cuts,
    cutNext: (when, kind = END_TXN) => {
      wanted = { when, kind };
    },
    refuse: (is) => {
      isRefusing = is;
    },
    cutAll: () => {
      for (const socket of sockets) socket.destroy();
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
