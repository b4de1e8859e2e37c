// A device that fails is told as such: what SQLite calls damage is called so only where the device answers.
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import { faultOf } from '../../src/engine/directory/verification-fault.ts';
import { databasePath } from '../../src/log/data-directory.ts';
import { EmbeddedLog } from '../../src/log/embedded.ts';
import { openReader } from '../../src/log/log-reader.ts';
import { storageError } from '../../src/runtime/storage-errors.ts';
import { appendOf } from '../contract/event-log.ts';
import { freshDirectory } from './files.ts';

const device = vi.hoisted(() => ({ fails: false }));
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  const fsyncSync = (descriptor: number) => {
    if (device.fails) throw Object.assign(new Error('EIO: i/o error, fsync'), { code: 'EIO' });
    fs.fsyncSync(descriptor);
  };
  return { ...fs, fsyncSync };
});

/** A log of one batch of which one bit was changed. */
async function damagedLog(): Promise<string> {
  const dir = freshDirectory();
  const log = new EmbeddedLog(dir, { partitions: 1 });
  await log.append([appendOf('orders.v1', 0, ['the value of a fact'])]);
  await log.close();
  const path = databasePath(dir);
  const bytes = readFileSync(path);
  const at = bytes.indexOf('the value of');
  bytes[at]! ^= 1;
  writeFileSync(path, bytes);
  return dir;
}

function readAll(dir: string): void {
  const reader = openReader(dir, true);
  try {
    for (const _ of reader.read('orders.v1', 0, 0n));
  } finally {
    reader.close();
  }
}

describe('bytes that are not what was written', () => {
  test('are called damaged where the device answers, and not where it fails (F06)', async () => {
    const dir = await damagedLog();
    expect(() => readAll(dir)).toThrow('HESABU_LOG_DAMAGED: orders.v1 partition 0 offset 0: ');
    device.fails = true;
    try {
      const failed = /^HESABU_LOG_FAILED: .*hesabu\.db: .*EIO: i\/o error, fsync.*restore nothing/;
      expect(() => readAll(dir)).toThrow(failed);
      const malformed = Object.assign(new Error('database disk image is malformed'), { errcode: 11 });
      expect(storageError(malformed, databasePath(dir)).message).toMatch(failed);
      // A verification says the same of what it met.
      expect(faultOf(storageError(malformed, databasePath(dir)), 'hesabu.db').code).toBe('HESABU_LOG_FAILED');
    } finally {
      device.fails = false;
    }
    const malformed = Object.assign(new Error('database disk image is malformed'), { errcode: 11 });
    expect(storageError(malformed, databasePath(dir)).code).toBe('HESABU_LOG_DAMAGED');
  });

  test('are no fault of the ledger if they could not be read', () => {
    const unread = Object.assign(new Error('disk I/O error'), { errcode: 266 });
    const damaged = Object.assign(new Error('no such table: batches'), { errcode: 1, code: 'ERR_SQLITE_ERROR' });
    expect(faultOf(unread, 'hesabu.db').code).toBe('HESABU_LOG_FAILED');
    expect(faultOf(storageError(unread, 'hesabu.db'), 'hesabu.db').code).toBe('HESABU_LOG_FAILED');
    expect(faultOf(damaged, 'hesabu.db').code).toBe('HESABU_LOG_DAMAGED');
  });
});
