// What comes over a bare socket from somebody who means no good, or no HTTP: each is refused or dropped, and everybody
// else is answered meanwhile.
import { type AddressInfo, connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { type Given, givenWebhooks, PATH, payment, signature } from './given.ts';

const PATIENCE = { headers: 400, request: 700, idle: 1_000, check: 50 };
/** Nobody is served more slowly than this, whatever others do. */
const SERVED_MILLIS = 1_000;

interface Listening extends Given {
  readonly port: number;
}

function listening(work: (given: Listening) => Promise<void>): Promise<void> {
  return givenWebhooks(async (given) => {
    await given.app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = given.app.server.address() as AddressInfo;
    await work(Object.assign(given, { port }));
    await expectServed(port);
  }, PATIENCE);
}

let nth = 0;

/** An honest sender is answered, and soon. */
async function expectServed(port: number): Promise<void> {
  const body = payment(`honest-${nth++}`);
  const began = performance.now();
  const answer = await talk(port, request(body));
  expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  expect(performance.now() - began).toBeLessThan(SERVED_MILLIS);
}

function head(lines: readonly string[]): string {
  return `POST ${PATH} HTTP/1.1\r\nhost: x\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`;
}

function request(body: string, more: readonly string[] = [`content-length: ${Buffer.byteLength(body)}`]): string {
  return `${head([`x-signature: ${signature(body)}`, 'content-type: application/json', ...more])}${body}`;
}

/** Sends pieces one after the other, and gives what came back until an answer is whole or the connection ended. */
function talk(port: number, ...pieces: readonly (string | Buffer)[]): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    const end = () => {
      socket.destroy();
      resolve(text);
    };
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      const at = text.indexOf('\r\n\r\n');
      const [, length] = /content-length: (\d+)/i.exec(text) ?? [];
      if (at > 0 && length !== undefined && text.length >= at + 4 + Number(length)) end();
    });
    socket.on('error', end);
    socket.on('close', end);
    for (const piece of pieces) socket.write(piece);
  });
}

/** Writes a piece again and again until the other side has had enough; how long that took. */
function drip(port: number, begin: string, piece: string, everyMillis: number): Promise<number> {
  return new Promise((resolve) => {
    const began = performance.now();
    const socket = connect(port, '127.0.0.1');
    socket.write(begin);
    const timer = setInterval(() => socket.write(piece), everyMillis);
    const end = () => {
      clearInterval(timer);
      socket.destroy();
      resolve(performance.now() - began);
    };
    socket.on('data', () => {});
    socket.on('error', end);
    socket.on('close', end);
  });
}

const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);

describe('a sender who takes his time', () => {
  test('is cut off while he drips his headers, and nobody waits for him', () =>
    listening(async ({ port, facts }) => {
      const slow = Array.from({ length: 20 }, () => drip(port, `POST ${PATH} HTTP/1.1\r\n`, 'x-a: b\r\n', 40));
      await expectServed(port);
      for (const millis of await Promise.all(slow)) expect(millis).toBeLessThan(3_000);
      expect(facts).toHaveLength(1);
    }));

  test('is cut off while he drips his body', () =>
    listening(async ({ port, facts }) => {
      const begin = head(['content-length: 100000', 'x-signature: t=1,v1=00']);
      const slow = Array.from({ length: 20 }, () => drip(port, begin, 'x', 40));
      await expectServed(port);
      for (const millis of await Promise.all(slow)) expect(millis).toBeLessThan(3_000);
      expect(facts).toHaveLength(1);
    }));

  test('a thousand who say nothing at all keep nobody waiting', () =>
    listening(async ({ port }) => {
      const silent = await Promise.all(
        Array.from(
          { length: 1_000 },
          () =>
            new Promise<Socket>((resolve, reject) => {
              const socket = connect(port, '127.0.0.1', () => resolve(socket));
              socket.once('error', reject);
            }),
        ),
      );
      for (const socket of silent) socket.on('error', () => {});
      await expectServed(port);
      for (const socket of silent) socket.destroy();
    }));

  test('who closes his side after half a request is dropped', () =>
    listening(async ({ port, facts }) => {
      await new Promise<void>((resolve) => {
        const socket = connect(port, '127.0.0.1', () => socket.end(head(['content-length: 500']) + 'half'));
        socket.on('data', () => {});
        socket.on('close', () => resolve());
        socket.on('error', () => resolve());
      });
      expect(facts).toEqual([]);
    }));
});

describe('a length that is not the body’s', () => {
  const body = payment('length');
  const { length } = body;
  test('shorter: what was signed is not what came', () =>
    listening(async ({ port, facts }) => {
      // What is left over is no request, and may be refused first.
      expect([400, 401]).toContain(statusOf(await talk(port, request(body, [`content-length: ${length - 5}`]))));
      expect(facts).toEqual([]);
    }));

  test('longer: nobody waits for the rest for ever', () =>
    listening(async ({ port, facts }) => {
      expect([0, 408]).toContain(statusOf(await talk(port, request(body, [`content-length: ${length + 5}`]))));
      expect(facts).toEqual([]);
    }));

  test.each([
    ['below zero', ['content-length: -5']],
    ['no number', ['content-length: many']],
    ['twice, and not the same', [`content-length: ${length}`, `content-length: ${length + 1}`]],
    ['twice in one', [`content-length: ${length}, ${length}`]],
    ['beyond all numbers', [`content-length: ${'9'.repeat(40)}`]],
    ['with a sign', [`content-length: +${length}`]],
  ])('%s is no HTTP', (_what, headers) =>
    listening(async ({ port, facts }) => {
      expect(statusOf(await talk(port, request(body, headers)))).toBe(400);
      expect(facts).toEqual([]);
    }),
  );

  test('over a mebibyte is refused before it is sent', () =>
    listening(async ({ port, facts }) => {
      const answer = await talk(port, head(['content-length: 1048577', 'x-signature: t=1,v1=00']));
      expect(statusOf(answer)).toBe(413);
      expect(facts).toEqual([]);
    }));
});

