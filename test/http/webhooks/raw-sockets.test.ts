// What comes over a bare socket from somebody who means no good, or no HTTP: each is refused or dropped, and everybody
// else is answered meanwhile.
import { once } from 'node:events';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { heldBytes } from '../../held-bytes.ts';
import { PATH, payment, signature, slowDisk } from './given.ts';
import {
  connected,
  drip,
  expectRefused,
  expectServed,
  head,
  IMPATIENT,
  lengthOf,
  listening,
  openConnections,
  request,
  statusOf,
  talk,
} from './raw.ts';

/** What a thousand connections, or a body that unpacks to much, may add to the process. */
const GROWTH_BYTES_MAX = 100 * 2 ** 20;
/** Of large bodies, together, before more are refused. */
const HELD_BYTES_MAX = 128 * 2 ** 20;

describe('a sender who takes his time', () => {
  test.each([
    ['headers', `POST ${PATH} HTTP/1.1\r\n`, 'x-a: b\r\n'],
    ['body', head(['content-length: 100000', 'x-signature: t=1,v1=00']), 'x'],
    ['chunks', head(['transfer-encoding: chunked', 'x-signature: t=1,v1=00']), '1\r\nx\r\n'],
  ])('is cut off while he drips his %s, and nobody waits for him', async (_what, begin, piece) => {
    await listening(async ({ port, facts }) => {
      const enough = new AbortController();
      const slow = Array.from({ length: 20 }, () => drip(port, begin, piece, enough.signal));
      await expectServed(port);
      enough.abort();
      expect(new Set(await Promise.all(slow))).toEqual(new Set(['']));
      expect(facts).toHaveLength(1);
    });
    await listening(
      async ({ port, facts }) => {
        const slow = Array.from({ length: 20 }, () => drip(port, begin, piece));
        for (const answer of await Promise.all(slow)) expectRefused(answer, 408);
        expect(facts).toEqual([]);
      },
      { patience: IMPATIENT },
    );
  });

  test('a thousand who say nothing at all keep nobody waiting', () =>
    listening(async ({ port }) => {
      const before = heldBytes();
      const silent = await Promise.all(Array.from({ length: 1_000 }, () => connected(port)));
      await expectServed(port);
      expect(heldBytes() - before).toBeLessThan(GROWTH_BYTES_MAX);
      for (const socket of silent) socket.destroy();
    }));

  test('a thousand who say nothing at all are let go', () =>
    listening(
      async (given) => {
        const { port } = given;
        const silent = Array.from({ length: 1_000 }, () => once(connect(port, '127.0.0.1').resume(), 'close'));
        await Promise.all(silent);
        await expect.poll(() => openConnections(given), { timeout: 60_000 }).toBe(0);
      },
      { patience: IMPATIENT },
    ));

  test('who closes his side after half a request is dropped', () =>
    listening(async ({ port, facts }) => {
      const socket = await connected(port);
      socket.resume().end(`${head(['content-length: 500'])}half`);
      await once(socket, 'close');
      expect(facts).toEqual([]);
    }));

  test('who is gone before his answer may send it again', () =>
    listening(async (given) => {
      const { port, facts } = given;
      const disk = slowDisk();
      given.disk = disk.write;
      const body = payment('gone');
      const socket = await connected(port);
      socket.write(request(body));
      await disk.asked;
      socket.resetAndDestroy();
      disk.release();
      expect(statusOf(await talk(port, request(body)))).toBe(200);
      expect(facts).toHaveLength(1);
    }));
});

