// The recipe "Add a provider" of docs/extending.md is the code of the provider that passes the contract, word for word.
import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { textOf } from '../house/source.ts';

const FOLDER = 'test/contract/provider/tiny';
const RECIPE = /^## Add a provider\n([\s\S]*?)(?=^## |$(?![\s\S]))/m.exec(textOf('docs/extending.md'))![1]!;

/** The files of the recipe by their paths, in its order. */
const FILES = [...RECIPE.matchAll(/^`([^`\n]+\.ts)`\n\n```ts\n([\s\S]*?)^```$/gm)].map(([, path, text]) => ({
  path: path!,
  text: text!,
}));
/** Its single lines, which go into files that are there. */
const LINES = [...RECIPE.matchAll(/^```ts\n(.*)\n```$/gm)].map(([, line]) => line!);

/** The same file beside the contract, where it is in the way of nobody who follows the recipe. */
function asTested(path: string, text: string): string {
  return path.startsWith('src/')
    ? text.replaceAll("from '../../", "from '../../../../src/")
    : text
        .replaceAll("from '../../../src/providers/tiny/", "from './")
        .replaceAll("from '../../contract/provider/", "from '../");
}

/** Imports are in the order of their paths, which differ. */
function importsSorted(text: string): string {
  const lines = text.split('\n');
  const isImport = (line: string) => line.startsWith('import ');
  return [...lines.filter(isImport).toSorted(), ...lines.filter((line) => !isImport(line))].join('\n');
}

describe('the recipe for a provider', () => {
  test('has every file of the provider, and no other', () => {
    const names = FILES.map(({ path }) => path.split('/').at(-1)!);
    const tested = readdirSync(new URL(`../../${FOLDER}/`, import.meta.url)).filter(
      (name) => !name.endsWith('.test.ts'),
    );
    expect(names.toSorted()).toEqual(tested.toSorted());
  });

  test.each(FILES)('has $path as it passes the contract', ({ path, text }) => {
    expect(importsSorted(asTested(path, text))).toBe(importsSorted(textOf(`${FOLDER}/${path.split('/').at(-1)}`)));
  });

  test('changes lines that are there', () => {
    expect(LINES).toHaveLength(4);
    const [importRow, row, importSample, sample] = LINES as [string, string, string, string];
    expect([row, sample]).toEqual(['  TINY,', '  TINY_SAMPLE,']);
    expect(textOf('src/providers/registry.ts')).toMatch(/\nexport const PROVIDERS: Providers = \[\n(?: {2}\w+,\n)+\];/);
    expect(textOf('test/providers/samples.ts')).toMatch(/ProviderSample\[\] = \[\n(?: {2}[.\w]+,\n)+\];/);
    const paths = FILES.map(({ path }) => path);
    expect(paths).toContain(`src/providers/${importRow.split("'./")[1]!.replace("';", '')}`);
    expect(paths).toContain(`test/providers/${importSample.split("'./")[1]!.replace("';", '')}`);
  });
});
