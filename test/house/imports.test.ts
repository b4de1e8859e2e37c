// Imports point only where the table allows, type-only imports included.
import { describe, expect, test } from 'vitest';
import { ALLOWED, circles, deskFaults, folderCircles, importFaults } from './imports.ts';
import { importsOf, resolve, sourceOf, sourcesBelow, textOf } from './source.ts';

const manifest = JSON.parse(textOf('package.json')) as { dependencies: Record<string, string> };
const SOURCES = sourcesBelow('src');
const DEPENDENCIES = Object.keys(manifest.dependencies);

const faultsOf = (path: string, text: string) =>
  importFaults(sourceOf(path, text), ['zod', 'luxon', 'kafkajs', '@a/b']);

describe('the table of imports', () => {
  test('is kept by every file of src', () => {
    expect(SOURCES.length).toBeGreaterThan(10);
    expect(SOURCES.flatMap((source) => importFaults(source, DEPENDENCIES))).toEqual([]);
  });

  test('lets the page know the domain alone', () => {
    const sources = sourcesBelow('desk');
    expect(sources.length).toBeGreaterThan(10);
    expect(sources.flatMap(deskFaults)).toEqual([]);
    expect(circles(sources)).toEqual([]);
    const bad = sourceOf('desk/a.tsx', "import '../src/http/app.ts';\nimport 'node:fs';\nimport '../src/domain/x.ts';");
    expect(deskFaults(bad)).toEqual([
      'desk/a.tsx:1: desk may not import src/http/app.ts',
      'desk/a.tsx:2: desk may not import node:fs',
    ]);
  });

  test('finds every import, so that no file is missed', () => {
    const sources = SOURCES;
    const paths = new Set(sources.map((source) => source.path));
    const missing = sources.flatMap((source) =>
      importsOf(source)
        .map(({ specifier }) => resolve(source, specifier ?? ''))
        .filter((path) => path !== null && !paths.has(path))
        .map((path) => `${source.path} imports ${path}, which is not there`),
    );
    expect(missing).toEqual([]);
  });

  test('points down only: each room names rooms before it', () => {
    const names = Object.keys(ALLOWED);
    const upward = Object.entries(ALLOWED).flatMap(([name, { rooms }]) =>
      rooms.filter((below) => names.indexOf(below) >= names.indexOf(name)).map((below) => `${name} comes to ${below}`),
    );
    expect(upward).toEqual([]);
  });

  test('is the table that ARCHITECTURE.md shows', () => {
    const rows = [...textOf('ARCHITECTURE.md').matchAll(/^\| `(\w+)` \| ([^|]*) \| [^|]* \|$/gm)];
    const shown = rows.map(([, name, rooms]) => [name, [...rooms!.matchAll(/`([\w/.-]+)`/g)].map(([, one]) => one)]);
    const kept = Object.entries(ALLOWED).map(([name, { rooms, files = [] }]) => [
      name,
      [...rooms.filter((below) => below !== 'domain'), ...files],
    ]);
    expect(shown.map(([name, rooms]) => [name, [...(rooms as string[])].sort()])).toEqual(
      kept.map(([name, rooms]) => [name, [...(rooms as string[])].sort()]),
    );
  });

  test('holds within a room too: its folders form no circle, at any depth', () => {
    expect(folderCircles(SOURCES)).toEqual([]);
  });

  test('holds for files: none imports itself through others', () => {
    expect(circles(SOURCES)).toEqual([]);
  });

  test('is matched by package.json: every dependency is imported by src', () => {
    const used = SOURCES.flatMap(importsOf);
    const unused = DEPENDENCIES.filter(
      (name) => !used.some(({ specifier }) => specifier === name || specifier?.startsWith(`${name}/`)),
    );
    // The package `node` is not a library: it brings Node 24 to machines with an older one, and bin/ starts it.
    expect(unused).toEqual(['node']);
  });
});

const SERVICE_DOORS =
  'service is entered by src/service/service.ts, src/service/service-process.ts, src/service/service-check.ts, ' +
  'src/service/worker-process.ts, src/service/forget-in-service.ts, src/service/trail-reader.ts only';

