// The benchmark's files: the same each time, each in its own order, and with the same counts in DuckDB.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { linearity, median, type Run } from '../../bench/figures.ts';
import { type Batch, generate, generateExtraDay } from '../../bench/generate.ts';

const dir = mkdtempSync(join(tmpdir(), 'hesabu-bench-'));
afterAll(() => rmSync(dir, { recursive: true }));

const KEYS = 4_000;
const batch = generate(KEYS, join(dir, 'one'));
const linesOf = (path: string) => readFileSync(path, 'utf8').trimEnd().split('\n');
const textsOf = (one: Batch) => [one.orders, one.callbacks, one.settlements, one.rules].map((path) => linesOf(path));
const referencesOf = (path: string) => linesOf(path).flatMap((line) => line.match(/MK\d-2026-\d{7}/)?.[0] ?? []);

describe('the generator', () => {
  it('writes the same bytes for the same number of keys', () => {
    expect(textsOf(generate(KEYS, join(dir, 'two')))).toEqual(textsOf(batch));
  });

  it('writes about three facts for each key, and breaks in three keys of a hundred', () => {
    const rows =
      linesOf(batch.orders).length - 1 + linesOf(batch.callbacks).length + linesOf(batch.settlements).length - 1;
    expect(batch.facts).toBe(rows);
    expect(Math.abs(batch.facts - 3 * KEYS)).toBeLessThan(KEYS / 20);
    const breaks = Object.values(batch.breaks);
    expect(Math.min(...breaks)).toBeGreaterThan(0);
    expect(Math.abs(breaks.reduce((sum, count) => sum + count, 0) - KEYS * 0.03)).toBeLessThan(KEYS / 100);
  });

  it('writes each file in another order', () => {
    const files = [batch.orders, batch.callbacks, batch.settlements].map((path) => referencesOf(path).slice(0, 500));
    const sorted = files.map((references) =>
      references.toSorted((left, right) => (left.slice(3) < right.slice(3) ? -1 : 1)),
    );
    expect(files[0]).toEqual(sorted[0]);
    expect(files[1]).not.toEqual(sorted[1]);
    expect(files[2]).not.toEqual(sorted[2]);
  });

  it('writes one more day with new sales, and refunds of old ones', () => {
    const extra = generateExtraDay(KEYS, 1_000, join(dir, 'extra'));
    const known = new Set(referencesOf(batch.orders));
    expect(referencesOf(extra.orders).filter((reference) => known.has(reference))).toEqual([]);
    const refunds = linesOf(extra.settlements).filter((line) => line.includes(',refund,'));
    expect(refunds.length).toBeGreaterThan(270);
    expect(refunds.every((line) => known.has(line.split(',')[0]!))).toBe(true);
  });
});

describe('DuckDB', () => {
  it('counts the generated classes', () => {
    const program = fileURLToPath(new URL('../../bench/duckdb.ts', import.meta.url));
    const args = ['--disable-warning=ExperimentalWarning', program, batch.orders, batch.callbacks, batch.settlements];
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect(stderr).toBe('');
    const broken = Object.values(batch.breaks).reduce((sum, count) => sum + count, 0);
    expect(JSON.parse(stdout).classes).toEqual({ ...batch.breaks, MATCHED: KEYS - broken });
  });
});

describe('the figures', () => {
  it.each([
    [[3, 1, 2], 2],
    [[4, 1, 2, 3], 2.5],
    [[null, 7, null], 7],
    [[null], null],
  ] as const)('have %j as median %j', (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  it('show how the cost of a fact grows', () => {
    const run = (keys: number, reconcile_ms: number) => ({ keys, facts: keys * 3, reconcile_ms }) as Run;
    expect(linearity([[run(100, 300)], [run(1_000, 3_300)]])).toEqual([
      'cost of a fact from 100 to 1,000 keys: +10.0 %',
    ]);
  });
});
