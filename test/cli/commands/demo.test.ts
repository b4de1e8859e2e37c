// The demo: what it prints, that its numbers add up, and that it empties no other directory.

import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prepareDemo } from '../../../src/simulation/marketplace/demo-directory.ts';
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
    const worked = /^ {7}people: (\d+) proposals, (\d+) approvals, (\d+) rejections, /m.exec(stdout) ?? [];
    expect(
      worked
        .slice(1)
        .map(Number)
        .every((count) => count > 5),
    ).toBe(true);
    const [, total, parts] = /^Cases: (\d+) = (.*); each stands as people left it\.$/m.exec(stdout)!;
    const counts = [...parts!.matchAll(/(\d+) [a-z ]+/g)].map(([, count]) => Number(count));
    expect(counts.length).toBeGreaterThan(5);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(Number(total));
    expect(stdout).toMatch(/The ledger agrees with what really happened to all [\d,]+ payments\.\n$/);
    expect(existsSync(join(dir, 'reports', 'day-5', 'report.xlsx'))).toBe(true);
    expect(existsSync(join(dir, 'books', 'checkpoints', '0.txt'))).toBe(true);
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
