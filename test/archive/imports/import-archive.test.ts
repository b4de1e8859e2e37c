// What an import's archive has is read again as it was written, however small the pieces were, and up to a tear.

import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ImportArchive, readArchive } from '../../../src/archive/imports/import-archive.ts';

const root = mkdtempSync(join(tmpdir(), 'hesabu-archive-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Of sizes below, at and above what Node unpacks at once. */
const PIECES = [10, 16 * 1024, 3, 70_000, 32 * 1024, 1].map((size, at) => `${at}`.repeat(size));

function written(pieces: readonly string[]): { readonly dir: string; readonly archive: ImportArchive } {
  const dir = mkdtempSync(join(root, 'data-'));
  const archive = new ImportArchive(dir, 1);
  for (const piece of pieces) archive.write(Buffer.from(piece));
  return { dir, archive };
}

describe('the archive of an import', () => {
  it('gives all pieces that were written, small ones too', () => {
    const { dir, archive } = written(PIECES);
    archive.finish();
    expect(readArchive(dir, 1)?.toString()).toBe(PIECES.join(''));
  });

  it('gives nothing if it is not whole, though it was finished', () => {
    const { dir, archive } = written(PIECES);
    archive.finish();
    const path = join(dir, 'raw', '1.zst');
    truncateSync(path, readFileSync(path).length - 3);
    expect(readArchive(dir, 1)).toBeUndefined();
  });

  it.each([
    ['is torn', (path: string) => truncateSync(path, readFileSync(path).length - 3)],
    ['has zeros at its end, as after a power cut', (path: string) => appendFileSync(path, Buffer.alloc(100))],
  ])('gives what comes before the place where an unfinished one %s', (_, damage) => {
    const { dir, archive } = written(PIECES);
    archive.abandon();
    damage(join(dir, 'raw', '1.zst.tmp'));
    const text = readArchive(dir, 1)?.toString();
    expect(PIECES.join('').startsWith(text!)).toBe(true);
    expect(text!.length).toBeGreaterThanOrEqual(PIECES.slice(0, -1).join('').length);
  });

  it('gives nothing of an unfinished one in which nothing can be read', () => {
    const { dir, archive } = written(PIECES);
    archive.abandon();
    writeFileSync(join(dir, 'raw', '1.zst.tmp'), Buffer.alloc(100));
    expect(readArchive(dir, 1)).toBeUndefined();
  });
});
