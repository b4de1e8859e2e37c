// The demo: what it prints, its comparison of the ledger with the truth, and that it empties no other directory.

import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { differencesFromTruth, prepareDemo, reconcileWeek, worstBreaks } from '../../../src/simulation/demo.ts';
import { simulate } from '../../../src/simulation/marketplace/simulation.ts';
import { MAIN as program } from '../../program.ts';

const run = promisify(execFile);

let place: string;
beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'hesabu demo '));
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

describe('hesabu demo', () => {
  test('reconciles a week, prints the results, and agrees with the truth', async () => {
    const dir = join(place, 'week one');
    const { stdout } = await run(process.execPath, [program, 'demo', '--dir', dir, '--seed', '3']);
    expect(stdout).toMatch(/^day-5 {2}[\d,]+ rows, [\d,]+ new facts, \d+ rejected, \d+ open breaks/m);
    expect(stdout).toContain('settlements.csv was delivered again: refused and not counted');
    expect(stdout).toContain('The ten largest breaks');
    expect(stdout).toContain('Everything about one payment');
    expect(stdout).toMatch(/The ledger agrees with what really happened to all [\d,]+ payments\.\n$/);
    expect(existsSync(join(dir, 'reports', 'day-5', 'report.xlsx'))).toBe(true);
    expect(existsSync(join(dir, 'books', 'checkpoints', '0.txt'))).toBe(true);
  });

  test('gives the same as data, under its public names', async () => {
    const dir = join(place, 'as data');
    const { stdout } = await run(process.execPath, [program, 'demo', '--dir', dir, '--format', 'json']);
    const { places, ...rest } = JSON.parse(stdout) as Record<string, unknown>;
    expect(Object.keys(rest)).toEqual(['seed', 'summary', 'differences']);
    expect(places).toEqual(Object.fromEntries(['shop', 'books', 'reports'].map((name) => [name, join(dir, name)])));
  });

  test('names the keys that differ from the truth', async () => {
    const simulation = simulate(4);
    const places = prepareDemo(join(place, 'another truth'));
    let breaks = 0;
    for await (const { result } of reconcileWeek(simulation, places, 'en')) {
      breaks = worstBreaks(result.overview!).length;
    }
    expect(breaks).toBe(10);
    expect(await differencesFromTruth(simulation, places.ledger)).toEqual([]);
    const at = simulation.truths.findIndex(({ standing }) => standing === 'matched');
    const truths = simulation.truths.with(at, { ...simulation.truths[at]!, standing: 'pending' });
    const [difference, ...others] = await differencesFromTruth({ ...simulation, truths }, places.ledger);
    expect(others).toEqual([]);
    expect(difference).toContain(`${truths[at]!.key} (${truths[at]!.scenario}): expected pending`);
  });

  test('empties a directory that a demo created, and no other', () => {
    const ours = join(place, 'ours');
    prepareDemo(ours);
    writeFileSync(join(ours, 'left over'), '');
    prepareDemo(ours);
    expect(existsSync(join(ours, 'left over'))).toBe(false);
    const others = join(place, 'others');
    mkdirSync(others);
    writeFileSync(join(others, 'precious'), '');
    expect(() => prepareDemo(others)).toThrow('HESABU_USAGE');
    expect(existsSync(join(others, 'precious'))).toBe(true);
  });
});
