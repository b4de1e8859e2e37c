// An outbox is killed at any moment and restarted: every message put is delivered, under one id and in one form.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const PROGRAM = join(import.meta.dirname, 'outbox-program.ts');
const dir = mkdtempSync(join(tmpdir(), 'hesabu-outbox-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** `HESABU_TEST_KILLS` sets another number. */
const KILLS = Number(process.env.HESABU_TEST_KILLS ?? 3);
const MESSAGES = 1_000;

test(
  'no message is lost, over many kills and refusals',
  async () => {
    const taken = new Map<string, Set<string>>();
    let requests = 0;
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (bytes) => {
        body += bytes;
      });
      request.on('end', () => {
        // Every third one is refused, and comes again.
        const isTaken = requests++ % 3 !== 0;
        const id = String(request.headers['webhook-id']);
        if (isTaken) taken.set(id, (taken.get(id) ?? new Set()).add(body));
        response.writeHead(isTaken ? 200 : 503).end();
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;

    /** Runs for this long after its first message, or until everything is delivered; returns what it put. */
    const live = (first: number, count: number, millis: number) =>
      new Promise<string[]>((resolve) => {
        const args = ['--disable-warning=ExperimentalWarning', PROGRAM, dir, url, String(first), String(count)];
        const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
        let out = '';
        child.stdout.on('data', (bytes) => {
          if (out === '') setTimeout(() => child.kill('SIGKILL'), millis);
          out += bytes;
        });
        child.on('close', (code, signal) => {
          expect([code, signal]).toEqual(count === 0 ? [0, null] : [null, 'SIGKILL']);
          // The last line may be incomplete.
          resolve(out.split('\n').slice(0, -1));
        });
      });
    const put: string[] = [];
    for (let kill = 0; kill < KILLS; kill++)
      put.push(...(await live(kill * MESSAGES, MESSAGES, 10 + ((kill * 53) % 300))));
    const before = taken.size;
    await live(0, 0, 0);
    server.close();

    expect(put.length).toBeGreaterThan(KILLS);
    expect(before).toBeGreaterThan(0);
    expect(put.map((line) => line.replace('put ', 'msg_')).filter((id) => !taken.has(id))).toEqual([]);
    expect([...taken.values()].filter((bodies) => bodies.size !== 1)).toEqual([]);
  },
  60_000 + KILLS * 2_000,
);
