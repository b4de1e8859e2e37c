// A log whose groups a thread commits: the same contract, and what happens to a full or failing disk and a thread that
// ends.

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import type { HesabuError } from '../../src/domain/errors.ts';
import { EmbeddedLog } from '../../src/log/embedded.ts';
import { openReader } from '../../src/log/log-reader.ts';
import { appendOf, eventLogContract } from '../contract/event-log.ts';
import { freshDirectory, valuesOf } from './files.ts';

const BESIDE = { commitsBeside: true } as const;

eventLogContract(
  'embedded log, committed by a thread',
  (partitions) => new EmbeddedLog(freshDirectory(), { partitions, ...BESIDE }),
);

describe('embedded log, committed by a thread', () => {
  it('commits what waits before it closes, and seals the database; opened again it has everything', async () => {
    const dir = join(freshDirectory(), 'data');
    const log = new EmbeddedLog(dir, { partitions: 3, checkpointBytes: 1, ...BESIDE });
    const appends = Array.from({ length: 50 }, (_, nth) =>
      log.append([appendOf('orders.v1', nth % 3, [`a${nth}`, 'x'.repeat(nth * 100)], { source: nth })]),
    );
    const closed = log.close();
    await Promise.all(appends);
    await closed;
    const reader = openReader(dir, true);
    expect([0, 1, 2].map((partition) => reader.end('orders.v1', partition))).toEqual([34n, 34n, 32n]);
    expect(valuesOf(reader.read('orders.v1', 2, 0n)).slice(0, 2)).toEqual([
      [0n, 'a2'],
      [1n, 'x'.repeat(200)],
    ]);
    expect([...reader.read('orders.v1', 0, 0n)].map(({ source }) => source).slice(0, 3)).toEqual([0, 3, 6]);
    reader.close();
    const again = new EmbeddedLog(dir);
    await again.append([appendOf('orders.v1', 0, ['b'])]);
    expect(again.end('orders.v1', 0)).toBe(35n);
    await again.close();
  });

  it('refuses what a full disk does not take, has nothing of it, and goes on', async () => {
    const log = new EmbeddedLog(freshDirectory(), { pagesMax: 12, ...BESIDE });
    await log.append([appendOf('orders.v1', 0, ['a'])]);
    const noise = Array.from({ length: 20_000 }, () => Math.random().toString(36));
    const large = [appendOf('orders.v1', 0, noise), appendOf('orders.v1', 1, noise)];
    await expect(log.append(large)).rejects.toMatchObject({ code: 'HESABU_DISK_FULL' });
    expect([log.end('orders.v1', 0), log.end('orders.v1', 1)]).toEqual([1n, 0n]);
    await log.append([appendOf('orders.v1', 0, ['b'])]);
    expect(valuesOf(log.read('orders.v1', 0, 0n))).toEqual([
      [0n, 'a'],
      [1n, 'b'],
    ]);
    await log.close();
  });

  it('tells once that the thread ended, acknowledges nothing more, and keeps what it acknowledged', async () => {
    const dir = freshDirectory();
    const told: HesabuError[] = [];
    const log = new EmbeddedLog(dir, { ...BESIDE, onFailure: (error) => told.push(error) });
    await log.append([appendOf('orders.v1', 0, ['a'])]);
    const { worker } = (log as unknown as { committer: { worker: Worker } }).committer;
    const open = log.append([appendOf('orders.v1', 0, ['b'])]);
    const ended = worker.terminate();
    await open.catch((error) => expect(error).toMatchObject({ code: 'HESABU_LOG_FAILED' }));
    await ended;
    await expect(log.append([appendOf('orders.v1', 0, ['c'])])).rejects.toMatchObject({ code: 'HESABU_LOG_FAILED' });
    await log.close();
    expect(told.map(({ code }) => code)).toEqual(['HESABU_LOG_FAILED']);
    const reader = openReader(dir, true);
    expect(valuesOf(reader.read('orders.v1', 0, 0n))[0]).toEqual([0n, 'a']);
    reader.close();
  });

  it.each([
    ['a checkpoint', 300_000],
    ['a commit', 64 * 1024 * 1024],
  ])('acknowledges nothing after %s that failed, and keeps what it acknowledged', (_, checkpointBytes) => {
    const dir = freshDirectory();
    const program = fileURLToPath(new URL('beside-program.ts', import.meta.url));
    // A write that would make a file larger than this fails.
    const limited = `trap '' XFSZ; ulimit -f 2500; exec "$0" "$@"`;
    const node = [process.execPath, '--disable-warning=ExperimentalWarning', program, dir, `${checkpointBytes}`];
    const { told, acked, ackedLater } = JSON.parse(execFileSync('sh', ['-c', limited, ...node]).toString());
    expect([told <= 1, ackedLater]).toEqual([true, 0]);
    const reader = openReader(dir, true);
    expect(valuesOf(reader.read('orders.v1', 0, 0n)).length).toBe(acked);
    reader.close();
  });
});