describe('headers', () => {
  test.each([
    ['one of a megabyte', [`x-large: ${'x'.repeat(2 ** 20)}`]],
    ['one just beyond the limit', [`x-large: ${'x'.repeat(16 * 1024)}`]],
    ['five thousand of them', Array.from({ length: 5_000 }, (_, at) => `x-${at}: ${at}`)],
    ['three thousand of the shortest', Array.from({ length: 3_000 }, () => 'a:b')],
  ])('%s are refused', (_what, headers) =>
    listening(async ({ port, facts }) => {
      expectRefused(await talk(port, request(payment('huge'), headers)), 431);
      expect(facts).toEqual([]);
    }),
  );

  test.each([
    ['a NUL in one', 'x-a: b\0c'],
    ['a bare carriage return', 'x-a: b\rx-signature: c'],
    ['a name with blanks', 'x a: b'],
    ['a signature with a space before the colon', 'x-signature : c'],
    ['a line without a colon', 'nothing'],
  ])('%s are no HTTP', (_what, line) =>
    listening(async ({ port, facts }) => {
      const body = payment('odd');
      expectRefused(await talk(port, request(body, [lengthOf(body), line])), 400);
      expect(facts).toEqual([]);
    }),
  );

  test('a second signature, however it is written, makes none of the first', () =>
    listening(async ({ port, facts, exchanges }) => {
      const body = payment('twice');
      for (const name of ['x-signature', 'X-Signature', 'X-SIGNATURE']) {
        expectRefused(await talk(port, request(body, [lengthOf(body), `${name}: ${signature(body)}`])), 401);
      }
      expect([facts.length, exchanges.length]).toEqual([0, 3]);
    }));

  test('that expect what nobody promises are told so', () =>
    listening(async ({ port }) => {
      const body = payment('expects');
      expectRefused(await talk(port, request(body, [lengthOf(body), 'expect: cow'])), 417);
    }));
});

