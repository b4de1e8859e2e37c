// Clients that ask and do not read the answers, or so slowly that they would hold them for hours.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { describe, expect, test } from 'vitest';
import { listening, openConnections } from '../webhooks/raw.ts';

const at = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../../fixtures/tls/${name}`, import.meta.url)), 'utf8');
const TLS = { cert: at('cert.pem'), key: at('key.pem') };
const COUNT = 20;
/** More than the buffers of both systems take. */
const LARGE = Buffer.alloc(16 * 2 ** 20);
const ASKED = 'GET /large HTTP/1.1\r\nhost: x\r\n\r\n';
const WAIT = { timeout: 60_000 };
const IMPATIENT = { unread: 1_000 };

const routes = (app: FastifyInstance) => app.get('/large', (_request, reply) => void reply.send(LARGE));

async function reader(port: number, isTls: boolean): Promise<Socket> {
  const socket = isTls ? connectTls({ port, rejectUnauthorized: false }) : connect(port, '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, isTls ? 'secureConnect' : 'connect');
  socket.pause();
  socket.write(ASKED);
  return socket;
}

describe.each([
  ['plain', false],
  ['under TLS', true],
])('%s', (_what, isTls) => {
  const server = { routes, goesOn: !isTls, ...(isTls ? { tls: TLS } : {}) };

  test('a client that reads nothing of a large answer is cut off (S20)', () =>
    listening(
      async (given) => {
        const readers = await Promise.all(Array.from({ length: COUNT }, () => reader(given.port, isTls)));
        await expect.poll(() => openConnections(given), WAIT).toBe(0);
        for (const socket of readers) socket.destroy();
      },
      { ...server, patience: IMPATIENT },
    ));

  test('a client that reads one byte at a time is cut off (S20)', () =>
    listening(
      async (given) => {
        const socket = await reader(given.port, isTls);
        const timer = setInterval(() => socket.read(1), 20);
        await expect.poll(() => openConnections(given), WAIT).toBe(0);
        clearInterval(timer);
        socket.destroy();
      },
      { ...server, patience: IMPATIENT },
    ));

  test('a client that takes its time, and reads on, gets all of it', () =>
    listening(
      async (given) => {
        const socket = await reader(given.port, isTls);
        let bytes = 0;
        socket.on('data', (data) => {
          bytes += data.length;
          socket.pause();
          setTimeout(() => socket.resume(), 1);
        });
        socket.resume();
        await expect.poll(() => bytes, { timeout: 120_000 }).toBeGreaterThanOrEqual(LARGE.length);
        socket.destroy();
      },
      // The client has the same thread as the server, which may be kept from reading for a while.
      { ...server, patience: { unread: 20_000 } },
    ));
});
