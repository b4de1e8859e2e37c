// More connections than there is place for: those that wait for their client make room, so that an honest one gets in.
import { connect, type Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { payment, slowDisk } from '../webhooks/given.ts';
import { expectRefused, expectServed, listening, openConnections, request, talk } from '../webhooks/raw.ts';

const WAIT = { timeout: 60_000 };
const STRANGER = '127.0.0.9';

function silent(port: number, localAddress = STRANGER): Socket {
  return connect({ port, host: '127.0.0.1', localAddress, allowHalfOpen: true }).on('error', () => {});
}

describe('a crowd of silent connections', () => {
  test('from one address takes no more than its part, and others are served (S20)', () =>
    listening(
      async (given) => {
        const crowd = Array.from({ length: 400 }, () => silent(given.port));
        await expectServed(given.port);
        await expect.poll(() => openConnections(given), WAIT).toBe(20);
        await expectServed(given.port);
        for (const socket of crowd) socket.destroy();
      },
      { connections: () => ({ total: 1_000, perAddress: 20 }) },
    ));

  test('from many addresses makes room for who comes last (S20)', () =>
    listening(
      async (given) => {
        const crowd = Array.from({ length: 100 }, (_, at) => silent(given.port, `127.0.1.${at + 1}`));
        await expectServed(given.port);
        await expect.poll(() => openConnections(given), WAIT).toBeLessThanOrEqual(30);
        await expectServed(given.port);
        for (const socket of crowd) socket.destroy();
      },
      { connections: () => ({ total: 30, perAddress: 20 }) },
    ));

  test('that all wait for us is told 503, or 429 if it has one address, and later there is place again (F13)', () =>
    listening(
      async (given) => {
        const disk = slowDisk();
        given.disk = disk.write;
        const waiting = [0, 1, 2].map((at) => talk(given.port, request(payment(`waits-${at}`))));
        await expect.poll(() => openConnections(given), WAIT).toBe(3);
        await disk.asked;
        const address = await talk(given.port, request(payment('beyond')));
        expectRefused(address, 429);
        expect(address).toMatch(/\r\nretry-after: \d/);
        const elsewhere = silent(given.port);
        elsewhere.write(request(payment('elsewhere')));
        await expect.poll(() => openConnections(given), WAIT).toBe(4);
        const beyond = silent(given.port, '127.0.0.10');
        let text = '';
        beyond.on('data', (bytes) => {
          text += bytes.toString('latin1');
        });
        await expect.poll(() => text, WAIT).toMatch(/^HTTP\/1\.1 503 .*\r\nretry-after: \d.*HESABU_OVERLOADED/s);
        disk.release();
        for (const answer of await Promise.all(waiting)) expect(answer).toMatch(/^HTTP\/1\.1 200 /);
        for (const socket of [elsewhere, beyond]) socket.destroy();
      },
      { connections: () => ({ total: 4, perAddress: 3 }) },
    ));
});
