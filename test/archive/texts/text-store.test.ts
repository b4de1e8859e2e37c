// Texts in files that their hash names, beside what a process left that was killed.
import fs, { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { BlobStore } from '../../../src/archive/texts/blob-store.ts';
import { TextStore } from '../../../src/archive/texts/text-store.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hesabu-texts-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
  rmSync(dir, { recursive: true, force: true });
});

test('given a file of a killed process of the same number, when a text comes, then it is kept', async () => {
  // In a container every process has the same number.
  mkdirSync(join(dir, 'texts'));
  writeFileSync(join(dir, 'texts', `.${process.pid}.0`), 'half');
  const store = new TextStore(dir, 'texts');
  const name = await store.keep('a note');
  expect(await store.read(name)).toBe('a note');
  expect(readdirSync(join(dir, 'texts')).filter((one) => one.startsWith('.'))).toEqual([`.${process.pid}.0`]);
});

test.each([
  ['a text', () => new TextStore(dir, 'texts').keep('a note'), 'texts'],
  [
    'a file',
    () => {
      writeFileSync(join(dir, 'upload'), 'bytes');
      return new BlobStore(dir).take(join(dir, 'upload'));
    },
    'blobs',
  ],
])(
  'given no folder yet, when %s comes, then the names of the new folders are on the disk too',
  async (_, put, folder) => {
    const spies = [vi.spyOn(fs, 'openSync'), vi.spyOn(fs.promises, 'open')];
    syncBuiltinESMExports();
    const name = await put();
    // Folders are opened to be read, and files to be written.
    const opened = spies.flatMap(({ mock }) => mock.calls.flatMap(([path, flags]) => (flags === 'r' ? [path] : [])));
    expect(opened).toEqual([dir, join(dir, folder), join(dir, folder, name.slice(0, 2))]);
    expect(existsSync(join(dir, folder, name.slice(0, 2), name))).toBe(true);
  },
);
