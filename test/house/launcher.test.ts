// The launcher of `hesabu` and the runner of `npm test`: arguments, exit codes, signals, warnings, the last line; and
// that nothing outlives the launcher, under a Node that runs TypeScript and under an older one.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { end, makeSite, removeSite, SECRET, serve } from '../service/service-client.ts';
import { ROOT } from './source.ts';

interface Outcome {
  readonly code: number | null;
  readonly signal: string | null;
  readonly out: string;
  readonly err: string;
}

/** How the launcher is started: a Node and its flags. */
type Manner = readonly [program: string, ...flags: string[]];

const NEW: Manner = [process.execPath];
/** This Node, which calls itself an older one. */
const SEEMING_OLD: Manner = [
  process.execPath,
  '--import',
  'data:text/javascript,' +
    encodeURIComponent(
      "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.0.0' } });",
    ),
];
const MANNERS = [
  ['Node 24', NEW],
  ['an older Node', SEEMING_OLD],
] as const;
/** The heaps of the allocator, and from which size on a buffer gets pages of its own. */
const ALLOCATOR: Readonly<Record<string, string>> = { serve: '2 131072', worker: '2 4194304' };
/** One that is older, where the machine has it. */
const old = (process.env.PATH ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'node'))
  .find((path) => existsSync(path) && majorOf(path) < 24);

let folder = '';

beforeAll(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'hesabu-')), 'a path with spaces, été');
  mkdirSync(folder);
  const launcher = pathToFileURL(join(ROOT, 'bin/node24.js')).href;
  writeFileSync(
    join(folder, 'launcher.mjs'),
    `import { run } from ${JSON.stringify(launcher)};
    await run(new URL('./entry.ts', import.meta.url), process.argv.slice(2));`,
  );
  writeFileSync(
    join(folder, 'entry.ts'),
    `import { writeSync } from 'node:fs';
    const [task, code]: string[] = process.argv.slice(2);
    process.emitWarning('hidden', 'ExperimentalWarning');
    process.emitWarning('hidden', { type: 'ExperimentalWarning' });
    process.emitWarning('shown', 'OtherWarning');
    writeSync(1, JSON.stringify(task === 'wait' || task === 'work' ? process.pid : process.argv.slice(2)) + '\\n');
    const allocator = process.env.MALLOC_ARENA_MAX + ' ' + process.env.MALLOC_MMAP_THRESHOLD_;
    if (['serve', 'worker'].includes(task)) writeSync(1, allocator + '\\n');
    if (['serve', 'worker', 'flags'].includes(task)) writeSync(1, JSON.stringify(process.execArgv) + '\\n');
    if (task === 'kept') writeSync(1, String(process.env.NODE_COMPILE_CACHE));
    if (task === 'exit') process.exitCode = Number(code);
    if (task === 'throw') throw new Error('thrown');
    if (task === 'read') process.stdin.pipe(process.stdout);
    if (task === 'wait') setTimeout(() => {}, 600_000);
    if (task === 'work') for (const end = Date.now() + 600_000; Date.now() < end; );`,
  );
  symlinkSync(join(folder, 'launcher.mjs'), join(folder, 'link.mjs'));
});

afterAll(() => rmSync(join(folder, '..'), { recursive: true }));

