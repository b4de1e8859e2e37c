// Strangers with thousands of connections that hold, flood and do not read, while a gateway sends its webhooks. A small
// sample by default; HESABU_TEST_STRANGERS=1 is the whole attack, for a minute, with its bounds on time and memory.
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { Agent } from 'undici';
import { describe, test } from 'vitest';
import { KeyStore } from '../../src/http/access/key-store.ts';
import { end, makeSite, paymentBody, removeSite, send, serve, signed } from './service-client.ts';
import type { Attack } from './stranger-program.ts';

const SCALE = Number(process.env.HESABU_TEST_STRANGERS ?? '0.01');
const IS_WHOLE = SCALE >= 1;
const SECONDS = IS_WHOLE ? 60 : 3;
const P99_MILLIS_MAX = 1_000;
const GROWTH_BYTES_MAX = 256 * 2 ** 20;
const HONEST_CONNECTIONS = 8;
const PER_SECOND = 100;
const PROGRAM = fileURLToPath(new URL('./stranger-program.ts', import.meta.url));
const NOISY_PROGRAM = fileURLToPath(new URL('./noisy-program.ts', import.meta.url));
const FLAGS = ['--disable-warning=ExperimentalWarning'];
const TLS = ['cert', 'key'].map((name) => [
  name,
  fileURLToPath(new URL(`../fixtures/tls/${name}.pem`, import.meta.url)),
]);

const times = (count: number) => Math.max(1, Math.round(count * SCALE));
const pause = (millis: number) => new Promise((resolve) => setTimeout(resolve, millis));

/** The greatest of the smallest 99 of 100. */
function p99(millis: readonly number[]): number {
  return millis.toSorted((a, b) => a - b)[Math.floor(millis.length * 0.99)] ?? Number.NaN;
}

function memoryOf(pid: number): number {
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? [];
  return Number(kibibytes) * 1024;
}

const descriptorsOf = (pid: number) => readdirSync(`/proc/${pid}/fd`).length;

/** Starts the attack, and returns its process once every connection was begun. */
async function strike(attack: Attack): Promise<ChildProcess> {
  const child = spawn(process.execPath, [...FLAGS, PROGRAM, JSON.stringify(attack)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve) => child.stdout.once('data', () => resolve()));
  return child;
}

/** Sends webhooks at a steady rate, and returns their statuses and how long each took, in milliseconds. */
async function honest(
  url: string,
  seconds: number,
): Promise<{ readonly statuses: number[]; readonly millis: number[] }> {
  const agent = new Agent({ connections: HONEST_CONNECTIONS, connect: { rejectUnauthorized: false } });
  const [statuses, millis]: [number[], number[]] = [[], []];
  const sent: Promise<void>[] = [];
  for (let nth = 0; nth < seconds * PER_SECOND; nth++) {
    const began = performance.now();
    const one = send(agent, url, signed(paymentBody(`honest-${nth}-${began}`))).then(
      (status) => {
        statuses.push(status);
        millis.push(performance.now() - began);
      },
      () => void statuses.push(0),
    );
    sent.push(one);
    await pause(1_000 / PER_SECOND);
  }
  await Promise.all(sent);
  await agent.destroy();
  return { statuses, millis };
}

/** What is timed runs alone; otherwise they wait for the same time limits, and wait together. */
const timed = IS_WHOLE ? test : test.concurrent;

describe.skipIf(process.platform !== 'linux')('strangers with connections by the thousand', () => {
  timed.for([
    ['without TLS', false, { silent: 10_050, handshakes: 0, readers: 1_000, pipelines: 60 }],
    ['with TLS', true, { silent: 10_050, handshakes: 1_000, readers: 0, pipelines: 0 }],
  ] as const)(
    'keep no webhook waiting, and hold nothing: a service %s (S20)',
    { timeout: 600_000 },
    async ([_what, isTls, counts], { expect }) => {
      const site = makeSite({ listen: { port: 0, ...(isTls ? { tls: Object.fromEntries(TLS) } : {}) } });
      const serving = await serve(site.config);
      let stranger: ChildProcess | undefined;
      try {
        const pid = serving.process.pid!;
        await honest(serving.url, 1);
        const [memory, descriptors] = [memoryOf(pid), descriptorsOf(pid)];
        const scaled = Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, count && times(count)]));
        const port = Number(new URL(serving.url).port);
        stranger = await strike({ port, address: '127.0.0.9', ...(scaled as unknown as typeof counts) });
        const { statuses, millis } = await honest(serving.url, SECONDS);
        const growth = memoryOf(pid) - memory;
        // Stopped, he hangs up nothing: what is given back was taken from him.
        stranger.kill('SIGSTOP');
        const began = performance.now();
        await expect.poll(() => descriptorsOf(pid), { timeout: 120_000 }).toBeLessThanOrEqual(descriptors + 2);
        const heldSeconds = (performance.now() - began) / 1_000;
        expect(new Set(statuses)).toEqual(new Set([200]));
        if (!IS_WHOLE) return;
        const figures = { p99: Math.round(p99(millis)), growthMib: Math.round(growth / 2 ** 20), heldSeconds };
        process.stderr.write(`strangers, ${_what}: ${JSON.stringify(figures)}\n`);
        expect(figures.p99).toBeLessThan(P99_MILLIS_MAX);
        expect(growth).toBeLessThan(GROWTH_BYTES_MAX);
        expect(heldSeconds).toBeLessThan(15);
      } finally {
        stranger?.kill('SIGKILL');
        await end(serving, 'SIGKILL');
        removeSite(site);
      }
    },
  );
});

/** Starts a noisy caller. Ending it resolves to the number of its answers by status. */
function noise(url: string, key: string): () => Promise<Record<string, number>> {
  const child = spawn(process.execPath, [...FLAGS, NOISY_PROGRAM, url, key], { stdio: ['ignore', 'pipe', 'inherit'] });
  return async () => {
    child.kill('SIGTERM');
    return JSON.parse(await text(child.stdout)) as Record<string, number>;
  };
}

timed('a noisy key is told 429, and costs others little (S21)', { timeout: 600_000 }, async ({ expect }) => {
  const site = makeSite({ limits: { key: { per_second: 2, burst: 20 } } });
  const wanted = { role: 'auditor', merchants: ['*'], label: '', expiresAt: null } as const;
  const { text: key } = new KeyStore(site.data).create(wanted, 0);
  const serving = await serve(site.config);
  try {
    const seconds = IS_WHOLE ? 10 : 2;
    const [quiet, loud]: [number[], number[]] = [[], []];
    await honest(serving.url, 1);
    for (let round = 0; round < (IS_WHOLE ? 5 : 1); round++) {
      quiet.push(p99((await honest(serving.url, seconds)).millis));
      const endNoise = noise(serving.url, key);
      // Its burst is over before others are timed.
      await pause(IS_WHOLE ? 2_000 : 1_000);
      const { statuses, millis } = await honest(serving.url, seconds);
      expect(Object.keys(await endNoise())).toContain('429');
      expect(new Set(statuses)).toEqual(new Set([200]));
      loud.push(p99(millis));
    }
    const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;
    if (IS_WHOLE) {
      process.stderr.write(`a noisy key: p99 of others ${median(quiet)} ms without, ${median(loud)} ms with it\n`);
      expect(median(loud)).toBeLessThan(median(quiet) * 1.1 + 1);
    }
  } finally {
    await end(serving, 'SIGKILL');
    removeSite(site);
  }
});
