// The embedded log: the contract, and what a log on a disk must do beyond it.

import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { crc32 } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openForReading } from '../../src/log/data-directory.ts';
import { EmbeddedLog } from '../../src/log/embedded.ts';
import { openReader } from '../../src/log/log-reader.ts';
import { MemoryLog } from '../../src/log/memory.ts';
import { packFrameHere } from '../../src/log/zstd-frames.ts';
import { appendOf, eventLogContract } from '../contract/event-log.ts';
import { freshDirectory, start, valuesOf } from './files.ts';

eventLogContract('embedded log', (partitions) => new EmbeddedLog(freshDirectory(), { partitions }));

afterEach(() => {
  vi.restoreAllMocks();
});

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return 'none';
}

describe('embedded log, opened again', () => {
  it('has everything, in files for the owner only, and its original partitions', async () => {
    const dir = join(freshDirectory(), 'made', 'here');
    const first = new EmbeddedLog(dir, { partitions: 3 });
    await first.append([appendOf('orders.v1', 2, ['a', 'b'], { source: 4 })]);
    await first.close();
    await first.close();
    await expect(first.append([appendOf('orders.v1', 0, ['c'])])).rejects.toThrow(RangeError);

    const again = new EmbeddedLog(dir, { partitions: 5 });
    expect(again.partitions).toBe(3);
    expect(again.end('orders.v1', 2)).toBe(2n);
    await again.append([appendOf('orders.v1', 2, ['c'])]);
    expect(valuesOf(again.read('orders.v1', 2, 0n))).toEqual([
      [0n, 'a'],
      [1n, 'b'],
      [2n, 'c'],
    ]);
    expect([...again.read('orders.v1', 2, 0n)].map((batch) => batch.source)).toEqual([4, 0]);
    for (const file of ['hesabu.db', 'hesabu.db-wal', 'hesabu.lock']) {
      expect(statSync(join(dir, file)).mode & 0o777).toBe(0o600);
    }
    expect(statSync(dir).mode & 0o777).toBe(0o700);
    await again.close();
    expect(statSync(join(dir, 'hesabu.db.seal')).mode & 0o777).toBe(0o600);
  });

  it('refuses data of another version or program, and a file that is not a database (F32)', async () => {
    const dir = freshDirectory();
    await new EmbeddedLog(dir).close();
    const database = new DatabaseSync(join(dir, 'hesabu.db'));
    database.exec('UPDATE meta SET partitions = 9');
    expect(codeOf(() => new EmbeddedLog(dir))).toBe('HESABU_LOG_DAMAGED');
    database.exec(`UPDATE meta SET partitions = 8, version = 2, crc = ${crc32('2/8')}`);
    expect(codeOf(() => new EmbeddedLog(dir))).toBe('HESABU_DATA_VERSION');
    database.exec('ALTER TABLE meta RENAME TO other');
    expect(codeOf(() => new EmbeddedLog(dir))).toBe('HESABU_DATA_VERSION');
    database.close();
    writeFileSync(join(dir, 'hesabu.db'), 'a text, '.repeat(1000));
    expect(codeOf(() => new EmbeddedLog(dir))).toBe('HESABU_LOG_DAMAGED');
  });
});

describe('embedded log, one process only', () => {
  it('refuses a second one at once, in this process or another, and is free after the first is closed', async () => {
    const dir = freshDirectory();
    const log = new EmbeddedLog(dir);
    expect(codeOf(() => new EmbeddedLog(dir))).toBe('HESABU_DATA_LOCKED');
    const other = await start('append-program.ts', [dir, '1', 'none']).ended;
    expect(other.lines).toEqual(['HESABU_DATA_LOCKED']);
    await log.close();
    const next = await start('append-program.ts', [dir, '1', 'none']).ended;
    expect(next.lines).toEqual([expect.stringMatching(/^acked 0 /), 'closed']);
  });

  it('lets worker threads of the process read committed data while it continues to write', async () => {
    const dir = freshDirectory();
    const log = new EmbeddedLog(dir, { partitions: 2 });
    await log.append([appendOf('orders.v1', 1, ['a', 'b'])]);
    const worker = new Worker(new URL('read-worker.ts', import.meta.url), { workerData: { dir } });
    const ask = () =>
      new Promise((resolve, reject) => {
        worker.once('message', resolve);
        worker.once('error', reject);
        worker.postMessage('read');
      });
    expect(await ask()).toEqual({
      end: 2n,
      values: [
        [0n, 'a'],
        [1n, 'b'],
      ],
    });
    await log.append([appendOf('orders.v1', 1, ['c'])]);
    expect(await ask()).toEqual({
      end: 3n,
      values: [
        [0n, 'a'],
        [1n, 'b'],
        [2n, 'c'],
      ],
    });
    await worker.terminate();
    // The lock was held throughout, and the reader's connection did not release it.
    expect((await start('append-program.ts', [dir, '1', 'none']).ended).lines).toEqual(['HESABU_DATA_LOCKED']);
    await log.close();
  });

  it('has no reader if there is no log', () => {
    expect(codeOf(() => openReader(freshDirectory()))).toBe('HESABU_DATA_UNWRITABLE');
  });

  it('has no reader where the process that made it was killed before its first commit', () => {
    const dir = freshDirectory();
    const database = new DatabaseSync(join(dir, 'hesabu.db'));
    database.exec('PRAGMA journal_mode = WAL');
    database.close();
    expect(codeOf(() => openReader(dir))).toBe('HESABU_FILE_MISSING');
    expect(codeOf(() => openForReading(dir, true))).toBe('HESABU_FILE_MISSING');
  });
});

