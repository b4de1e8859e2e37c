// Imports point only where the table allows, type-only imports included.
import { describe, expect, test } from 'vitest';
import { ALLOWED, importFaults } from './imports.ts';
import { importsOf, resolve, sourceOf, sourcesBelow, textOf } from './source.ts';

const manifest = JSON.parse(textOf('package.json')) as { dependencies: Record<string, string> };
const DEPENDENCIES = Object.keys(manifest.dependencies);

const faultsOf = (path: string, text: string) => importFaults(sourceOf(path, text), ['zod', 'luxon', '@a/b']);

describe('the table of imports', () => {
  test('is kept by every file of src', () => {
    const sources = sourcesBelow('src');
    expect(sources.length).toBeGreaterThan(10);
    expect(sources.flatMap((source) => importFaults(source, DEPENDENCIES))).toEqual([]);
  });

  test('names every import that exists, so that no file can be missed', () => {
    const sources = sourcesBelow('src');
    const paths = new Set(sources.map((source) => source.path));
    const missing = sources.flatMap((source) =>
      importsOf(source)
        .map(({ specifier }) => resolve(source, specifier ?? ''))
        .filter((path) => path !== null && !paths.has(path))
        .map((path) => `${source.path} imports ${path}, which is not there`),
    );
    expect(missing).toEqual([]);
  });

  test('points down only: what a folder may import through another it may import itself, and never itself', () => {
    const upward = Object.entries(ALLOWED).flatMap(([folder, { folders }]) =>
      folders
        .flatMap((below) => ALLOWED[below]?.folders ?? [])
        .filter((deeper) => deeper === folder || !folders.includes(deeper))
        .map((deeper) => `${folder} comes to ${deeper}`),
    );
    expect(upward).toEqual([]);
  });

  test('is matched by package.json: every dependency is imported by src', () => {
    const used = sourcesBelow('src').flatMap(importsOf);
    const unused = DEPENDENCIES.filter(
      (name) => !used.some(({ specifier }) => specifier === name || specifier?.startsWith(`${name}/`)),
    );
    // The package `node` is no library: it brings Node 24 to machines whose own is older, and bin/ starts it.
    expect(unused).toEqual(['node']);
  });
});

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
    ['who knows what', 'src/log/a.ts', 'await import(name);', 'imports what is only known at run time'],
  ])('finds %s', (_what, path, text, fault) => {
    expect(faultsOf(path, `// A comment.\n${text}`)).toEqual([`${path}:2: ${fault}`]);
  });

  test('finds a folder that the table does not know', () => {
    expect(faultsOf('src/misc/a.ts', '')).toEqual(['src/misc/a.ts:1: the folder misc is not in the table']);
  });

  test.each([
    ['down', 'src/projections/a.ts', "import { x } from '../matching/b.ts';"],
    ['itself', 'src/ledger/a.ts', "import { x } from './deep/b.ts';"],
    ['out of a folder within', 'src/producers/deep/a.ts', "import { x } from '../../domain/b.ts';"],
    ['a package by a path within', 'src/log/a.ts', "import x from '@a/b/c';"],
    ['hashing', 'src/ledger/a.ts', "import { hash } from 'node:crypto';"],
    ['a word in a string', 'src/domain/a.ts', 'const x = "import \'node:fs\'";'],
    ['a word in a comment', 'src/domain/a.ts', "// import '../log/b.ts';"],
  ])('lets %s pass', (_what, path, text) => {
    expect(faultsOf(path, text)).toEqual([]);
  });
});