describe('what is no request', () => {
  test.each([
    ['HTTP/0.9', 404, 'GET /\r\n\r\n'],
    ['HTTP/2 without TLS', 400, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['lines without their carriage returns', 400, request(payment('lines')).replaceAll('\r', '')],
    ['no host', 400, request(payment('host')).replace('host: x\r\n', '')],
    ['a handshake of TLS', 400, Buffer.from('1603010200010001fc0303', 'hex')],
    ['bytes', 400, Buffer.alloc(100_000, 0xff)],
    ['a tunnel', 0, 'CONNECT other:443 HTTP/1.1\r\nhost: x\r\n\r\n'],
    ['a request line of a megabyte', 431, `POST /${'x'.repeat(2 ** 20)} HTTP/1.1\r\n\r\n`],
    ['a path with a NUL', 400, head(['content-length: 0'], `${PATH}\0`)],
    ['a path with a NUL, escaped', 404, head(['content-length: 0'], `${PATH}%00`)],
    ['a path with a line break, escaped', 404, head(['content-length: 0'], `${PATH}%0d%0aX-A:b`)],
    [
      'a path that breaks its line, and so has no headers',
      401,
      head(['content-length: 0'], `${PATH}\r\nx-signature: a`),
    ],
    ['a path that no one can decode', 400, head(['content-length: 0'], `${PATH}%zz`)],
    ['a path that climbs', 404, head(['content-length: 0'], '/webhooks/../../etc/passwd')],
    ['a path with its slash escaped', 404, head(['content-length: 0'], '/webhooks/mfs-africa%2fmain')],
    ['names that every object has', 404, head(['content-length: 0'], '/webhooks/__proto__/constructor')],
    ['a name of 3,000 characters', 414, head(['content-length: 0'], `/webhooks/mfs-africa/${'a'.repeat(3_000)}`)],
    ['what nobody takes, whatever its body', 404, `${head(['content-length: 3'], '/nothing')}[[[`],
  ])('%s is refused', (_what, status, bytes) =>
    listening(async ({ port, facts }) => {
      expectRefused(await talk(port, bytes), status);
      expect(facts).toEqual([]);
    }),
  );
});

describe('a body that is a trap', () => {
  test.each([
    ['arrays in arrays, a hundred thousand deep', '['.repeat(100_000)],
    ['objects in objects', '{"a":'.repeat(100_000)],
    ['a million names', `{${Array.from({ length: 60_000 }, (_, at) => `"k${at}":1`).join(',')}}`],
    ['the prototype of everything', '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}'],
  ])('%s is kept and not understood', (_what, body) =>
    listening(async ({ port, facts }) => {
      expect(statusOf(await talk(port, request(body)))).toBe(202);
      expect(facts).toEqual([]);
      expect(({} as { polluted?: number }).polluted).toBeUndefined();
    }),
  );

  test('a gigabyte in a few bytes is never unpacked (B02)', () =>
    listening(async ({ port, facts }) => {
      const bomb = gzipSync(Buffer.alloc(200 * 2 ** 20))
        .toString('latin1')
        .slice(0, 100_000);
      const before = heldBytes();
      const headers = [`content-length: ${bomb.length}`, 'content-encoding: gzip'];
      expectRefused(await talk(port, Buffer.from(request(bomb, headers), 'latin1')), 415);
      expect(heldBytes() - before).toBeLessThan(GROWTH_BYTES_MAX);
      expect(facts).toEqual([]);
    }));
});

describe('more large bodies than can be held', () => {
  test('are refused beyond a bound, small ones are not, and who hangs up makes room', { timeout: 240_000 }, () =>
    listening(async ({ port }) => {
      const before = heldBytes();
      // All but the last byte of each: what is not refused is held, for nobody is cut off meanwhile.
      const almost = Buffer.alloc(2 ** 20 - 1, 'x');
      const begin = head(['content-length: 1048576', 'x-signature: t=1,v1=00']);
      const senders = await Promise.all(Array.from({ length: 200 }, () => connected(port)));
      const answers: number[] = [];
      for (const sender of senders) {
        sender.once('data', (bytes) => answers.push(statusOf(bytes.toString('latin1'))));
        sender.write(begin);
        sender.write(almost);
      }
      await expectServed(port);
      await expect.poll(() => answers.length, { timeout: 60_000 }).toBeGreaterThan(50);
      expect(new Set(answers)).toEqual(new Set([429]));
      expect(heldBytes() - before).toBeLessThan(HELD_BYTES_MAX + GROWTH_BYTES_MAX);
      for (const sender of senders) sender.destroy();
      const large = request(payment('large', { note: 'x'.repeat(1_000_000) }));
      await expect.poll(async () => statusOf(await talk(port, large)), { timeout: 60_000 }).toBe(200);
    }),
  );
});

test('a request under way when the service is to end is answered, and no new one is taken (F31)', () =>
  listening(
    async (given) => {
      const disk = slowDisk();
      given.disk = disk.write;
      const answers = [1, 2, 3].map((at) => talk(given.port, request(payment(`under-way-${at}`))));
      await disk.asked;
      await expect.poll(() => openConnections(given)).toBe(3);
      const closed = given.app.close();
      expect(await talk(given.port, request(payment('late')))).not.toMatch(/^HTTP\/1\.1 2/);
      disk.release();
      for (const answer of answers) expect(await answer).toMatch(/^HTTP\/1\.1 (200|503) /);
      await closed;
      const acknowledged = (await Promise.all(answers)).filter((answer) => answer.startsWith('HTTP/1.1 200'));
      expect(acknowledged.length).toBeGreaterThan(0);
      expect(given.facts.length).toBeGreaterThanOrEqual(acknowledged.length);
    },
    { goesOn: false },
  ));

test('half a request does not keep a service open that is to end', () =>
  listening(
    async ({ port, app }) => {
      const socket = await connected(port);
      const closed = once(socket.resume(), 'close');
      socket.write(head(['content-length: 100']));
      await expectServed(port);
      // Nothing else would close it.
      await app.close();
      await closed;
    },
    { goesOn: false },
  ));

describe('requests one behind the other', () => {
  test('on one connection are all answered', () =>
    listening(async ({ port, facts }) => {
      const bodies = Array.from({ length: 20 }, (_, at) => payment(`line-${at}`));
      const all = bodies.map((body) => request(body)).join('');
      const answers = await new Promise<string>((resolve) => {
        const socket = connect(port, '127.0.0.1', () => socket.write(all));
        let text = '';
        socket.on('data', (bytes) => {
          text += bytes.toString('latin1');
          if (text.split('HTTP/1.1 200').length > 20 && text.endsWith('}')) {
            socket.destroy();
            resolve(text);
          }
        });
      });
      expect(answers.match(/HTTP\/1\.1 200 /g)).toHaveLength(20);
      expect(facts).toHaveLength(20);
    }));
});
