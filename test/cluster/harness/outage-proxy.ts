// Sits between clients and a server that goes away: it refuses, swallows what is sent, or resets what is under way. It
// can hold clients in the middle of what they send until the outage begins.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export type NetworkState = 'clear' | 'refused' | 'black hole';

export interface OutageProxy {
  readonly port: number;
  /** From now on; connections from before an outage do not heal. */
  becomes(state: NetworkState): Promise<void>;
  /** Resets every connection, in the middle of what is sent. */
  reset(): void;
  /** Connections are silent from now on, as if their ways through the network had been forgotten; new ones work. */
  lose(which: 'all' | 'busiest'): void;
  /** Resolves when clients have sent so many bytes from now on; the rest waits until `release`. */
  holdAfter(bytes: number): Promise<void>;
  release(): void;
  close(): Promise<void>;
}

export async function startOutageProxy(target: () => number): Promise<OutageProxy> {
  let state: NetworkState = 'clear';
  let left = Number.POSITIVE_INFINITY;
  let reached = () => {};
  const sockets = new Set<Socket>();
  const lost = new WeakSet<Socket>();
  const serve = (client: Socket) => {
    sockets.add(client);
    client.on('close', () => sockets.delete(client));
    client.on('error', () => {});
    // In a black hole the kernel still accepts; nothing answers, also later.
    if (state !== 'clear') return void client.resume();
    const server = connect(target(), '127.0.0.1');
    const end = () => {
      client.destroy();
      server.destroy();
    };
    for (const [from, to] of [[client, server] as const, [server, client] as const]) {
      from.on('error', end);
      from.on('close', end);
      from.on('data', (bytes) => {
        if (state !== 'clear') lost.add(client);
        // A stream with a gap goes nowhere.
        if (!lost.has(client)) to.write(bytes);
        if (from === client) left -= bytes.length;
        if (left > 0 || from !== client) return;
        client.pause();
        reached();
      });
    }
  };
  let server: Server = createServer(serve).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const reset = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  const stop = async () => {
    const closed = once(server, 'close');
    server.close();
    reset();
    await closed;
  };
  return {
    port,
    reset,
    close: stop,
    lose: (which) => {
      for (const socket of which === 'all' ? sockets : busiest(sockets)) lost.add(socket);
    },
    holdAfter: (bytes) => {
      left = bytes;
      return new Promise((resolve) => {
        reached = resolve;
      });
    },
    release: () => {
      left = Number.POSITIVE_INFINITY;
      for (const socket of sockets) socket.resume();
    },
    becomes: async (next) => {
      if (state === 'refused' && next !== 'refused') {
        server = createServer(serve).listen(port, '127.0.0.1');
        await once(server, 'listening');
      }
      state = next;
      if (next === 'refused') await stop();
    },
  };
}

/** The one that carried the most to its client. */
function busiest(sockets: Iterable<Socket>): Socket[] {
  return [...sockets].sort((one, other) => other.bytesWritten - one.bytesWritten).slice(0, 1);
}
