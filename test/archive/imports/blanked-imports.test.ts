// A stored file without a person: wherever it was cut into frames, the same bytes are blanked.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { blankImports } from '../../../src/archive/imports/blanked-imports.ts';
import { packed, readArchive } from '../../../src/archive/imports/import-archive.ts';
import { subjectOf } from '../../../src/archive/privacy/subject.ts';
import { freshDirectory } from '../../cli/commands/given-ledger.ts';

const SUBJECT = subjectOf('+254712345678')!;

it('is as long as before, has the number nowhere, and all else as it was', () => {
  const dir = freshDirectory();
  mkdirSync(join(dir, 'raw', 'imports'), { recursive: true });
  const part = fc.constantFrom(
    ...[
      '254712345678',
      '0712 345 678',
      '+254 712 345 678',
      '733987654',
      'A-1',
      ',',
      '"',
      '\n',
      '\r\n',
      'é',
      'row of a file',
    ],
  );
  const path = join(dir, 'raw', 'imports', '7.zst');
  fc.assert(
    fc.property(
      fc.array(part, { minLength: 1, maxLength: 60 }),
      fc.array(fc.nat(600), { maxLength: 8 }),
      (parts, cuts) => {
        const text = parts.map((one) => `${one};`).join('');
        const bytes = Buffer.from(text);
        const places = [0, ...cuts.filter((at) => at < bytes.length).sort((left, right) => left - right), bytes.length];
        const frames = places.slice(1).map((to, nth) => packed(bytes.subarray(places[nth]!, to)));
        writeFileSync(path, Buffer.concat(frames));
        const expected = text.replace(/254712345678|0712 345 678|254 712 345 678/g, (found) =>
          found.replace(/\d/g, '9'),
        );
        expect(blankImports(dir, SUBJECT)).toBe(expected === text ? 0 : 1);
        expect(readArchive(dir, 7)!.toString()).toBe(expected);
        expect(blankImports(dir, SUBJECT)).toBe(0);
      },
    ),
  );
  expect(readdirSync(join(dir, 'raw', 'imports'))).toEqual(['7.zst']);
});

it('keeps of a damaged file what can be read', () => {
  const dir = freshDirectory();
  mkdirSync(join(dir, 'raw'));
  const damaged = packed(Buffer.from('b,0712345678\n'.repeat(500)));
  damaged.fill(255, 4, 12);
  writeFileSync(join(dir, 'raw', '3.zst'), Buffer.concat([packed(Buffer.from('a,0733987654\n')), damaged]));
  expect(blankImports(dir, SUBJECT)).toBe(1);
  expect(readArchive(dir, 3)!.toString()).toBe('a,0733987654\n');
  expect(blankImports(dir, SUBJECT)).toBe(0);
});

it('takes what can be read of a file that an interrupted import left', () => {
  const dir = freshDirectory();
  mkdirSync(join(dir, 'raw'));
  const frames = [packed(Buffer.from('a,0712345678\n')), packed(Buffer.from('b,0712345678\n'.repeat(500)))];
  const path = join(dir, 'raw', '3.zst.tmp');
  writeFileSync(path, Buffer.concat(frames).subarray(0, -3));
  expect(blankImports(dir, SUBJECT)).toBe(1);
  expect(readFileSync(path).includes('0712345678')).toBe(false);
  expect(readArchive(dir, 3)!.toString()).toMatch(/^a,9999999999\n(?:b,9999999999\n)*/);
  expect(readArchive(dir, 3)!.toString()).not.toContain('0712345678');
});
