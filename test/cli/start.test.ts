// What a start loads: each command what it needs, and none the others' packages.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hesabu, writeFiles } from './cli-process.ts';

const PRELOAD = fileURLToPath(new URL('loaded-modules.ts', import.meta.url));
/** The sources: of the bundle nobody could tell which packages are in a part of it. */
const PROGRAM = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const HELP_MODULES_MAX = 45;
/** What only the service, a worker or Kafka needs. */
const OF_SERVERS = /^(?:kafkajs|@kafkajs\/|avsc|ajv|protobufjs|fastify|@fastify\/|@kurrent\/|pino|prom-client|undici)/;

let dir = '';

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'hesabu-start-'));
});

afterAll(() => rmSync(dir, { recursive: true }));

async function loadedBy(...args: string[]): Promise<{ readonly modules: number; readonly packages: string[] }> {
  const { code, stderr } = await hesabu(args, { preload: PRELOAD, program: PROGRAM });
  expect([args, code]).toEqual([args, 0]);
  return JSON.parse(/^loaded (.*)$/m.exec(stderr)![1]!);
}

test('--help loads the definitions of the commands and none of their work', async () => {
  for (const args of [['--help'], ['reconcile', '--help'], ['serve', '--help']]) {
    const { modules, packages } = await loadedBy(...args);
    expect(packages).toEqual(['commander']);
    expect(modules).toBeLessThan(HELP_MODULES_MAX);
  }
});

test('commands about files load nothing of servers', async () => {
  const { orders } = writeFiles(dir, {
    orders: `merchant,transaction_reference,amount,currency,placed_at,status,status_at
shop-1,A-1,10.00,KES,2026-06-01T01:00:00Z,,
`,
  });
  const data = join(dir, 'data');
  const time = ['--as-of', '2026-06-10T00:00:00Z'];
  for (const args of [
    ['reconcile', '--orders', orders, '--data', data, ...time],
    ['import', '--orders', orders, '--data', data],
    ['verify', '--data', data],
    ['trace', 'A-1', '--data', data],
  ]) {
    const { packages } = await loadedBy(...args);
    expect([args[0], packages.filter((name) => OF_SERVERS.test(name))]).toEqual([args[0], []]);
  }
});
