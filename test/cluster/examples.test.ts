// The subscribers of examples/, each run as its users run it: whatever happens to workers and to the subscriber, its
// table holds each entry of the ledger once.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { withAdmin } from '../../src/kafka/client/admin.ts';
import { type GivenFacts, givenFacts, shuffled } from './given-facts.ts';
import { GivenLedger } from './given-ledger.ts';
import { answers, javaEnvironment } from './harness/available.js';
import { expectOnce } from './recon.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PYTHON = join(ROOT, '.cache', 'python-subscriber');
const BUILD_MILLIS = 240_000;
const WAIT_MILLIS_MAX = 90_000;

interface Example {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Whether its build tools are installed. */
  canRun(): boolean;
  /** Installed or built first; kept between runs. */
  build(folder: string): void;
}

/** What is to be built first is tried by the soak. */
const IS_SOAK = process.env.HESABU_TEST_EXAMPLES !== undefined;

const EXAMPLES: readonly Example[] = [
  {
    name: 'subscriber-typescript',
    command: process.execPath,
    args: ['subscriber.ts'],
    canRun: () => true,
    build: () => {},
  },
  {
    name: 'subscriber-python',
    command: join(PYTHON, 'bin', 'python'),
    args: ['subscriber.py'],
    canRun: () => IS_SOAK && answers('python3', ['-c', 'import venv, ensurepip']),
    build: (folder) => {
      if (!existsSync(PYTHON)) run('python3', ['-m', 'venv', PYTHON], folder);
      run(join(PYTHON, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', '-r', 'requirements.txt'], folder);
    },
  },
  {
    name: 'subscriber-java',
    command: 'java',
    args: ['-cp', 'target/*:target/libs/*', 'example.Subscriber'],
    canRun: () => IS_SOAK && answers('mvn', ['--version']),
    build: (folder) => run('mvn', ['-q', '-B', 'package'], folder),
  },
];

let given: GivenFacts;
let ledger: GivenLedger;
let dir: string;
let said = '';
const children: ChildProcess[] = [];

beforeAll(async () => {
  given = await givenFacts(400);
});
afterEach(async () => {
  for (const child of children.splice(0)) await ended(child, 'SIGKILL');
  await ledger.remove();
  rmSync(dir, { recursive: true, force: true });
  said = '';
});
afterAll(() => given.remove());

describe.each(EXAMPLES)('$name', (example) => {
  test.skipIf(!example.canRun())('keeps each entry once', { timeout: BUILD_MILLIS + 120_000 }, async () => {
    const folder = join(ROOT, 'examples', example.name);
    dir = mkdtempSync(join(tmpdir(), 'hesabu-subscriber-'));
    ledger = await GivenLedger.make();
    example.build(folder);
    const file = join(dir, 'findings.db');
    const start = () => subscriber(example, folder, file);
    const args = ['--rules', given.rules, '--as-of', given.asOf, '--session', '6'];
    const first = ledger.worker(args);
    ledger.worker(args);
    const facts = shuffled(given.facts, 7);
    const one = start();
    await ledger.produce(facts.slice(0, facts.length / 2));
    await until('the first entries', () => [idsIn(file).length, 1]);
    // Both are killed in the middle: the worker in a transaction, the subscriber before it committed offsets.
    one.kill('SIGKILL');
    first.kill('SIGKILL');
    await ledger.produce(facts.slice(facts.length / 2));
    const two = start();
    const { root, entries } = await ledger.drained();
    expect(root).toBe(given.root);
    await until('all entries', () => [idsIn(file).length, entries.length]);
    await ended(two, 'SIGTERM');
    expect(idsIn(file)).toEqual([...entries].sort());
    expectOnce(await ledger.recon(), entries);

    // Everything again into a part of it: an old copy of the table, and a group with lost offsets.
    const holding = holdingIn(file);
    forgetHalf(file);
    expect(idsIn(file).length).toBeLessThan(entries.length);
    await forgetOffsets(example);
    const three = start();
    await until('the removed entries', () => [idsIn(file).length, entries.length]);
    await ended(three, 'SIGTERM');
    expect(idsIn(file)).toEqual([...entries].sort());
    expect(holdingIn(file)).toBe(holding);
  });
});

function subscriber(example: Example, folder: string, file: string): ChildProcess {
  const { settings, environment } = ledger;
  const child = spawn(example.command, [...example.args, file], {
    cwd: folder,
    env: { ...javaEnvironment(), ...environment, HESABU_KAFKA_BROKERS: settings.brokers.join(',') },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  child.stderr?.on('data', (data) => {
    said += data;
  });
  children.push(child);
  return child;
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill(signal);
  await exit;
}

async function forgetOffsets({ name }: Example): Promise<void> {
  await withAdmin(ledger.kafka, (admin) => admin.deleteGroups([ledger.settings.prefix + name]));
}

function forgetHalf(file: string): void {
  const database = new DatabaseSync(file, { timeout: 5_000 });
  database.exec('DELETE FROM entry WHERE rowid % 2 = 0');
  database.close();
}

/** Waits until the table has the wanted number of rows; otherwise reports the number and the subscribers' output. */
async function until(what: string, counts: () => readonly [found: number, wanted: number]): Promise<void> {
  for (const began = Date.now(); ; await sleep(250)) {
    const [found, wanted] = counts();
    if (found >= wanted) return;
    if (Date.now() - began < WAIT_MILLIS_MAX) continue;
    const states = children.map(({ exitCode, signalCode }) => `${signalCode ?? exitCode ?? 'running'}`);
    const counted = `${what}: ${found} of ${wanted} in ${WAIT_MILLIS_MAX / 1000} s`;
    throw new Error(`${counted}; subscribers: ${states.join(', ')}; they said:\n${said}`);
  }
}

function idsIn(file: string): string[] {
  return rowsOf(file, 'SELECT id FROM entry')
    .map(({ id }) => String(id))
    .sort();
}

function holdingIn(file: string): number {
  return rowsOf(file, 'SELECT id FROM holding').length;
}

function rowsOf(file: string, query: string): Record<string, unknown>[] {
  if (!existsSync(file)) return [];
  const database = new DatabaseSync(file, { readOnly: true, timeout: 5_000 });
  try {
    return database.prepare(query).all();
  } catch {
    // The subscriber has not made its tables yet.
    return [];
  } finally {
    database.close();
  }
}

function run(command: string, args: readonly string[], cwd: string): void {
  const env = javaEnvironment();
  execFileSync(command, args, { cwd, env, stdio: ['ignore', 'ignore', 'inherit'], timeout: BUILD_MILLIS });
}
