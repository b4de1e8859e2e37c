// The table of what a stranger asks: each of its items is one test, in the file that the table names.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';

const TESTS = join(import.meta.dirname, '..');
const ITEMS = 17;

test('each of the seventeen items is in the title of one test, in the file of the table', () => {
  const held = readdirSync(TESTS, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts') && !name.endsWith('items.test.ts'))
    .flatMap((name) => {
      const titles = readFileSync(join(TESTS, name), 'utf8').matchAll(/\((4\.\d+)\)[:'`]/g);
      return [...titles].map(([, item]) => `${item} ${name}`);
    });
  const rows = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8').matchAll(/^\| (4\.\d+) .*\]\((.*)\) \|$/gm);
  const named = [...rows].map(([, item, path]) => `${item} ${relative(TESTS, join(import.meta.dirname, path!))}`);
  expect(named.map((row) => row.split(' ')[0])).toEqual(Array.from({ length: ITEMS }, (_, at) => `4.${at + 1}`));
  expect(held.sort()).toEqual(named.sort());
});
