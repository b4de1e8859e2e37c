// Starts a measured program as a separate process, on a core of its own if the system supports it.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { KeyStore } from '../../src/http/access/key-store.ts';
import { SECRET } from './load.ts';

export interface Server {
  readonly url: string;
  /** Resident memory in bytes; null without /proc. */
  rss(): number | null;
  /** Milliseconds of the processors since its start; null without /proc. */
  cpu(): number | null;
  stop(): Promise<void>;
}

const SERVER_CORE = '0';
const CLIENT_CORE = '1';
const FLAGS = ['--disable-warning=ExperimentalWarning'];

/** Moves this process to the client's core; false without `taskset`. */
export function pinClient(): boolean {
  return spawnSync('taskset', ['-acp', CLIENT_CORE, String(process.pid)]).status === 0;
}

/** A service that took less than this of each of so many seconds has nothing of its own to do. */
const CALM_MILLIS = 400;
const CALM_SECONDS = 4;

/** A new service first makes the reports of past days, which reads every key. */
export async function quiet({ cpu }: Server): Promise<void> {
  for (let calm = 0; calm < CALM_SECONDS; ) {
    const before = cpu();
    if (before === null) return;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    calm = cpu()! - before < CALM_MILLIS ? calm + 1 : 0;
  }
}

export function startBare(isPinned: boolean): Promise<Server> {
  return start([fileURLToPath(new URL('./bare.ts', import.meta.url))], isPinned);
}

export interface Site {
  readonly config: string;
  /** A key with every permission. */
  readonly key: string;
}

/** A configuration in a new directory, with the rules of a file if one is given. */
export function makeSite(dir: string, rules?: string): Site {
  const data = join(dir, 'books');
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const account = {
    ...{ provider: 'mfs-africa', account: 'main', base_url: 'http://127.0.0.1:1', api_key: { env: 'BENCH_API_KEY' } },
    webhook: { secrets: [{ env: 'BENCH_SECRET' }], tolerance: 'PT1H' },
    polling: { schedule: ['PT48H'] },
  };
  const config = join(dir, 'hesabu.yaml');
  // The figures are of what the service can do, not of what it allows.
  const rate = { per_second: 1_000_000, burst: 1_000_000 };
  const limits = { webhooks_waiting: 10_000, key: rate, account: rate };
  writeFileSync(config, JSON.stringify({ data: 'books', rules, listen: { port: 0 }, accounts: [account], limits }));
  const { text } = new KeyStore(data).create(
    { role: 'admin', merchants: ['*'], label: 'bench', expiresAt: null },
    Date.now(),
  );
  return { config, key: text };
}

export function startService({ config }: Site, isPinned: boolean): Promise<Server> {
  const main = fileURLToPath(new URL('../../bin/hesabu.js', import.meta.url));
  return start([main, 'serve', '--config', config], isPinned);
}

async function start(args: readonly string[], isPinned: boolean): Promise<Server> {
  const [command, ...rest] = [...(isPinned ? ['taskset', '-c', SERVER_CORE] : []), process.execPath, ...FLAGS, ...args];
  const env = { ...process.env, BENCH_API_KEY: 'none', BENCH_SECRET: SECRET };
  const child = spawn(command!, rest, { stdio: ['ignore', 'pipe', 'inherit'], env });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = await listening(child);
  return {
    url,
    rss: () => rssOf(child.pid!),
    cpu: () => cpuOf(child.pid!),
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Resolves with the address in the program's output. */
function listening(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout!.on('data', (bytes: Buffer) => {
      text = `${text}${bytes}`.slice(-10_000);
      const [, url] = /"url":"([^"]+)"[^\n]*\n/.exec(text) ?? [];
      if (url !== undefined) resolve(url);
    });
    child.once('exit', (code) => reject(new Error(`the program ended with ${code} before it listened`)));
  });
}

/** The system counts hundredths of a second. */
function cpuOf(pid: number): number | null {
  try {
    const [user, system] = readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ')
      .slice(11, 13);
    return (Number(user) + Number(system)) * 10;
  } catch {
    return null;
  }
}

function rssOf(pid: number): number | null {
  try {
    const [, kilobytes] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? [];
    return kilobytes === undefined ? null : Number(kilobytes) * 1024;
  } catch {
    return null;
  }
}
