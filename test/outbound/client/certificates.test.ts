// How long certificates are valid, read from local servers with a test certificate, or without one.
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import pino from 'pino';
import { afterAll, describe, expect, test } from 'vitest';
import {
  type CertificateReading,
  Certificates,
  certificateHosts,
  readCertificate,
} from '../../../src/outbound/client/certificates.ts';
import { type Meter, NO_METER } from '../../../src/runtime/meter.ts';
import { ManualClock } from '../../producers/poller/manual-clock.ts';

const DAY = 86_400_000;
const ENDS: (() => unknown)[] = [];
/** Made for tests only, and valid for a hundred years: the tests set the time. */
const at = (name: string) => readFileSync(new URL(`../../fixtures/tls/${name}`, import.meta.url));
const pair = { key: at('key.pem'), cert: at('cert.pem') };
/** When the certificate expires. */
const ending = new X509Certificate(pair.cert).validToDate.getTime();

afterAll(() => Promise.all(ENDS.map((end) => end())));

/** The port of a server on loopback, which is closed with its connections after the tests. */
async function listening(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  ENDS.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const secure = () => listening(createTlsServer(pair));
/** Accepts connections and never answers. */
const mute = () => listening(createServer());

function read(port: number, more: Partial<CertificateReading> = {}, host = '127.0.0.1') {
  const reading = { now: ending - 29.5 * DAY, allow: [`${host}:${port}`], timeoutMillis: 5_000, ...more };
  return readCertificate({ host, port }, reading);
}

describe('the hosts of URLs', () => {
  test('are those of https URLs, each once, with its port', () => {
    const urls = [
      'https://api.example.com/payments',
      'https://api.example.com:443/x',
      'https://api.example.com:8443',
      'http://plain.example.com',
      'https://[2001:db8::1]:9000/hook',
    ];
    expect(certificateHosts(urls)).toEqual([
      { host: 'api.example.com', port: 443 },
      { host: 'api.example.com', port: 8443 },
      { host: '2001:db8::1', port: 9000 },
    ]);
  });
});

describe('a certificate', () => {
  test('is read with its whole days, although it is not trusted', async () => {
    const port = await secure();
    const host = `127.0.0.1:${port}`;
    expect(await read(port)).toEqual({ host, daysLeft: 29, fault: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  });

  test.each([
    [7, 7],
    [6.99, 6],
    [0.5, 0],
    [-0.5, -1],
    [-30, -30],
  ])('that expires in %s days has %s left', async (days, left) => {
    expect((await read(await secure(), { now: ending - days * DAY })).daysLeft).toBe(left);
  });

  test('is read by a name or by an address', async () => {
    expect(await read(await secure(), {}, 'localhost')).toMatchObject({ daysLeft: 29 });
  });
});

describe('an unreadable certificate is unknown, with a reason', () => {
  test('without a listener', async () => {
    const server = createServer();
    const port = await listening(server);
    await new Promise((resolve) => server.close(resolve));
    expect(await read(port)).toEqual({ host: `127.0.0.1:${port}`, daysLeft: null, fault: 'ECONNREFUSED' });
  });

  test('with a listener that never answers', async () => {
    const found = await read(await mute(), { timeoutMillis: 60 });
    expect(found).toMatchObject({ daysLeft: null, fault: 'no answer within 60 ms' });
  });

  test('with another protocol', async () => {
    const port = await listening(createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')));
    const { daysLeft, fault } = await read(port);
    expect([daysLeft, fault]).toEqual([null, expect.stringMatching(/^(ERR_SSL_\w+|EPROTO|ECONNRESET)$/)]);
  });

  test('at a forbidden address of our own, by number or by name', async () => {
    let connections = 0;
    const port = await listening(createServer(() => (connections += 1)));
    for (const host of ['127.0.0.1', 'localhost']) {
      const found = await read(port, { allow: [`${host}:1`] }, host);
      const fault = expect.stringContaining('an address of the public internet');
      expect(found).toMatchObject({ daysLeft: null, fault });
    }
    expect(connections).toBe(0);
  });

  test('after an early stop', async () => {
    const stopping = new AbortController();
    const reading = read(await mute(), { signal: stopping.signal });
    stopping.abort();
    expect(await reading).toMatchObject({ daysLeft: null, fault: 'stopped' });
  });
});

describe('monitored certificates', () => {
  function watched(...ports: readonly number[]) {
    const clock = new ManualClock(ending - 29.5 * DAY);
    const gauges: Record<string, number> = {};
    const logged: { fault: string; msg: string }[] = [];
    const meter: Meter = {
      ...NO_METER,
      set: (_, { host }, days) => {
        gauges[host!] = days;
      },
    };
    const hosts = ports.map((port) => ({ host: '127.0.0.1', port }));
    const certificates = new Certificates({
      hosts,
      allow: hosts.map(({ port }) => `127.0.0.1:${port}`),
      // Longer than any test: what ends a reading before is what ends it here.
      timeoutMillis: 3_600_000,
      clock,
      meter,
      logger: pino({ level: 'warn' }, { write: (line: string) => logged.push(JSON.parse(line)) }),
    });
    ENDS.push(() => certificates.stop());
    return { clock, certificates, gauges, logged };
  }

  async function until(isDone: () => boolean): Promise<void> {
    while (!isDone()) await new Promise((resolve) => setTimeout(resolve, 2));
  }

  test('are unknown until they are read, then shown, and logged if they are not trusted', async () => {
    const port = await secure();
    const host = `127.0.0.1:${port}`;
    const { certificates, gauges, logged } = watched(port);
    expect(certificates.views()).toBe(null);
    certificates.start();
    await until(() => certificates.views() !== null);
    expect(certificates.views()).toEqual([{ host, daysLeft: 29, fault: 'DEPTH_ZERO_SELF_SIGNED_CERT' }]);
    expect(gauges).toEqual({ [host]: 29 });
    expect(logged).toMatchObject([{ fault: 'DEPTH_ZERO_SELF_SIGNED_CERT', daysLeft: 29 }]);
  });

  test('are read again after six hours, or after fifteen minutes if one was unreadable', async () => {
    const well = watched(await secure());
    const closed = createServer();
    const port = await listening(closed);
    await new Promise((resolve) => closed.close(resolve));
    const failing = watched(port);
    for (const [{ certificates, clock, logged }, millis] of [
      [well, 6 * 3_600_000],
      [failing, 15 * 60_000],
    ] as const) {
      certificates.start();
      await until(() => logged.length === 1);
      await clock.advance(millis - 1);
      expect(logged).toHaveLength(1);
      await clock.advance(1);
      expect(logged).toHaveLength(2);
    }
    expect(failing.certificates.views()).toMatchObject([{ daysLeft: null, fault: 'ECONNREFUSED' }]);
    expect(failing.gauges).toEqual({});
  });

  test('stop at once, in the middle of a reading without an answer', async () => {
    const { certificates } = watched(await mute());
    certificates.start();
    await certificates.stop();
    expect(certificates.views()).toBe(null);
  });

  test('are an empty list at once if there is no host', async () => {
    const { certificates } = watched();
    certificates.start();
    expect(certificates.views()).toEqual([]);
    await certificates.stop();
  });
});
