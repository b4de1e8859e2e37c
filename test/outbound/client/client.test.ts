// Outgoing calls: each ends within its time and size, whatever the other side does, and is archived.
import { mkdtempSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { ExchangeArchive } from '../../../src/archive/exchanges/exchange-archive.ts';
import { SYSTEM_CLOCK } from '../../../src/runtime/clock.ts';
import { givenClient, givenServer, http } from './given.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A client that may call a server with this behaviour. */
async function given(answer: (socket: Socket) => void, more: Parameters<typeof givenClient>[0] = {}) {
  const server = await givenServer(answer);
  ends.push(() => server.close());
  const made = givenClient({ allow: [`127.0.0.1:${server.port}`], ...more });
  ends.push(() => made.client.close());
  return { ...made, server, url: `http://127.0.0.1:${server.port}/path?date=2026-06-01` };
}

describe('an answer', () => {
  test('is returned unchanged, and the archive has both sides', async () => {
    const { get, url, exchanges } = await given((socket) => socket.end(http(404, 'nothing', ['x-a: 1', 'x-a: 2'])));
    const answer = await get(url, { method: 'POST', body: '{"a":1}', headers: { 'content-type': 'application/json' } });
    expect(answer).toEqual({
      exchange: exchanges[0]!.id,
      status: 404,
      headers: { 'content-length': '7', 'x-a': '1, 2' },
      body: Buffer.from('nothing'),
    });
    expect(exchanges).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-z]{28}$/),
        direction: 'out',
        at: expect.any(Number),
        elapsed_ms: expect.any(Number),
        account: 'mfs-africa/main',
        method: 'POST',
        url,
        request: { headers: { 'content-type': 'application/json' }, body: Buffer.from('{"a":1}') },
        status: 404,
        response: { headers: answer.headers, body: answer.body },
        fault: null,
        names: ['A-1'],
      },
    ]);
  });

  test('is returned only once it is archived', async () => {
    const [asked, disk] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const add = () => {
      asked.resolve();
      return disk.promise;
    };
    const { get, url } = await given((socket) => socket.end(http(200, '{}')), {
      exchanges: { add },
    });
    const call = get(url).then(() => 'answered');
    await asked.promise;
    // However long this is, no answer may come in it.
    const soon = new Promise((resolve) => setTimeout(() => resolve('not yet'), 100));
    expect(await Promise.race([call, soon])).toBe('not yet');
    disk.resolve();
    expect(await call).toBe('answered');
  });
});

describe('a gateway that', () => {
  const head = 'HTTP/1.1 200 OK\r\ncontent-length: 400\r\n\r\n';
  const drips = (piece: string) => (socket: Socket) => {
    socket.write(piece === '' ? 'HTTP/1.1 200 OK\r\n' : head);
    const timer = setInterval(() => socket.write(piece === '' ? 'x-a: b\r\n' : piece), 20);
    socket.on('close', () => clearInterval(timer));
  };
  const SILENT = 'no answer within 2000 ms';
  test.each([
    ['never answers', () => {}, null, SILENT],
    ['never ends its headers', drips(''), null, SILENT],
    ['never ends its body', (socket) => socket.write(`${head}{`), 200, SILENT],
    ['drips its body', drips('x'), 200, SILENT],
    ['cuts its body', (socket) => socket.write(`${head}{`, () => socket.destroy()), 200, 'UND_ERR_SOCKET'],
    ['hangs up', (socket) => socket.destroy(), null, 'UND_ERR_SOCKET'],
    ['resets', (socket) => socket.resetAndDestroy(), null, 'ECONNRESET'],
    [
      'speaks another protocol',
      (socket) => socket.end('SSH-2.0-x\r\n'),
      null,
      expect.stringContaining('does not match the HTTP/1.1 protocol'),
    ],
    ['sends too much', (socket) => socket.end(http(200, 'x'.repeat(5_000))), 200, 'more than 1000 bytes'],
  ] satisfies [string, (socket: Socket) => void, number | null, unknown][])(
    '%s gives no answer, and the archive has the reason',
    async (_what, answer, status, found) => {
      // A fault that the gateway makes comes before any time is up, and headers that are sent come in time.
      const timeoutMillis = found === SILENT ? 2_000 : 60_000;
      const { get, url, exchanges } = await given(answer, { timeoutMillis });
      const where = 'mfs-africa/main: GET /path';
      const fault = { code: 'HESABU_GATEWAY_FAILED', detail: { where, found } };
      await expect(get(url, { bytesMax: 1_000 })).rejects.toMatchObject(fault);
      expect(exchanges).toEqual([
        expect.objectContaining({ status, response: null, fault: expect.stringContaining('HESABU_GATEWAY_FAILED') }),
      ]);
    },
  );

  test('is not reachable fails', async () => {
    const { get, url, server } = await given(() => {});
    await server.close();
    ends.shift();
    await expect(get(url)).rejects.toMatchObject({ code: 'HESABU_GATEWAY_FAILED', detail: { found: 'ECONNREFUSED' } });
  });

  test('may take as long as this call allows', async () => {
    const { get, url } = await given((socket) => setTimeout(() => socket.end(http(200, 'late')), 300), {
      timeoutMillis: 100,
    });
    await expect(get(url)).rejects.toMatchObject({ detail: { found: 'no answer within 100 ms' } });
    expect((await get(url, { timeoutMillis: 60_000 })).body.toString()).toBe('late');
  });
});

test('no secret and no phone number of a call is in the archive', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'hesabu-client-'));
  ends.push(() => rmSync(dir, { recursive: true, force: true }));
  const pseudonym = (text: string) => `hash-${text.length}`;
  const options = { pseudonym, retentionDays: 180, onDamage: () => {} };
  const archive = await ExchangeArchive.open(dir, options);
  const answer = '{"access_token":"tok-123456","phone":"+254712345678","status":"pending"}';
  const { get, url } = await given((socket) => socket.end(http(200, answer, ['set-cookie: session=s3cr3t'])), {
    exchanges: archive,
    clock: SYSTEM_CLOCK,
  });
  await get(`${url}&api_key=key-in-query`, {
    method: 'POST',
    headers: { authorization: 'Bearer the-api-key', 'x-api-key': 'another-key', 'content-type': 'application/json' },
    body: '{"phone":"+254712345678","pin":"4321","amount":"10.00"}',
  });
  const kept = await archive.find({ name: 'A-1', limit: 10 });
  const text = JSON.stringify(kept.map((one) => [one, String(one.request.body), String(one.response!.body)]));
  await archive.close();
  expect(text).toContain('10.00');
  expect(text).toContain('pending');
  for (const secret of ['the-api-key', 'another-key', 'tok-123456', 's3cr3t', '712345678', '4321', 'key-in-query']) {
    expect(text).not.toContain(secret);
  }
});
