// Wrong use of the command line: each ends with another exit code than 0 and one line on stderr that says why.
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { expect, test } from 'vitest';
import { MAIN } from '../program.ts';
import { hesabu } from './cli-process.ts';

const NODE = ['--disable-warning=ExperimentalWarning', MAIN];

test.each<[string, string[], string]>([
  ['an unknown option', ['reconcile', '--nope'], 'HESABU_USAGE'],
  ['an unknown command', ['reconcil'], 'HESABU_USAGE'],
  ['an option without its value', ['verify', '--data'], 'HESABU_USAGE'],
  ['a missing file', ['reconcile', '--orders', 'none.csv', '--as-of', '2026-02-01T00:00:00Z'], 'HESABU_FILE_MISSING'],
  ['a missing directory', ['verify', '--data', 'none'], 'HESABU_'],
])('%s ends with one line and exit code 2 or more (B22)', async (_what, args, code) => {
  const { code: exit, stdout, stderr } = await hesabu(args);
  expect(exit).toBeGreaterThanOrEqual(2);
  expect(`${stderr}${stdout}`).toContain(code);
  expect(stderr.trimEnd().split('\n').length).toBe(1);
});

test.skipIf(!existsSync('/dev/full'))('an output that is full ends with one line and exit code 4 (B22)', () => {
  const full = openSync('/dev/full', 'w');
  const { status, stderr } = spawnSync(process.execPath, [...NODE, '--help'], {
    stdio: ['ignore', full, 'pipe'],
    encoding: 'utf8',
  });
  closeSync(full);
  expect(status).toBe(4);
  expect(stderr).toMatch(/^HESABU_OUT_UNWRITABLE: the standard output: [^\n]*ENOSPC[^\n]*\n$/);
});

test('a reader that leaves early is no error, and none is told (B22)', async () => {
  const child = spawn(process.execPath, [...NODE, '--help'], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  let errors = '';
  child.stderr.on('data', (text) => {
    errors += text;
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect([code, errors]).toEqual([0, '']);
});
