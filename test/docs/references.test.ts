// Documents refer only to what is there: headings, files, scripts, error codes, settings of the environment.

import { describe, expect, test } from 'vitest';
import { sourcesBelow } from '../house/source.ts';
import { documentOf, documents } from './documents.ts';
import { deadLinks, missingFiles, unknownNames, unknownScripts } from './references.ts';

const all = documents();
const paths = all.map(({ path }) => path);

describe('the documents', () => {
  test('are all read', () => {
    expect(paths).toEqual(expect.arrayContaining(['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'docs/files.md']));
  });

  test('link to files and headings that are there', () => {
    expect(all.flatMap(deadLinks)).toEqual([]);
  });

  test('name files that are there', () => {
    expect(all.flatMap(missingFiles)).toEqual([]);
  });

  test('name scripts that package.json has', () => {
    expect(all.flatMap(unknownScripts)).toEqual([]);
  });

  test('name error codes and settings that the code knows', () => {
    expect(all.flatMap(unknownNames)).toEqual([]);
  });

  test('are there where messages and comments of the code name them', () => {
    const named = sourcesBelow('src', 'bench', 'bin', 'tools').flatMap(
      ({ text }) => text.match(/\bdocs\/[\w-]+\.md/g) ?? [],
    );
    expect(named.filter((path) => !paths.includes(path))).toEqual([]);
  });

  test('are all reached from the README', () => {
    const docs = paths.filter((path) => path.startsWith('docs/'));
    const readme = all.find(({ path }) => path === 'README.md')!;
    expect(docs.filter((path) => !readme.text.includes(`(${path})`))).toEqual([]);
  });

  test('are short where they are read first', () => {
    expect(all.find(({ path }) => path === 'README.md')!.text.split('\n').length).toBeLessThanOrEqual(160);
  });
});

describe('the checker', () => {
  const read = (text: string) => documentOf('docs/one.md', text);

  test('finds a link to no file, and to no heading', () => {
    const document = read('# A title: here\n[a](two.md) [b](#a-title-here) [c](#other) [d](files.md#none) `[e](x.md)`');
    expect(deadLinks(document)).toEqual([
      'docs/one.md: two.md leads nowhere',
      'docs/one.md: #other has no such heading',
      'docs/one.md: files.md#none has no such heading',
    ]);
  });

  test('finds a path that leads nowhere, and leaves names that a reader fills in', () => {
    const document = read(
      '`src/app/none.ts` `src/app/NAME.ts` `src/app/doctor.ts` `src/app/`\n```\n`src/no.ts`\n```\n',
    );
    expect(missingFiles(document)).toEqual(['docs/one.md: there is no src/app/none.ts']);
  });

  test('finds a script and a name that nobody knows', () => {
    expect(unknownScripts(read('npm run nothing, npm run demo'))).toEqual(['docs/one.md: npm run nothing']);
    expect(unknownNames(read('HESABU_NOTHING_SUCH HESABU_USAGE HESABU_KAFKA_BROKERS'))).toEqual([
      'docs/one.md: HESABU_NOTHING_SUCH',
    ]);
  });
});
