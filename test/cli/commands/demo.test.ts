// The demo empties no other directory than its own. What it prints is in test/docs, beside what README.md quotes of it.

import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prepareDemo } from '../../../src/simulation/marketplace/demo-directory.ts';

let place: string;
beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'hesabu demo '));
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

describe('hesabu demo', () => {
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
