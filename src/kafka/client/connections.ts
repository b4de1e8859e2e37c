// What kafkajs lacks where a connection breaks without a word. Half an answer is forgotten before a connection connects
// again: kafkajs reads the first new answer behind it, the lengths are then wrong, and its error ends the process. A
// connection on which a request timed out is closed: kafkajs sends the next try on the same one, where it is lost too.

import { createRequire } from 'node:module';
import type { Socket } from 'node:net';

/** A size, which stands before every answer. */
const SIZE_BYTES = 4;
/** What a broker answers at once, or after a fetch's short wait; others may wait for members or replicas. */
const PROMPT = ['Fetch', 'Heartbeat', 'Metadata'];

interface Connection {
  socket?: Socket;
  chunks: Buffer[];
  bytesBuffered: number;
  bytesNeeded: number;
  isConnected(): boolean;
}

interface Protocol {
  readonly request: { readonly apiName: string };
}

interface ConnectionClass {
  readonly prototype: {
    connect(this: Connection): Promise<unknown>;
    send(this: Connection, protocol: Protocol): Promise<unknown>;
  };
}

/** Those that wait for a prompt answer, and how many there are. */
const WAITING = new WeakMap<Socket, number>();

/** Whether a connection waits for an answer that a broker gives at once. */
export function waitsForPrompt(socket: Socket): boolean {
  return (WAITING.get(socket) ?? 0) > 0;
}

/** Makes each connection of kafkajs begin with nothing, and end with a request that timed out; called once. */
export function installConnections(): void {
  const { prototype } = createRequire(import.meta.url)('kafkajs/src/network/connection.js') as ConnectionClass;
  const { connect, send } = prototype;
  prototype.connect = function connectEmpty() {
    if (!this.isConnected()) {
      this.chunks = [];
      this.bytesBuffered = 0;
      this.bytesNeeded = SIZE_BYTES;
    }
    return connect.call(this);
  };
  prototype.send = async function sendOrClose(protocol) {
    const { socket } = this;
    const isPrompt = PROMPT.includes(protocol.request.apiName);
    if (isPrompt) count(socket, 1);
    try {
      return await send.call(this, protocol);
    } catch (error) {
      if ((error as Error).name === 'KafkaJSRequestTimeoutError') socket?.destroy(error as Error);
      throw error;
    } finally {
      if (isPrompt) count(socket, -1);
    }
  };
}

function count(socket: Socket | undefined, change: 1 | -1): void {
  if (socket !== undefined) WAITING.set(socket, (WAITING.get(socket) ?? 0) + change);
}
