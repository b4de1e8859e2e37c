// `hesabu serve` as a separate process with its own configuration and directory, and the webhooks that a gateway sends.
import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, type Dispatcher } from 'undici';
import { stringify } from 'yaml';
import type { Topic } from '../../src/log/event-log.ts';
import { openReader } from '../../src/log/log-reader.ts';
import { MAIN } from '../program.ts';

export const SECRET = 'a secret for tests alone';
const START_MILLIS_MAX = 60_000;

export interface Serving {
  readonly url: string;
  readonly process: ChildProcess;
  /** Resolves with the exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
  /** All log lines so far. */
  readonly lines: readonly Readonly<Record<string, unknown>>[];
}

/** The settings of an account whose gateway is at this `host:port`. */
export function accountAt(host: string): object {
  return {
    provider: 'mfs-africa',
    account: 'main',
    base_url: `http://${host}`,
    api_key: { env: 'TEST_API_KEY' },
    webhook: { secrets: [{ env: 'TEST_SECRET' }] },
  };
}

/** A directory with a configuration; `more` replaces parts of it. */
export function makeSite(more: object = {}): { readonly dir: string; readonly config: string; readonly data: string } {
  const dir = mkdtempSync(join(tmpdir(), 'hesabu-serve-'));
  const data = join(dir, 'books');
  mkdirSync(data, { mode: 0o700 });
  const config = join(dir, 'hesabu.yaml');
  const accounts = [accountAt('127.0.0.1:1')];
  const content = { data: './books', listen: { port: 0 }, accounts, log: { level: 'info' }, ...more };
  writeFileSync(config, stringify(content));
  return { dir, config, data };
}

export function removeSite({ dir }: { readonly dir: string }): void {
  rmSync(dir, { recursive: true, force: true });
}

/** Starts the service, with these flags of Node, and waits until it listens. */
export async function serve(
  config: string,
  env: Readonly<Record<string, string>> = {},
  flags: readonly string[] = [],
): Promise<Serving> {
  const args = ['--disable-warning=ExperimentalWarning', ...flags, MAIN, 'serve', '--config', config];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, TEST_API_KEY: 'key', TEST_SECRET: SECRET, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: Record<string, unknown>[] = [];
  let errors = '';
  child.stderr.on('data', (bytes) => {
    errors += bytes;
  });
  const ended = new Promise<number | string>((resolve) => child.on('exit', (code, signal) => resolve(code ?? signal!)));
  const url = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`it does not listen: ${errors}`)), START_MILLIS_MAX);
    let rest = '';
    child.stdout.on('data', (bytes) => {
      const parts = `${rest}${bytes}`.split('\n');
      rest = parts.pop()!;
      for (const line of parts) {
        if (!line.startsWith('{')) continue;
        const entry = JSON.parse(line) as Record<string, unknown>;
        lines.push(entry);
        if (entry.msg !== 'listening') continue;
        clearTimeout(timer);
        resolve(String(entry.url));
      }
    });
    ended.then((how) => {
      clearTimeout(timer);
      reject(new Error(`it ended with ${how}: ${errors}`));
    });
  }).catch((error) => {
    child.kill('SIGKILL');
    throw error;
  });
  return { url, process: child, ended, lines };
}

/** Sends the signal and waits until the process has ended. */
export async function end(serving: Serving, signal: NodeJS.Signals = 'SIGTERM'): Promise<number | string> {
  serving.process.kill(signal);
  return serving.ended;
}

export interface Webhook {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

export function signed(body: string, secret = SECRET, at = Math.floor(Date.now() / 1000)): Webhook {
  const hex = createHmac('sha256', secret).update(`${at}.${body}`).digest('hex');
  return { body, headers: { 'content-type': 'application/json', 'x-signature': `t=${at},v1=${hex}` } };
}

/** The body of a successful payment, with the event id `ev-NAME`. */
export function paymentBody(name: string, more: object = {}): string {
  const at = '2026-06-01T11:05:00Z';
  const data = {
    transaction_reference: `A-${name}`,
    transaction_id: `P-${name}`,
    amount: '1000.00',
    currency: 'KES',
    completed_at: at,
    ...more,
  };
  return JSON.stringify({ id: `ev-${name}`, event: 'payment.success', created_at: at, data });
}

/** Many connections to one server; each sends one request after another. */
export function connections(count: number): Agent {
  return new Agent({ connections: count, pipelining: 1, keepAliveTimeout: 60_000 });
}

export async function send(agent: Dispatcher, url: string, { body, headers }: Webhook): Promise<number> {
  const answer = await agent.request({ origin: url, path: '/webhooks/mfs-africa/main', method: 'POST', headers, body });
  await answer.body.dump();
  return answer.statusCode;
}

/** How many values a topic holds in a directory that no process has open. */
export function valuesIn(data: string, topic: Topic): number {
  const reader = openReader(data, true);
  try {
    let count = 0n;
    for (let partition = 0; partition < reader.partitions; partition++) count += reader.end(topic, partition);
    return Number(count);
  } finally {
    reader.close();
  }
}
