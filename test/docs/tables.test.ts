// The tables of the documents are those that the code gives. `npm run docs` writes them anew.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { ROOT, textOf } from '../house/source.ts';
import { givenApi } from '../http/api/given-api.ts';
import { readCommands } from './command-help.ts';
import { documents } from './documents.ts';
import { type Asked, tablesIn, withTables } from './tables.ts';

const NAMES = [
  ...[
    'alerts',
    'bank',
    'callbacks',
    'capabilities',
    'commands',
    'documents',
    'exports',
    'faults',
    'metrics',
    'orders',
    'polls',
    'reasons',
    'routes',
  ],
  ...['settlements', 'topics'],
];

let asked: Asked;

beforeAll(async () => {
  asked = { commands: readCommands(), routes: await givenApi(async ({ routes }) => routes) };
}, 300_000);

describe('tables that repeat the code', () => {
  test('say what the code says', () => {
    const changed = documents()
      .map(({ path, text }) => ({ path, text, now: withTables(text, asked) }))
      .filter(({ text, now }) => text !== now);
    if (process.env.HESABU_WRITE_TABLES === '1') {
      for (const { path, now } of changed) writeFileSync(join(ROOT, path), now);
    }
    for (const { path, now } of changed) expect(textOf(path), path).toBe(now);
  });

  test('are all there, and leave no cell empty that people write', () => {
    const tables = documents().flatMap(({ text }) => [...tablesIn(text)]);
    expect(tables.map(([name]) => name).sort()).toEqual(NAMES);
    const empty = tables
      .filter(([name]) => name !== 'metrics')
      .flatMap(([name, table]) =>
        table
          .split('\n')
          .filter((line) => line.endsWith('| |'))
          .map((line) => [name, line]),
      );
    expect(empty).toEqual([]);
  });

  test('are held: a word more is found, and a table that nobody knows', () => {
    const { text } = documents().find(({ path }) => path === 'docs/kafka.md')!;
    const wrong = text.replace('| `orders.v1` | all |', '| `orders.v1` | 1 |');
    expect(wrong).not.toBe(text);
    expect(withTables(wrong, asked)).toBe(withTables(text, asked));
    expect(() => withTables('<!-- table none -->\n<!-- end of table -->', asked)).toThrowError(
      'no table is called none',
    );
  });
});