/** Runs a file; sends `signal` at its first output. */
function start(manner: Manner, file: string, args: readonly string[], signal?: NodeJS.Signals): Promise<Outcome> {
  return new Promise((done) => {
    const [program, ...flags] = manner;
    const child = spawn(program, [...flags, file, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
    child.stdin.end('what is read\n');
    child.stdin.on('error', () => {});
    let [out, err] = ['', ''];
    child.stdout.on('data', (bytes) => {
      out += bytes;
      if (signal !== undefined) child.kill(signal);
    });
    child.stderr.on('data', (bytes) => {
      err += bytes;
    });
    child.on('close', (code, by) => done({ code, signal: by, out, err }));
  });
}

describe.each(MANNERS)('the launcher under %s', (_name, manner) => {
  test.each(['launcher.mjs', 'link.mjs'])('hands arguments and exit code through (%s)', async (file) => {
    const { code, out } = await start(manner, join(folder, file), ['exit', '3', 'two words', '--flag=*']);
    expect([code, out]).toEqual([3, '["exit","3","two words","--flag=*"]\n']);
  });

  test('hands stdin and stdout through, and ends when there is nothing more to do', async () => {
    const { code, out } = await start(manner, join(folder, 'launcher.mjs'), ['read']);
    expect([code, out]).toEqual([0, '["read"]\nwhat is read\n']);
  });

  test('silences the experimental warning and no other', async () => {
    const { code, err } = await start(manner, join(folder, 'launcher.mjs'), []);
    expect(code).toBe(0);
    expect(err).toContain('OtherWarning: shown');
    expect(err).not.toContain('hidden');
  });

  test('limits the space for new objects of no command that ends', async () => {
    const other = await start(manner, join(folder, 'launcher.mjs'), ['flags']);
    expect([other.code, other.out.includes('--max-semi-space-size')]).toEqual([0, false]);
  });

  test.runIf(process.platform === 'linux').each(['serve', 'worker'])('gives %s what its memory needs', async (task) => {
    const { code, out } = await start(manner, join(folder, 'launcher.mjs'), [task, 'two words']);
    const [args, allocator, flags] = out.split('\n');
    expect([code, args, allocator]).toEqual([0, JSON.stringify([task, 'two words']), ALLOCATOR[task]]);
    expect(flags).toContain('--max-semi-space-size=16');
    const given: Manner = ['env', 'MALLOC_ARENA_MAX=7', ...manner];
    expect((await start(given, join(folder, 'launcher.mjs'), [task])).out).toContain('\n7 ');
    if (manner === SEEMING_OLD) return;
    const own: Manner = ['env', 'NODE_OPTIONS=--max_semi_space_size=32', ...manner];
    expect((await start(own, join(folder, 'launcher.mjs'), [task])).out).not.toContain('--max-semi-space-size');
  });

  test('keeps what was compiled where nobody else can write, or where the user says', async () => {
    const ask = (...env: string[]) =>
      start(
        ['env', '-u', 'NODE_COMPILE_CACHE', '-u', 'XDG_CACHE_HOME', ...env, ...manner],
        join(folder, 'launcher.mjs'),
        ['kept'],
      );
    const home = join(folder, 'home');
    const [plain, moved, given] = [
      await ask(`HOME=${home}`),
      await ask(`XDG_CACHE_HOME=${home}/caches`),
      await ask(`NODE_COMPILE_CACHE=${home}/own`),
    ];
    expect(plain.out).toMatch(new RegExp(`${home}/\\.cache/hesabu$`));
    expect(moved.out).toMatch(new RegExp(`${home}/caches/hesabu$`));
    expect(given.out).toMatch(new RegExp(`${home}/own$`));
    for (const place of ['.cache/hesabu', 'caches/hesabu', 'own']) expect(existsSync(join(home, place))).toBe(true);
  });

  test('fails where the entry throws', async () => {
    const { code, err } = await start(manner, join(folder, 'launcher.mjs'), ['throw']);
    expect(code).toBe(1);
    expect(err).toContain('Error: thrown');
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('ends by %s', async (signal) => {
    const outcome = await start(manner, join(folder, 'launcher.mjs'), ['wait'], signal);
    expect([outcome.code, outcome.signal]).toEqual([null, signal]);
  });

  test.each(['wait', 'work'])('takes its child with it when it is killed (%s)', async (task) => {
    const launcher = begin(manner, [join(folder, 'launcher.mjs'), task]);
    const pid = Number(await firstLine(launcher));
    expect(isAlive(pid)).toBe(true);
    expect(pid === launcher.pid).toBe(manner === NEW);
    launcher.kill('SIGKILL');
    await expect.poll(() => isAlive(pid)).toBe(false);
  });

  test('leaves neither port nor lock when the service is killed', () => killService(manner));
});

describe('the launcher under the older Node of this machine', () => {
  test.skipIf(old === undefined)('takes its child with it when it is killed', async () => {
    const launcher = begin([old!], [join(folder, 'launcher.mjs'), 'wait']);
    const pid = Number(await firstLine(launcher));
    expect(pid).not.toBe(launcher.pid);
    launcher.kill('SIGKILL');
    await expect.poll(() => isAlive(pid)).toBe(false);
  });

  test.skipIf(old === undefined)('leaves neither port nor lock when the service is killed', () => killService([old!]));
});

async function killService(manner: Manner): Promise<void> {
  const site = makeSite();
  try {
    const launcher = begin(manner, [join(ROOT, 'bin/hesabu.js'), 'serve', '--config', site.config]);
    const port = Number(new URL(await listening(launcher)).port);
    expect(await takes(port)).toBe(true);
    launcher.kill('SIGKILL');
    await expect.poll(() => takes(port)).toBe(false);
    // The next start has the directory at once.
    const next = await serve(site.config);
    expect(await end(next)).toBe(0);
  } finally {
    removeSite(site);
  }
}

function begin([program, ...flags]: Manner, args: readonly string[]): ChildProcess {
  const env = { ...process.env, TEST_API_KEY: 'key', TEST_SECRET: SECRET };
  return spawn(program, [...flags, ...args], { env, stdio: ['ignore', 'pipe', 'ignore'] });
}

async function firstLine(child: ChildProcess): Promise<string> {
  const [bytes] = await once(child.stdout!, 'data');
  return String(bytes);
}

/** The address at which the service says that it listens. */
async function listening(child: ChildProcess): Promise<string> {
  let out = '';
  for await (const bytes of child.stdout!.iterator({ destroyOnReturn: false })) {
    out += bytes;
    const [, url] = /"url":"(http[^"]+)"/.exec(out) ?? [];
    if (url === undefined) continue;
    child.stdout!.resume();
    return url;
  }
  throw new Error(`it does not listen: ${out}`);
}

function takes(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const told = (taken: boolean) => () => {
      socket.destroy();
      resolve(taken);
    };
    socket.on('connect', told(true)).on('error', told(false));
  });
}

/** Whether a process runs; one that ended and that nobody has asked about since is none. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    const stat = `/proc/${pid}/stat`;
    return !existsSync(stat) || !/\) [ZX] /.test(readFileSync(stat, 'utf8'));
  } catch {
    return false;
  }
}

function majorOf(path: string): number {
  return Number(/^v(\d+)/.exec(spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout ?? '')?.[1] ?? Infinity);
}

describe('the runner of the tests', () => {
  const lastLine = ({ out }: Outcome) => out.trimEnd().split('\n').at(-1);

  test('ends with the counts', async () => {
    const outcome = await start(NEW, join(ROOT, 'test/run.js'), [join(ROOT, 'test/house/pure.test.ts')]);
    expect(lastLine(outcome)).toMatch(/^\d{2,} passed, 0 failed, 0 skipped$/);
    expect(outcome.code).toBe(0);
  });

  test('fails where nothing was tested', async () => {
    const outcome = await start(NEW, join(ROOT, 'test/run.js'), ['test/no-such-folder']);
    expect(lastLine(outcome)).toBe('0 passed, 1 failed, 0 skipped');
    expect(outcome.code).toBe(1);
  });
});