describe('the checker', () => {
  test.each([
    ['up', 'src/log/a.ts', "import { x } from '../producers/b.ts';", 'log may not import producers'],
    ['a type', 'src/domain/a.ts', "import type { X } from '../log/b.ts';", 'domain may not import log'],
    ['an inline type', 'src/domain/a.ts', "type X = import('../log/b.ts').X;", 'domain may not import log'],
    ['sideways', 'src/matching/a.ts', "export { x } from '../ledger/b.ts';", 'matching may not import ledger'],
    ['sideways back', 'src/ledger/a.ts', "import '../matching/b.ts';", 'ledger may not import matching'],
    ['late', 'src/log/a.ts', "const x = () => import('../cli/b.ts');", 'log may not import cli'],
    ['a worker', 'src/log/a.ts', "new URL('../cli/w.ts', import.meta.url);", 'log may not import cli'],
    ['from the tests', 'src/log/a.ts', "import '../../test/b.ts';", 'src may not import test/b.ts'],
    ['I/O', 'src/domain/a.ts', "import { readFileSync } from 'node:fs';", 'domain may not import node:fs'],
    ['I/O without its prefix', 'src/ledger/a.ts', "import fs from 'fs';", 'ledger may not import fs'],
    ['an undeclared package', 'src/log/a.ts', "import x from '@a/c/d';", 'log may not import @a/c'],
    ['a package of others', 'src/ledger/a.ts', "import z from 'zod';", 'ledger may not import zod'],
    [
      'a client of a cluster',
      'src/kafka/a.ts',
      "import { Kafka } from 'kafkajs';",
      'kafkajs is imported in src/kafka/client/ only',
    ],
    [
      'a required client of a cluster',
      'src/app/a.ts',
      "createRequire(import.meta.url)('kafkajs/src/x.js');",
      'kafkajs is imported in src/kafka/client/ only',
    ],
    [
      'a client of a cluster behind a name',
      'src/app/a.ts',
      'const load = createRequire(url); load(`kafkajs/$' + '{name}`);',
      'kafkajs is imported in src/kafka/client/ only',
    ],
    ['a required package', 'src/ledger/a.ts', "createRequire(import.meta.url)('zod');", 'ledger may not import zod'],
    ['what is inside', 'src/cli/a.ts', "import '../service/gateways.ts';", SERVICE_DOORS],
    [
      'a provider',
      'src/engine/a.ts',
      "import '../providers/mfs-africa/gateway.ts';",
      'engine may not import providers',
    ],
    [
      "a provider's own file",
      'src/service/a.ts',
      "import type { X } from '../providers/mfs-africa/gateway.ts';",
      'providers is entered by src/providers/registry.ts, src/providers/default-provider.ts only',
    ],
    [
      "a provider's signature, in the sandbox that plays its side",
      'src/simulation/gateway/webhook-sender.ts',
      "import '../../providers/mfs-africa/signature.ts';",
      'providers is entered by src/providers/registry.ts, src/providers/default-provider.ts only',
    ],
    ['who knows what', 'src/log/a.ts', 'await import(name);', 'imports what is only known at run time'],
  ])('finds %s', (_what, path, text, fault) => {
    expect(faultsOf(path, `// A comment.\n${text}`)).toEqual([`${path}:2: ${fault}`]);
  });

  test('finds a folder that is not in the table', () => {
    expect(faultsOf('src/misc/a.ts', '')).toEqual(['src/misc/a.ts:1: the folder misc is not in the table']);
  });

  test.each([
    ['down', 'src/projections/a.ts', "import { x } from '../matching/b.ts';"],
    ['through a door', 'src/cli/a.ts', "import '../service/service.ts';"],
    ['the list of providers', 'src/engine/a.ts', "import '../providers/registry.ts';"],
    ['itself', 'src/ledger/a.ts', "import { x } from './deep/b.ts';"],
    ['out of a folder within', 'src/producers/deep/a.ts', "import { x } from '../../domain/b.ts';"],
    ['a package by a path within', 'src/log/a.ts', "import x from '@a/b/c';"],
    ['hashing', 'src/ledger/a.ts', "import { hash } from 'node:crypto';"],
    ['a word in a string', 'src/domain/a.ts', 'const x = "import \'node:fs\'";'],
    ['a package in a sentence', 'src/app/a.ts', "const x = 'kafkajs gave no answer';"],
    ['a word in a comment', 'src/domain/a.ts', "// import '../log/b.ts';"],
  ])('lets %s pass', (_what, path, text) => {
    expect(faultsOf(path, text)).toEqual([]);
  });

  test.each([
    ['two', { 'a/x': '../b/y', 'b/y': '../a/z' }, 'src/log/a and src/log/b form a circle'],
    ['one within another', { 'a/x': './deep/y', 'a/deep/y': '../z' }, 'src/log/a/* and src/log/a/deep form a circle'],
    ['a room and its folder', { x: './a/y', 'a/y': '../z' }, 'src/log/* and src/log/a form a circle'],
    [
      'two, each with what is in it',
      { 'a/deep/x': '../../b/y', 'b/deep/y': '../../a/z' },
      'src/log/a and src/log/b form a circle',
    ],
    [
      'three',
      { 'a/x': '../b/y', 'b/y': '../c/z', 'c/x': '../a/z', 'd/x': '../a/x' },
      'src/log/a, src/log/b and src/log/c form a circle',
    ],
  ])('finds a circle of folders: %s', (_what, imports, circle) => {
    const files = Object.entries(imports).map(([path, to]) => sourceOf(`src/log/${path}.ts`, `import '${to}.ts';`));
    expect(folderCircles(files)).toEqual([circle]);
    expect(folderCircles(files.slice(1))).toEqual([]);
  });

  test('finds circles of files', () => {
    const files = [
      sourceOf('src/log/a/x.ts', "import '../b/y.ts';"),
      sourceOf('src/log/b/y.ts', "import type { Z } from '../a/z.ts';"),
      sourceOf('src/log/a/z.ts', "import '../top.ts';"),
      sourceOf('src/log/top.ts', ''),
    ];
    expect(circles(files)).toEqual([]);
    const back = sourceOf('src/log/top.ts', "new URL('./b/y.ts', import.meta.url);");
    expect(circles([...files.slice(0, 3), back])).toEqual([
      'src/log/b/y.ts -> src/log/a/z.ts -> src/log/top.ts -> src/log/b/y.ts',
    ]);
  });
});