describe('a transfer encoding', () => {
  const body = payment('chunked');
  const chunk = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
  const signed = [`x-signature: ${signature(body)}`, 'content-type: application/json'];

  test('in chunks is taken', () =>
    listening(async ({ port, facts }) => {
      expect(statusOf(await talk(port, head([...signed, 'transfer-encoding: chunked']) + chunk))).toBe(200);
      expect(facts).toHaveLength(1);
    }));

  test.each([
    ['beside a length', ['transfer-encoding: chunked', `content-length: ${body.length}`]],
    ['beside a length before it', [`content-length: ${body.length}`, 'transfer-encoding: chunked']],
    ['of no known kind', ['transfer-encoding: cow']],
    ['that ends otherwise', ['transfer-encoding: chunked, identity']],
    ['written with a space before the colon', ['transfer-encoding : chunked']],
    ['hidden behind a tab', ['transfer-encoding:\tchunked\x0b']],
    ['folded over two lines', ['transfer-encoding:', ' chunked', `content-length: ${body.length}`]],
  ])('%s is no HTTP that is taken', (_what, headers) =>
    listening(async ({ port, facts }) => {
      expect([0, 400, 501]).toContain(statusOf(await talk(port, head([...signed, ...headers]) + chunk)));
      expect(facts).toEqual([]);
    }),
  );

  test.each([
    ['a size that is none', `zz\r\n${body}\r\n0\r\n\r\n`],
    ['a size below zero', `-1\r\n${body}\r\n0\r\n\r\n`],
    ['a size beyond all numbers', `${'f'.repeat(20)}\r\n${body}\r\n0\r\n\r\n`],
    ['a size that ends too early', `5\r\n${body}\r\n0\r\n\r\n`],
  ])('with %s is refused', (_what, chunks) =>
    listening(async ({ port, facts }) => {
      const answer = await talk(port, head([...signed, 'transfer-encoding: chunked']) + chunks);
      expect([0, 400, 408, 413]).toContain(statusOf(answer));
      expect(facts).toEqual([]);
    }),
  );

  test('smuggles no second request', () =>
    listening(async ({ port, facts }) => {
      const hidden = request(payment('hidden'));
      const outer = head(['content-length: 4', 'transfer-encoding: chunked', ...signed]);
      expect(statusOf(await talk(port, `${outer}0\r\n\r\n${hidden}`))).toBe(400);
      expect(facts).toEqual([]);
    }));
});

describe('headers', () => {
  test.each([
    ['one of a megabyte', [`x-large: ${'x'.repeat(2 ** 20)}`]],
    ['five thousand of them', Array.from({ length: 5_000 }, (_, at) => `x-${at}: ${at}`)],
  ])('%s are refused', (_what, headers) =>
    listening(async ({ port, facts }) => {
      expect([0, 431]).toContain(statusOf(await talk(port, request(payment('huge'), headers))));
      expect(facts).toEqual([]);
    }),
  );

  test.each([
    ['a NUL in one', 'x-a: b\0c'],
    ['a bare carriage return', 'x-a: b\rx-signature: c'],
    ['a name with blanks', 'x a: b'],
    ['a line without a colon', 'nothing'],
  ])('%s are no HTTP', (_what, line) =>
    listening(async ({ port, facts }) => {
      const body = payment('odd');
      expect(statusOf(await talk(port, request(body, [`content-length: ${body.length}`, line])))).toBe(400);
      expect(facts).toEqual([]);
    }),
  );
});

describe('what is no request', () => {
  test.each([
    ['HTTP/0.9', 'GET /\r\n\r\n'],
    ['a handshake of TLS', Buffer.from('1603010200010001fc0303', 'hex')],
    ['bytes', Buffer.alloc(100_000, 0xff)],
    ['a request line of a megabyte', `POST /${'x'.repeat(2 ** 20)} HTTP/1.1\r\n\r\n`],
    ['a path with a line break', `POST ${PATH}%0d%0aX-A:b HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n`],
    ['a path that climbs', `POST /webhooks/../../etc/passwd HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n`],
    ['a name of 400 characters', `POST /webhooks/mfs-africa/${'a'.repeat(400)} HTTP/1.1\r\nhost: x\r\n\r\n`],
  ])('%s is refused', (_what, bytes) =>
    listening(async ({ port, facts }) => {
      expect([0, 400, 404, 414, 431]).toContain(statusOf(await talk(port, bytes)));
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

  test('a gigabyte in a few bytes is never unpacked', () =>
    listening(async ({ port, facts }) => {
      const bomb = gzipSync(Buffer.alloc(200 * 2 ** 20))
        .toString('latin1')
        .slice(0, 100_000);
      const before = process.memoryUsage().rss;
      const headers = [`content-length: ${bomb.length}`, 'content-encoding: gzip'];
      expect(statusOf(await talk(port, Buffer.from(request(bomb, headers), 'latin1')))).toBe(415);
      expect(process.memoryUsage().rss - before).toBeLessThan(100 * 2 ** 20);
      expect(facts).toEqual([]);
    }));
});

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
