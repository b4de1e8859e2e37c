// The code is small, complete and clean: sizes, opening comments, no dead or unfinished code, no money as a float.
import { describe, expect, test } from 'vitest';
import { filesBelow, sourceOf, sourcesBelow, textOf } from './source.ts';
import * as tidy from './tidy.ts';

const sources = sourcesBelow('src', 'desk', 'test', 'bench', 'bin', 'tools');
const src = sources.filter(({ path }) => path.startsWith('src/'));
const counting = sources.filter(({ path }) => /^src\/(domain|matching|ledger|producers)\//.test(path));

/** The entry of the product. */
const ROOTS = ['bin/hesabu.js'];

/** The adapters of ports in memory, on which simulations and property tests run the product's code. */
const IN_MEMORY = ['src/log/snapshots.ts: MemorySnapshotStore'];

/** Classes that still have more public members than the house allows. The list may only shrink. */
const LARGE_CLASSES: Readonly<Record<string, number>> = {
  'src/domain/bytes.ts: ByteWriter': 14,
  'src/domain/bytes.ts: ByteReader': 14,
  'src/producers/formats/row.ts: Row': 17,
  'src/simulation/marketplace/model/sale.ts: Sale': 21,
};

describe('every file', () => {
  test('is there to be read', () => {
    expect(src.length).toBeGreaterThan(10);
  });

  test('keeps to 120 columns, functions to 70 lines, files to 300', () => {
    expect(sources.flatMap(tidy.lengthFaults)).toEqual([]);
  });

  test('has classes of at most twelve public members', () => {
    const counts = new Map(
      sources.filter(({ path }) => path.startsWith('src/')).flatMap((source) => [...tidy.publicMembers(source)]),
    );
    expect(tidy.memberFaults(counts, LARGE_CLASSES)).toEqual([]);
  });

  test('opens with a comment that says what it is for', () => {
    expect(sources.flatMap(tidy.openingFaults)).toEqual([]);
  });

  test('is finished', () => {
    expect(sources.flatMap(tidy.smells)).toEqual([]);
  });

  test('is reached from the launcher, if it belongs to the product', () => {
    const product = sources.filter(({ path }) => /^(src|bin)\//.test(path));
    // The test runner and the benchmarks are started by hand and start files of bin/ themselves.
    expect(tidy.deadFiles(product, ROOTS)).toEqual([]);
    const desk = sources.filter(({ path }) => /^(src|desk)\//.test(path));
    expect(tidy.deadFiles(desk, ['desk/main.tsx']).filter((path) => path.startsWith('desk/'))).toEqual([]);
  });

  test('exports nothing that nobody imports', () => {
    const product = sources.filter(({ path }) => /^(src|desk)\//.test(path));
    expect(tidy.deadExports(product, sources)).toEqual([]);
  });

  test('exports nothing for tests alone', () => {
    const readers = sources.filter(({ path }) => !path.startsWith('test/'));
    expect(tidy.testExports(src, readers)).toEqual(IN_MEMORY);
  });

  test('keeps money away from floats, where money is counted', () => {
    expect(counting.flatMap(tidy.floatFaults)).toEqual([]);
  });

  test('knows nothing of the machine it was written on', () => {
    const texts = filesBelow('.').filter((path) => path !== 'package-lock.json' && !/\.(xlsx|db|gz|png)$/.test(path));
    expect(texts).toContain('package.json');
    expect(texts.flatMap((path) => tidy.machineTraces(path, textOf(path)))).toEqual([]);
  });
});

describe('the checker', () => {
  const check = (checker: (source: ReturnType<typeof sourceOf>) => string[], text: string) =>
    checker(sourceOf('a.ts', text));

  test('counts columns, lines of a function and lines of a file', () => {
    const body = (count: number) => `function f() {\n${'f();\n'.repeat(count - 2)}}\n`;
    expect(check(tidy.lengthFaults, `// ${'x'.repeat(117)}\n`)).toEqual([]);
    expect(check(tidy.lengthFaults, `// ${'x'.repeat(118)}\n`)).toEqual(['a.ts:1: a line of 121 columns']);
    expect(check(tidy.lengthFaults, body(70))).toEqual([]);
    expect(check(tidy.lengthFaults, body(71))).toEqual(['a.ts:1: a function of 71 lines']);
    expect(check(tidy.lengthFaults, body(71).replace('function f()', 'const f = () =>'))).toHaveLength(1);
    expect(check(tidy.lengthFaults, `describe('x', () => {\n${"test('y', f);\n".repeat(100)}});`)).toEqual([]);
    expect(check(tidy.lengthFaults, 'f();\n'.repeat(300))).toEqual([]);
    expect(check(tidy.lengthFaults, 'f();\n'.repeat(301))).toEqual(['a.ts:301: a file of 301 lines']);
  });

  test('counts the public members of a class', () => {
    const members = (text: string) => [...tidy.publicMembers(sourceOf('a.ts', text))];
    expect(members('class A { x = 1; f() {} get g() { return 1; } set g(v) {} static f() {} }')).toEqual([
      ['a.ts: A', 4],
    ]);
    const hidden = 'class A { constructor() {} private x = 1; protected f() {} #y = 1; #g() {} static {} }';
    expect(members(hidden)).toEqual([['a.ts: A', 0]]);
    expect(members('class A { f(x: 1): 1; f(x: 2): 2; f(x) { return x; } }')).toEqual([['a.ts: A', 1]]);
    expect(members('const B = class { f() {} };')).toEqual([['a.ts: B', 1]]);
    const body = (count: number) => Array.from({ length: count }, (_, at) => `f${at}() {}`).join('\n');
    const faults = (count: number, known: Record<string, number> = {}) =>
      tidy.memberFaults(new Map(members(`class A { ${body(count)} }`)), known);
    expect(faults(12)).toEqual([]);
    expect(faults(13)).toEqual(['a.ts: A has 13 public members, 12 are allowed']);
    expect(faults(14, { 'a.ts: A': 14 })).toEqual([]);
    expect(faults(15, { 'a.ts: A': 14 })).toEqual(['a.ts: A has 15 public members, 14 are allowed']);
    expect(faults(13, { 'a.ts: A': 14 })).toEqual([
      'a.ts: A is listed with 14 public members, but has 13: lower the list',
    ]);
    expect(tidy.memberFaults(new Map(), { 'a.ts: A': 14 })).toHaveLength(1);
  });

  test('finds a file without an opening comment', () => {
    expect(check(tidy.openingFaults, "import 'x';\n// Late.\n")).toEqual(['a.ts:1: does not open with a comment']);
    expect(check(tidy.openingFaults, '//\nf();')).toHaveLength(1);
    expect(check(tidy.openingFaults, '// Why.\nf();')).toEqual([]);
    expect(check(tidy.openingFaults, '/** Why. */\nf();')).toEqual([]);
  });

  test.each([
    [`// TO${'DO'} later`, 'unfinished work'],
    [`// @ts-ig${'nore'}`, 'unfinished work'],
    ["export * from './b.ts';", 'exports are listed by name'],
    ["export * as b from './b.ts';", 'exports are listed by name'],
    ["test.only('x', f);", 'a test with .only'],
    ["describe.skip('x', f);", 'a test with .skip'],
    ["it.each([1]).skip('x', f);", 'a test with .skip'],
    ["test.todo('x');", 'a test with .todo'],
  ])('finds %s', (text, what) => {
    expect(check(tidy.smells, text)).toEqual([`a.ts:1: ${what}`]);
  });

  test.each(["test.skipIf(isRoot)('x', f);", 'row.skip(); list.only;', "export { b } from './b.ts';"])(
    'lets %s pass',
    (text) => {
      expect(check(tidy.smells, text)).toEqual([]);
    },
  );

  test.each([
    ['parseFloat(x);', 'parseFloat is for floats'],
    ['Number.parseFloat(x);', 'parseFloat is for floats'],
    ['x.toFixed(2);', 'toFixed is for floats'],
    ['Number(row.amount);', 'amount becomes a float'],
    ['+line.gross;', 'gross becomes a float'],
    ['Number(left.minor - 1n) / 100;', 'minor becomes a float'],
  ])('finds the float in %s', (text, what) => {
    expect(check(tidy.floatFaults, text)).toEqual([`a.ts:1: ${what}`]);
  });

  test('lets counts be numbers', () => {
    expect(check(tidy.floatFaults, 'Number(count); +days; BigInt(row.amount); Number(isPaid(row.amount));')).toEqual(
      [],
    );
  });

  test('follows imports, types and workers to every living file', () => {
    const files = [
      sourceOf('src/main.ts', "import './a.ts'; import type { B } from './deep/b.ts';"),
      sourceOf('src/a.ts', "new Worker(new URL('./worker.ts', import.meta.url));"),
      sourceOf('src/deep/b.ts', "export type B = import('../c.ts').C;"),
      sourceOf('src/worker.ts', "await import('./late.ts');"),
      sourceOf('src/late.ts', ''),
      sourceOf('src/c.ts', ''),
      sourceOf('src/dead.ts', "import './dead-too.ts';"),
      sourceOf('src/dead-too.ts', "import './main.ts';"),
    ];
    expect(tidy.deadFiles(files, ['src/main.ts'])).toEqual(['src/dead.ts', 'src/dead-too.ts']);
  });

  test('follows names to every living export', () => {
    const a = sourceOf(
      'src/a.ts',
      'export const x = 1, y = 2; export function f() {} export type T = 1; export type U = 1; export { z };',
    );
    const b = sourceOf('src/b.ts', "import { x as other, type T } from './a.ts'; export { f } from './a.ts';");
    expect(tidy.deadExports([a], [a, b])).toEqual(['src/a.ts: y', 'src/a.ts: z']);
    expect(tidy.deadExports([b], [a, b])).toEqual(['src/b.ts: f']);
    expect(tidy.deadExports([a], [sourceOf('test/t.ts', "import * as a from '../src/a.ts';")])).toEqual([]);
  });

  test('finds exports that only tests read', () => {
    const a = sourceOf('src/a.ts', 'export const x = 1; export function f() { g(); } export function g() {}');
    const test = sourceOf('test/t.ts', "import { f, g, x } from '../src/a.ts';");
    expect(tidy.deadExports([a], [a, test])).toEqual([]);
    expect(tidy.testExports([a], [a])).toEqual(['src/a.ts: x', 'src/a.ts: f']);
    expect(tidy.testExports([a], [a, sourceOf('bench/b.ts', "import { f } from '../src/a.ts';")])).toEqual([
      'src/a.ts: x',
    ]);
  });

  test('finds paths and hosts of one machine', () => {
    const traces = (text: string) => tidy.machineTraces('a.md', text);
    expect(traces(`cd /ho${'me'}/ada/x`)).toEqual(['a.md:1: a path of one machine']);
    expect(traces(`'/ro${'ot'}/.npmrc'`)).toEqual(['a.md:1: a path of one machine']);
    expect(traces(`https://regi${'stry'}.example.org/x`)).toEqual(['a.md:1: a registry host']);
    expect(traces('see src/root/a.ts, ./etc/b, https://example.org/home/x and the schema registry')).toEqual([]);
  });
});
