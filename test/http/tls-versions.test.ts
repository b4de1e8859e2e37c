// TLS in and out: old versions and suites without forward secrecy are refused, and so are certificates that nobody
// trusts, of another host, or that have ended.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import {
  type ConnectionOptions,
  connect,
  createServer as createTlsServer,
  getCACertificates,
  setDefaultCACertificates,
  type TlsOptions,
} from 'node:tls';
import { afterEach, describe, expect, test } from 'vitest';
import { givenClient, http } from '../outbound/client/given.ts';
import { listening } from './webhooks/raw.ts';

const at = (name: string) => readFileSync(new URL(`../fixtures/tls/${name}.pem`, import.meta.url), 'utf8');
const PAIR = { cert: at('cert'), key: at('key') };
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** The protocol and suite of a connection, or the code of the error. */
function handshake(port: number, options: ConnectionOptions): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...options }, () => {
      resolve(`${socket.getProtocol()} ${socket.getCipher().name}`);
      socket.destroy();
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(`refused: ${error.code}`));
  });
}

describe('the service', () => {
  test('speaks TLS 1.2 and 1.3 with keys of each connection, and nothing older or weaker (S27)', () =>
    listening(
      async ({ port }) => {
        // SECLEVEL=0: this client would speak every version.
        const any = { ciphers: 'ALL:@SECLEVEL=0' };
        const only = (version: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3') => ({
          minVersion: version,
          maxVersion: version,
        });
        expect(await handshake(port, { ...any, ...only('TLSv1') })).toMatch(/^refused: /);
        expect(await handshake(port, { ...any, ...only('TLSv1.1') })).toMatch(/^refused: /);
        expect(await handshake(port, { ...any, ...only('TLSv1.2') })).toMatch(/^TLSv1\.2 ECDHE-/);
        expect(await handshake(port, only('TLSv1.3'))).toMatch(/^TLSv1\.3 TLS_/);
        for (const ciphers of ['AES256-SHA', 'AES128-GCM-SHA256', 'ECDHE-RSA-AES128-SHA', 'NULL', 'DES-CBC3-SHA']) {
          const told = await handshake(port, { ...only('TLSv1.2'), ciphers: `${ciphers}:@SECLEVEL=0` }).catch(
            () => 'refused',
          );
          expect([ciphers, told]).toEqual([ciphers, expect.stringMatching(/^refused/)]);
        }
      },
      { tls: PAIR, goesOn: false },
    ));
});

describe('a call to the outside', () => {
  /** Answers with this certificate, under these options. */
  async function served(options: TlsOptions): Promise<number> {
    const server = createTlsServer({ ...PAIR, ...options }, (socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end(http(200, 'secret answer')));
    });
    server.on('tlsClientError', () => {});
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    ends.push(() => server.close());
    return (server.address() as AddressInfo).port;
  }

  test.each<[string, TlsOptions]>([
    ['a certificate that nobody trusts', {}],
    ['TLS 1.1 only', { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' }],
  ])('is not made over %s (S27)', async (_what, options) => {
    const port = await served(options);
    const { get, client, exchanges } = givenClient({ allow: [`127.0.0.1:${port}`, `localhost:${port}`] });
    ends.push(() => client.close());
    for (const host of ['127.0.0.1', 'localhost']) {
      await expect(get(`https://${host}:${port}/`, { headers: { authorization: 'Bearer secret' } })).rejects.toThrow(
        /^HESABU_GATEWAY_FAILED/,
      );
    }
    expect(exchanges.map(({ status }) => status)).toEqual([null, null]);
  });

  test('is made to the host that a trusted certificate names while it is valid, and to no other (S27)', async () => {
    const before = getCACertificates();
    const [named, ended] = [at('named-cert'), at('ended-cert')];
    setDefaultCACertificates([named, ended]);
    ends.push(() => setDefaultCACertificates(before));
    const [valid, over] = [await served({ cert: named }), await served({ cert: ended })];
    const { get, client } = givenClient({
      allow: ['localhost', '127.0.0.1'].flatMap((host) => [`${host}:${valid}`, `${host}:${over}`]),
    });
    ends.push(() => client.close());
    expect((await get(`https://localhost:${valid}/`)).status).toBe(200);
    for (const url of [`https://127.0.0.1:${valid}/`, `https://localhost:${over}/`]) {
      await expect(get(url)).rejects.toThrow(/^HESABU_GATEWAY_FAILED/);
    }
  });
});
