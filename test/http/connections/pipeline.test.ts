// Requests sent one behind the other without waiting for answers: a few are answered, but not thousands.
import { connect, type Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { describe, expect, test } from 'vitest';
import { heldBytes } from '../../held-bytes.ts';
import { expectServed, listening, openConnections } from '../webhooks/raw.ts';

const WAIT = { timeout: 60_000 };
const GROWTH_BYTES_MAX = 64 * 2 ** 20;
const ASKED = 'GET /large HTTP/1.1\r\nhost: x\r\n\r\n';
const HEALTH = 'GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n';

function sender(port: number, bytes: string): Socket {
  const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
  return socket.on('error', () => {});
}

describe('requests one behind the other', () => {
  test('of a client that reads nothing are not answered by the thousand (S20)', () => {
    let made = 0;
    const routes = (app: FastifyInstance) =>
      app.get('/large', async () => {
        made++;
        return 'x'.repeat(50_000);
      });
    return listening(
      async (given) => {
        const before = heldBytes();
        const clients = Array.from({ length: 60 }, () => sender(given.port, ASKED.repeat(1_500)).pause());
        await expectServed(given.port);
        await expect.poll(() => openConnections(given), WAIT).toBe(0);
        expect(made).toBeLessThanOrEqual(60);
        expect(heldBytes() - before).toBeLessThan(GROWTH_BYTES_MAX);
        for (const client of clients) client.destroy();
      },
      { routes },
    );
  });

  test('of two hundred clients, five thousand each, leave others answered (S20)', () =>
    listening(async (given) => {
      const clients = Array.from({ length: 200 }, () => sender(given.port, HEALTH.repeat(5_000)).resume());
      for (let nth = 0; nth < 10; nth++) await expectServed(given.port);
      await expect.poll(() => openConnections(given), WAIT).toBe(0);
      for (const client of clients) client.destroy();
    }));

  test.each(['/v1/orders/%zz/refunds', `/v1/orders/${'x'.repeat(3_000)}/refunds`, '/none'])(
    'are answered after one whose path is refused: %s',
    (path) =>
      listening(
        async ({ port }) => {
          const socket = sender(port, '');
          let text = '';
          socket.on('data', (bytes) => {
            text += bytes.toString('latin1');
          });
          for (let round = 1; round <= 3; round++) {
            socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n${HEALTH}`);
            await expect.poll(() => text.match(/HTTP\/1\.1 200 /g)?.length ?? 0, WAIT).toBe(round);
          }
          expect(text.match(/HTTP\/1\.1 4\d\d /g)).toHaveLength(3);
          socket.destroy();
        },
        { routes: (app) => app.post('/v1/orders/:ref/refunds', async () => '') },
      ),
  );

  test('are all answered up to the limit, again and again', () =>
    listening(async ({ port }) => {
      const socket = sender(port, '');
      let text = '';
      socket.on('data', (bytes) => {
        text += bytes.toString('latin1');
      });
      for (let round = 1; round <= 3; round++) {
        socket.write(HEALTH.repeat(32));
        await expect.poll(() => text.match(/HTTP\/1\.1 200 /g)?.length ?? 0, WAIT).toBe(round * 32);
      }
      socket.destroy();
    }));
});
