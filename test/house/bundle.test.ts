// The bundle: it does what the sources do, its threads run, and no change of a source leaves it in use.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from './source.ts';

/** What the launcher decides by. */
const { hasBundle, fingerprintOf, START_STAMP, STAMP } = (await import(
  pathToFileURL(join(ROOT, 'bin/bundle.js')).href
)) as {
  readonly START_STAMP: string;
  readonly STAMP: string;
  hasBundle(root: URL, args?: readonly string[]): boolean;
  fingerprintOf(root: string, paths: readonly string[]): unknown[];
};
/** More than this many bytes are read by threads. */
const THREADS_BYTES = 25 * 1024 * 1024;
const ORDERS = `merchant,transaction_reference,amount,currency,placed_at,status,status_at
shop-1,A-1,10.00,KES,2026-06-01T01:00:00Z,,
`;

let folder = '';
let scratch = '';

beforeAll(() => {
  // Below the root, where its packages are found.
  mkdirSync(join(ROOT, '.cache'), { recursive: true });
  folder = join(mkdtempSync(join(ROOT, '.cache', 'bundle-')), 'dist');
  scratch = mkdtempSync(join(tmpdir(), 'hesabu-bundle-'));
  const { status, stderr } = spawnSync(process.execPath, [join(ROOT, 'tools/bundle.mjs'), folder], {
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([0, '']);
});

afterAll(() => {
  rmSync(join(folder, '..'), { recursive: true });
  rmSync(scratch, { recursive: true });
});

function run(program: string, args: readonly string[]) {
  const flags = ['--disable-warning=ExperimentalWarning'];
  return spawnSync(process.execPath, [...flags, program, ...args], { encoding: 'utf8' });
}

const bundled = (args: readonly string[]) => run(join(folder, 'main.js'), args);
const fromSources = (args: readonly string[]) => run(join(ROOT, 'src/cli/main.ts'), args);

describe('the bundle', () => {
  test('gives the help that the sources give', () => {
    expect(bundled(['--help']).stdout).toBe(fromSources(['--help']).stdout);
    expect(bundled(['reconcile', '--help']).stdout).toBe(fromSources(['reconcile', '--help']).stdout);
  });

  test('reconciles, verifies and replays, with threads, as the sources do', () => {
    const orders = join(scratch, 'orders.csv');
    writeFileSync(orders, ORDERS + '\n'.repeat(THREADS_BYTES));
    const time = ['--as-of', '2026-06-10T00:00:00Z', '--format', 'json'];
    const ofSources = join(scratch, 'sources');
    const ofBundle = join(scratch, 'bundle');
    const expected = fromSources(['reconcile', '--orders', orders, '--data', ofSources, ...time]);
    const made = bundled(['reconcile', '--orders', orders, '--data', ofBundle, ...time]);
    // A slow machine shows its progress.
    expect([made.status, made.stderr.replace(/^reading .*\n/gm, '')]).toEqual([0, '']);
    const rootOf = (text: string) => JSON.parse(text).outcome_root as string;
    expect(rootOf(made.stdout)).toMatch(/^[0-9a-f]{64}$/);
    expect(rootOf(made.stdout)).toBe(rootOf(expected.stdout));
    for (const command of ['verify', 'replay']) {
      const { status, stderr } = bundled([command, '--data', ofBundle]);
      expect([command, status, stderr.replace(/^\w+ing .*\n/gm, '')]).toEqual([command, 0, '']);
    }
    // Files beside the code: a schema and the verifier.
    expect(bundled(['export', '--data', ofBundle, '--out', join(scratch, 'out')]).status).toBe(0);
    const document = readFileSync(join(ROOT, 'asyncapi.json'), 'utf8');
    expect(JSON.parse(bundled(['topics', '--asyncapi']).stdout)).toEqual(JSON.parse(document));
  });

  test('names every source that it was made from', () => {
    const paths = (JSON.parse(readFileSync(join(folder, STAMP), 'utf8')) as [string][]).map(([path]) => path);
    for (const path of ['src/cli/main.ts', 'src/task/task.ts', 'src/engine/verification/thread.ts', 'package.json']) {
      expect(paths).toContain(path);
    }
  });

  test('looks at what a help text needs only, where it is asked for one', () => {
    const paths = (JSON.parse(readFileSync(join(folder, START_STAMP), 'utf8')) as [string][]).map(([path]) => path);
    expect(paths).toEqual(expect.arrayContaining(['src/cli/main.ts', 'src/domain/errors.ts', 'package.json']));
    expect(paths).not.toContain('src/task/task.ts');
  });
});

describe('the launcher', () => {
  const fits = (root: string) => hasBundle(pathToFileURL(`${root}/`));

  function makeRoot(): string {
    const root = mkdtempSync(join(scratch, 'root '));
    mkdirSync(join(root, 'src'));
    mkdirSync(join(root, 'dist'));
    writeFileSync(join(root, 'src/a.ts'), 'one');
    writeFileSync(join(root, 'src/b.ts'), 'two');
    writeFileSync(join(root, 'dist', STAMP), JSON.stringify(fingerprintOf(root, ['src/a.ts', 'src/b.ts'])));
    writeFileSync(join(root, 'dist', START_STAMP), JSON.stringify(fingerprintOf(root, ['src/a.ts'])));
    return root;
  }

  test('runs the bundle while its sources are as they were', () => {
    expect(fits(makeRoot())).toBe(true);
  });

  test.each<[string, (root: string) => void]>([
    ['is edited', (root) => writeFileSync(join(root, 'src/a.ts'), 'longer')],
    ['is edited to the same length', (root) => writeFileSync(join(root, 'src/a.ts'), 'six')],
    ['is missing', (root) => rmSync(join(root, 'src/b.ts'))],
    [
      'is replaced by one of the same length and time',
      (root) => {
        const path = join(root, 'src/a.ts');
        writeFileSync(`${path}.new`, 'six');
        utimesSync(path, 1, 1);
        utimesSync(`${path}.new`, 1, 1);
        renameSync(`${path}.new`, path);
      },
    ],
  ])('runs the sources where one %s', (_, change) => {
    const root = makeRoot();
    change(root);
    expect(fits(root)).toBe(false);
  });

  test.each<[readonly string[], boolean]>([
    [[], true],
    [['--help'], true],
    [['reconcile', '-h'], true],
    [['--version'], true],
    [['reconcile', '--orders', '--help'], false],
    [['demo'], false],
  ])('with the arguments %j runs the bundle where another source is edited: %s', (args, runs) => {
    const root = makeRoot();
    const isFit = () => hasBundle(pathToFileURL(`${root}/`), args);
    expect(isFit()).toBe(true);
    writeFileSync(join(root, 'src/b.ts'), 'longer');
    expect(isFit()).toBe(runs);
    writeFileSync(join(root, 'src/a.ts'), 'longer');
    expect(isFit()).toBe(false);
  });

  test.each<[string, (root: string) => void]>([
    ['there is no bundle', (root) => rmSync(join(root, 'dist'), { recursive: true })],
    ['it does not say of what it was made', (root) => writeFileSync(join(root, 'dist', STAMP), '{"a"')],
  ])('runs the sources where %s', (_, change) => {
    const root = makeRoot();
    change(root);
    expect(fits(root)).toBe(false);
  });
});
