// Clients that open connections, send nothing or a half of something, and never hang up, also when they are told to.
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, test } from 'vitest';
import { PATH } from '../webhooks/given.ts';
import { head, listening, openConnections, statusOf } from '../webhooks/raw.ts';

const COUNT = 100;
const IMPATIENT = { headers: 1_000, request: 1_000, idle: 500 };
const WAIT = { timeout: 60_000 };
const at = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../../fixtures/tls/${name}`, import.meta.url)), 'utf8');
const TLS = { cert: at('cert.pem'), key: at('key.pem') };
/** The first bytes of a TLS handshake, and no more. */
const HALF_HANDSHAKE = Buffer.from('1603010200010001fc0303', 'hex');

interface Client {
  readonly socket: Socket;
  text: string;
  /** Whether the other side has ended the connection. */
  isOver: boolean;
}

/** A client that takes what it is sent, and never answers the end of the other side with its own. */
function stubborn(port: number, bytes: string | Buffer): Client {
  const client = { socket: connect({ port, host: '127.0.0.1', allowHalfOpen: true }), text: '', isOver: false };
  for (const event of ['end', 'error', 'close']) {
    client.socket.on(event, () => {
      client.isOver = true;
    });
  }
  client.socket.on('data', (data) => {
    client.text += data.toString('latin1');
  });
  client.socket.write(bytes);
  return client;
}

// They wait for the same limits, and so side by side.
describe('a client that never hangs up', () => {
  test.concurrent.for([
    ['says nothing', ''],
    ['sends half of a request line', 'GET /heal'],
    ['sends half of its headers', `POST ${PATH} HTTP/1.1\r\nhost: x\r\n`],
    ['sends half of a body', `${head(['content-length: 100'])}half`],
    ['sends half of a chunk', `${head(['transfer-encoding: chunked'])}5\r\nab`],
  ] as const)('and %s is told 408, and its connection is given back (S20)', ([_what, bytes], { expect }) =>
    listening(
      async (given) => {
        const clients = Array.from({ length: COUNT }, () => stubborn(given.port, bytes));
        await expect.poll(() => clients.every(({ isOver }) => isOver), WAIT).toBe(true);
        await expect.poll(() => openConnections(given), WAIT).toBe(0);
        // On a busy machine some send only once they were told, and get a reset.
        const told = clients.map(({ text }) => statusOf(text)).filter((status) => status > 0);
        expect(new Set(told)).toEqual(new Set([408]));
        for (const { socket } of clients) socket.destroy();
      },
      { patience: IMPATIENT },
    ),
  );

  test.concurrent.for([
    ['what is no HTTP', 'nothing\r\n\r\n'],
    [
      'a request without a key and half of its body',
      'POST /nothing HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nhalf',
    ],
    ['empty lines after its request', `GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n${'\r\n'.repeat(9)}`],
    ['one request, and half of another', 'GET /healthz HTTP/1.1\r\nhost: x\r\n\r\nGET /heal'],
  ] as const)('and sends %s is answered, and its connection is given back (S20)', ([_what, bytes], { expect }) =>
    listening(
      async (given) => {
        const clients = Array.from({ length: COUNT }, () => stubborn(given.port, bytes));
        await expect.poll(() => clients.filter(({ text }) => statusOf(text) > 0).length, WAIT).toBe(COUNT);
        await expect.poll(() => openConnections(given), WAIT).toBe(0);
        for (const { socket } of clients) socket.destroy();
      },
      { patience: IMPATIENT },
    ),
  );

  test.concurrent.for([
    ['sends nothing', ''],
    ['sends half of a handshake', HALF_HANDSHAKE],
    ['speaks no TLS', 'GET / HTTP/1.1\r\nhost: x\r\n\r\n'],
  ] as const)('and %s to a service with TLS is let go (S20)', ([_what, bytes], { expect }) =>
    listening(
      async (given) => {
        const clients = Array.from({ length: COUNT }, () => stubborn(given.port, bytes));
        await expect.poll(() => clients.every(({ isOver }) => isOver), WAIT).toBe(true);
        await expect.poll(() => openConnections(given), WAIT).toBe(0);
        for (const { socket } of clients) socket.destroy();
      },
      { patience: IMPATIENT, tls: TLS, goesOn: false },
    ),
  );
});