describe('embedded log, group commit', () => {
  it('commits once for all appends of one turn', async () => {
    const steps: string[] = [];
    const log = new EmbeddedLog(freshDirectory(), { onFailpoint: (step) => steps.push(step) });
    await Promise.all(Array.from({ length: 20 }, (_, index) => log.append([appendOf('orders.v1', 0, [`${index}`])])));
    expect(steps.filter((step) => step === 'append:committed')).toHaveLength(1);
    await log.append([appendOf('orders.v1', 0, ['later'])]);
    expect(steps.filter((step) => step === 'append:committed')).toHaveLength(2);
    await log.close();
  });

  it('closes only after waiting appends are committed', async () => {
    const dir = freshDirectory();
    const log = new EmbeddedLog(dir);
    const append = log.append([appendOf('orders.v1', 0, ['a'])]);
    await log.close();
    await append;
    const again = new EmbeddedLog(dir);
    expect(again.end('orders.v1', 0)).toBe(1n);
    await again.close();
  });
});

describe('embedded log, when the disk fails it', () => {
  it('stops for good after a commit that could not be made durable (F05 partly)', async () => {
    const dir = freshDirectory();
    const log = new EmbeddedLog(dir);
    await log.append([appendOf('orders.v1', 0, ['kept'])]);
    const exec = DatabaseSync.prototype.exec;
    let commits = 0;
    vi.spyOn(DatabaseSync.prototype, 'exec').mockImplementation(function (this: DatabaseSync, sql: string) {
      if (sql !== 'COMMIT') return exec.call(this, sql);
      commits++;
      throw Object.assign(new Error('disk I/O error'), { code: 'ERR_SQLITE_ERROR', errcode: 1034 });
    });
    const together = [['a'], ['b']].map((texts) => log.append([appendOf('orders.v1', 0, texts)]));
    for (const outcome of await Promise.allSettled(together)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'HESABU_LOG_FAILED', exit: 4 } });
    }
    vi.restoreAllMocks();
    await expect(log.append([appendOf('orders.v1', 0, ['c'])])).rejects.toMatchObject({ code: 'HESABU_LOG_FAILED' });
    expect(commits).toBe(1);
    await log.close();
    const again = new EmbeddedLog(dir);
    expect(valuesOf(again.read('orders.v1', 0, 0n))).toEqual([[0n, 'kept']]);
    await again.close();
  });

  it('refuses an append that a full disk cannot hold, writes nothing of it, and continues', async () => {
    const dir = freshDirectory();
    const log = new EmbeddedLog(dir, { pagesMax: 12 });
    await log.append([appendOf('orders.v1', 0, ['kept'])]);
    const noise = Array.from({ length: 4000 }, (_, index) => `${Math.imul(index + 1, 0x9e3779b1)}${index ** 3}`);
    const big = log.append([
      appendOf('polls.v1', 0, ['half']),
      appendOf('orders.v1', 0, noise),
      appendOf('orders.v1', 1, noise),
      appendOf('orders.v1', 2, noise),
      appendOf('orders.v1', 3, noise),
    ]);
    await expect(big).rejects.toMatchObject({ code: 'HESABU_DISK_FULL', exit: 4 });
    expect([log.end('polls.v1', 0), log.end('orders.v1', 0)]).toEqual([0n, 1n]);
    await log.append([appendOf('orders.v1', 0, ['small'])]);
    await log.close();
    const again = new EmbeddedLog(dir);
    expect(valuesOf(again.read('orders.v1', 0, 0n))).toEqual([
      [0n, 'kept'],
      [1n, 'small'],
    ]);
    expect(valuesOf(again.read('polls.v1', 0, 0n))).toEqual([]);
    await again.close();
  });

  it('reports a directory that cannot be written', () => {
    const file = join(freshDirectory(), 'file');
    writeFileSync(file, '');
    expect(codeOf(() => new EmbeddedLog(file))).toBe('HESABU_DATA_UNWRITABLE');
    expect(codeOf(() => new EmbeddedLog(join(file, 'below')))).toBe('HESABU_DATA_UNWRITABLE');
    expect(codeOf(() => new EmbeddedLog('/proc/hesabu'))).toBe('HESABU_DATA_UNWRITABLE');
    const taken = freshDirectory();
    mkdirSync(join(taken, 'hesabu.db'));
    expect(codeOf(() => new EmbeddedLog(taken))).toBe('HESABU_DATA_UNWRITABLE');
    expect(readFileSync(file, 'utf8')).toBe('');
  });
});

describe('values that are packed by their maker', () => {
  const packed = (texts: readonly string[]) => {
    const append = appendOf('orders.v1', 0, texts);
    return { ...append, payload: packFrameHere(append.payload), unpackedSize: append.payload.length };
  };
  const large = Array.from({ length: 30_000 }, (_, at) => `value ${at * 7_919}`);

  it('are read like others, by the log and by another opening', async () => {
    const dir = freshDirectory();
    const log = new EmbeddedLog(dir, { partitions: 1 });
    await Promise.all([log.append([packed(['a', 'b'])]), log.append([appendOf('orders.v1', 0, ['c']), packed(large)])]);
    const expected = ['a', 'b', 'c', ...large];
    expect(valuesOf(log.read('orders.v1', 0, 0n)).map(([, value]) => value)).toEqual(expected);
    await log.close();
    const again = new EmbeddedLog(dir);
    expect(valuesOf(again.read('orders.v1', 0, 0n)).map(([, value]) => value)).toEqual(expected);
    await again.close();
  });

  it('are refused by a log that stores them otherwise', async () => {
    await expect(new MemoryLog(1).append([packed(['a'])])).rejects.toThrow('this log takes no packed values');
  });
});
