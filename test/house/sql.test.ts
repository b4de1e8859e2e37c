// The API asks ports: no file of src/http holds SQL or opens a database.
import { expect, test } from 'vitest';
import { sourceOf, sourcesBelow } from './source.ts';
import { sqlFaults } from './sql.ts';

const faultsOf = (text: string) => sqlFaults(sourceOf('src/http/a.ts', text));

test('no file of src/http mentions SQL', () => {
  const sources = sourcesBelow('src/http');
  expect(sources.length).toBeGreaterThan(10);
  expect(sources.flatMap(sqlFaults)).toEqual([]);
});

test.each([
  ["import type { DatabaseSync } from 'node:sqlite';", 'imports node:sqlite'],
  ["import { inTransaction } from '../runtime/service-database.ts';", 'imports ../runtime/service-database.ts'],
  ["all('SELECT * FROM payments WHERE key = ?');", 'an SQL statement'],
  ['run(`DELETE FROM $' + '{table} WHERE key = 1`);', 'an SQL statement'],
  ["all('WITH RECURSIVE a(b) AS (VALUES (1)) SELECT b FROM a');", 'an SQL statement'],
  ["exec('CREATE TABLE a (b TEXT)');", 'an SQL statement'],
  ['database.prepare(text);', 'a statement is prepared'],
])('the checker finds %s', (text, what) => {
  expect(faultsOf(text)).toEqual([`src/http/a.ts:1: ${what}`]);
});

test('the checker lets patterns, methods and plain words pass', () => {
  expect(
    faultsOf(
      "/a/.exec(text); const m = 'DELETE'; say('Select one from the list', 'Update it', 'With each order AS sent');",
    ),
  ).toEqual([]);
});

test('the checker finds the tables of the service', () => {
  const tables = sourcesBelow('src/service').filter(({ path }) => path.includes('/tables/'));
  expect(tables.filter((source) => sqlFaults(source).length > 0).length).toBeGreaterThanOrEqual(4);
});
