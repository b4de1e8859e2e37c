// The launcher of `hesabu` and the runner of `npm test`: arguments, exit codes, signals, warnings, the last line.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from './source.ts';

interface Outcome {
  readonly code: number | null;
  readonly signal: string | null;
  readonly out: string;
  readonly err: string;
}

let folder = '';

beforeAll(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'hesabu-')), 'a path with spaces');
  mkdirSync(folder);
  const launcher = pathToFileURL(join(ROOT, 'bin/node24.js')).href;
  writeFileSync(
    join(folder, 'launcher.mjs'),
    `import { run } from '${launcher}';
    await run(new URL('./entry.ts', import.meta.url), process.argv.slice(2));`,
  );
  writeFileSync(
    join(folder, 'entry.ts'),
    `const [task, code]: string[] = process.argv.slice(2);
    process.emitWarning('hidden', 'ExperimentalWarning');
    process.emitWarning('hidden', { type: 'ExperimentalWarning' });
    process.emitWarning('shown', 'OtherWarning');
    console.log(JSON.stringify(process.argv.slice(2)));
    if (task === 'exit') process.exitCode = Number(code);
    if (task === 'throw') throw new Error('thrown');
    if (task === 'wait') setTimeout(() => {}, 60_000);`,
  );
  symlinkSync(join(folder, 'launcher.mjs'), join(folder, 'link.mjs'));
});

afterAll(() => rmSync(join(folder, '..'), { recursive: true }));

/** Runs a file under this Node; sends `signal` at its first output. */
function start(file: string, args: readonly string[], signal?: NodeJS.Signals): Promise<Outcome> {
  return new Promise((done) => {
    const child = spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
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

describe('the launcher', () => {
  test.each(['launcher.mjs', 'link.mjs'])('hands arguments and exit code through (%s)', async (file) => {
    const { code, out } = await start(join(folder, file), ['exit', '3', 'two words', '--flag=*']);
    expect([code, out]).toEqual([3, '["exit","3","two words","--flag=*"]\n']);
  });

  test('silences the experimental warning and no other', async () => {
    const { code, err } = await start(join(folder, 'launcher.mjs'), []);
    expect(code).toBe(0);
    expect(err).toContain('OtherWarning: shown');
    expect(err).not.toContain('hidden');
  });

  test('fails where the entry throws', async () => {
    const { code, err } = await start(join(folder, 'launcher.mjs'), ['throw']);
    expect(code).toBe(1);
    expect(err).toContain('Error: thrown');
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('ends by %s', async (signal) => {
    const outcome = await start(join(folder, 'launcher.mjs'), ['wait'], signal);
    expect([outcome.code, outcome.signal]).toEqual([null, signal]);
  });
});

describe('the runner of the tests', () => {
  const lastLine = ({ out }: Outcome) => out.trimEnd().split('\n').at(-1);

  test('ends with the counts', async () => {
    const outcome = await start(join(ROOT, 'test/run.js'), [join(ROOT, 'test/house/pure.test.ts')]);
    expect(lastLine(outcome)).toMatch(/^\d{2,} passed, 0 failed, 0 skipped$/);
    expect(outcome.code).toBe(0);
  });

  test('fails where nothing was tested', async () => {
    const outcome = await start(join(ROOT, 'test/run.js'), ['test/no-such-folder']);
    expect(lastLine(outcome)).toBe('0 passed, 1 failed, 0 skipped');
    expect(outcome.code).toBe(1);
  });
});
