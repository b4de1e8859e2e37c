// The last version of a report is readable only while somebody reads it: it may name people.

import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ReportFiles } from '../../../src/producers/settlement-fetcher/report-files.ts';
import { freshDirectory } from '../../log/files.ts';

const REPORT = { exchange: 'x', format: 'csv', bytes: Buffer.from('name\nJane Wanjiku\n') } as const;
const folder = (dir: string) => join(dir, 'raw', 'settlements');
const text = (path: string | null | undefined) => readFileSync(path!, 'utf8');

async function given() {
  const dir = freshDirectory();
  const name = await new ReportFiles(dir).write('a/main', '2026-06-01', 'ab'.repeat(32), REPORT);
  return { dir, name };
}

test('given a report, when it is stored, then its bytes are not on the disk, and no copy stays (S24)', async () => {
  const { dir, name } = await given();
  const read = await new ReportFiles(dir).readable([name, null], async ([path, none]) => {
    expect(none).toBeNull();
    return text(path);
  });
  expect(read).toBe(REPORT.bytes.toString());
  expect(readdirSync(folder(dir))).toEqual([name]);
  expect(readFileSync(join(folder(dir), name)).includes('Jane')).toBe(false);
});

test('given a reader that fails, then no readable copy stays', async () => {
  const { dir, name } = await given();
  const failing = new ReportFiles(dir).readable([name], () => Promise.reject(new Error('no')));
  await expect(failing).rejects.toThrow('no');
  expect(readdirSync(folder(dir))).toEqual([name]);
});

test('given a report of an earlier release, then it is read as it is', async () => {
  const { dir, name } = await given();
  writeFileSync(join(folder(dir), name), REPORT.bytes);
  expect(await new ReportFiles(dir).readable([name], async ([path]) => text(path))).toBe('name\nJane Wanjiku\n');
});

test('given a directory that was restored without its keys, then the report counts as gone', async () => {
  const { dir, name } = await given();
  expect(await new ReportFiles(dir).canRead(name)).toBe(true);
  rmSync(join(dir, 'keys'), { recursive: true });
  const files = new ReportFiles(dir);
  expect(await files.canRead(name)).toBe(false);
  files.remove(name);
  expect([await files.canRead(name), existsSync(join(folder(dir), name))]).toEqual([false, false]);
});
