// Server-side request forgery: wherever a URL leads, nothing outside the public internet is connected to, unless the
// configuration allows exactly that place.
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { isPublicAddress } from '../../../src/outbound/client/address-guard.ts';
import { type GivenServer, givenClient, givenServer, http, resolver } from './given.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function server(answer = http(200, 'secret')): Promise<GivenServer> {
  const made = await givenServer((socket) => socket.end(answer));
  ends.push(() => made.close());
  return made;
}

function client(...args: Parameters<typeof givenClient>) {
  const made = givenClient(...args);
  ends.push(() => made.client.close());
  return made;
}

const FORBIDDEN = { code: 'HESABU_ADDRESS_FORBIDDEN' };

describe('an address', () => {
  test.each([
    ...['127.0.0.1', '127.255.255.254', '0.0.0.0', '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1'],
    ...['169.254.169.254', '100.64.0.1', '192.0.0.8', '192.0.2.1', '198.18.0.1', '198.51.100.7', '203.0.113.9'],
    ...['224.0.0.1', '240.0.0.1', '255.255.255.255', '::', '::1', 'fe80::1', 'fc00::1', 'fd12:3456::1', 'ff02::1'],
    ...['::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:10.0.0.1', '::127.0.0.1', '64:ff9b::7f00:1', '64:ff9b::10.0.0.1'],
    ...['2002:7f00:1::', '2001:db8::1', '2001::1', '2001:0:7f00:1::', '100::1', 'fec0::1', '5f00::1', '4000::1'],
  ])('%s is not on the public internet', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  test.each([
    '8.8.8.8',
    '1.1.1.1',
    '172.15.0.1',
    '172.32.0.1',
    '100.128.0.1',
    '2606:4700::1111',
    '2a00:1450::1',
    '::ffff:8.8.8.8',
  ])('%s is', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  test('that is private is not public in any IPv6 form of it (S19)', () => {
    const octet = fc.integer({ min: 0, max: 255 });
    const isPrivate = fc.oneof(
      fc.tuple(fc.constant(10), octet, octet, octet),
      fc.tuple(fc.constant(127), octet, octet, octet),
      fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), octet, octet),
      fc.tuple(fc.constant(192), fc.constant(168), octet, octet),
      fc.tuple(fc.constant(169), fc.constant(254), octet, octet),
    );
    fc.assert(
      fc.property(isPrivate, (octets) => {
        const hex = Buffer.from(octets).toString('hex');
        const [high, low] = [hex.slice(0, 4), hex.slice(4)];
        const text = octets.join('.');
        const carried = [
          text,
          `::ffff:${text}`,
          `::${high}:${low}`,
          `64:ff9b::${high}:${low}`,
          `2002:${high}:${low}::1`,
        ];
        for (const address of carried) expect([address, isPublicAddress(address)]).toEqual([address, false]);
      }),
    );
  });

  test.each(['', 'localhost', 'example.com', '8.8.8.8/8', '8.8.8.8 ', '[::1]', '256.1.1.1'])(
    '"%s" is not valid',
    (text) => {
      expect(isPublicAddress(text)).toBe(false);
    },
  );
});

describe('a URL', () => {
  test.each([
    ...['127.0.0.1', '127.1', '2130706433', '0x7f000001', '0x7f.1', '0177.0.0.1', '127.0.0.1.', '0', '0.0.0.0'],
    ...['[::1]', '[::]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[0:0:0:0:0:0:0:1]', '①②⑦.0.0.1', 'localhost'],
    ...['LOCALHOST', '%31%32%37.0.0.1'],
  ])('that spells loopback as %s opens no socket (S19)', async (host) => {
    const { port, connections } = await server();
    const { get, exchanges } = client();
    await expect(get(`http://${host}:${port}/`)).rejects.toMatchObject(FORBIDDEN);
    expect(connections()).toBe(0);
    // The attempt is in the archive.
    expect(exchanges).toEqual([
      expect.objectContaining({ status: null, fault: expect.stringContaining(FORBIDDEN.code) }),
    ]);
  });

  test.each([
    ...['ftp://example.com/', 'file:///etc/passwd', 'gopher://127.0.0.1/', 'data:text/plain,x', 'unix:/run/x.sock'],
    ...['http://user:word@example.com/', 'http://user@example.com/', 'nothing', '', '//example.com/'],
  ])('%s is not called', async (url) => {
    const { get, exchanges } = client();
    await expect(get(url)).rejects.toMatchObject(FORBIDDEN);
    expect(exchanges[0]!.fault).not.toContain('word');
  });
});

describe('a name', () => {
  test.each([
    ['a private address', ['10.0.0.1']],
    ['loopback', ['127.0.0.1']],
    ['a public address and a private one', ['8.8.8.8', '10.0.0.1']],
    ['a public address and loopback of IPv6', ['8.8.8.8', '::1']],
    ['no address', []],
  ])('that resolves to %s opens no socket', async (_what, addresses) => {
    const { port, connections } = await server();
    const { lookup, asked } = resolver(addresses);
    const { get } = client({ lookup });
    await expect(get(`http://hooks.example.com:${port}/`)).rejects.toMatchObject(FORBIDDEN);
    expect([asked(), connections()]).toEqual([1, 0]);
  });

  test('that resolves to another address the second time is not connected to at all (S19)', async () => {
    const { port, connections } = await server();
    // A public address at the first lookup, so that a check before the call would pass; loopback at the connection.
    const { lookup, asked } = resolver(['192.0.2.1'], ['127.0.0.1']);
    const { get } = client({ lookup, timeoutMillis: 200 });
    await expect(get(`http://hooks.example.com:${port}/`)).rejects.toMatchObject(FORBIDDEN);
    await expect(get(`http://hooks.example.com:${port}/`)).rejects.toMatchObject(FORBIDDEN);
    expect([asked(), connections()]).toEqual([2, 0]);
  });

  test('is looked up by the system by default, and guarded too', async () => {
    const { port, connections } = await server();
    const { get } = client();
    await expect(get(`http://localhost:${port}/`)).rejects.toMatchObject(FORBIDDEN);
    expect(connections()).toBe(0);
  });
});

describe('what the configuration allows', () => {
  test('is called, for exactly that host and port', async () => {
    const [one, other] = [await server(), await server()];
    const { get } = client({ allow: [`127.0.0.1:${one.port}`] });
    expect((await get(`http://127.0.0.1:${one.port}/`)).body.toString()).toBe('secret');
    await expect(get(`http://127.0.0.1:${other.port}/`)).rejects.toMatchObject(FORBIDDEN);
    await expect(get(`http://localhost:${one.port}/`)).rejects.toMatchObject(FORBIDDEN);
    expect([one.connections(), other.connections()]).toEqual([1, 0]);
  });

  test('is not extended by a redirect, which is an answer like any other (S19)', async () => {
    const inner = await server();
    const outer = await server(http(302, '', [`location: http://127.0.0.1:${inner.port}/`]));
    const { get } = client({ allow: [`127.0.0.1:${outer.port}`] });
    expect(await get(`http://127.0.0.1:${outer.port}/`)).toMatchObject({ status: 302 });
    expect(inner.connections()).toBe(0);
  });
});
