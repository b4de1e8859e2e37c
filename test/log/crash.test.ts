// Processes killed at every step, and at any moment: acknowledged data is there, and nothing is there in part.

import { copyFileSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { EmbeddedLog } from '../../src/log/embedded.ts';
import { checkPageChecksums } from '../../src/log/page-checksums.ts';
import { FileSnapshotStore } from '../../src/log/snapshots.ts';
import { LOG_FAILPOINTS } from '../../src/runtime/failpoints.ts';
import { freshDirectory, start, valuesOf } from './files.ts';

interface Acked {
  readonly index: number;
  readonly changesSize: number;
}

/** What the program reported as acknowledged, with the size of the file of changes at that time. */
function ackedOf(lines: readonly string[]): Acked[] {
  return lines
    .filter((line) => line.startsWith('acked'))
    .map((line) => ({ index: Number(line.split(' ')[1]), changesSize: Number(line.split(' ')[2]) }));
}

/** The number of the program's appends in the log; each must be whole, in order, and there once. */
async function appendsIn(dir: string): Promise<number> {
  const log = new EmbeddedLog(dir, { partitions: 2 });
  const orders = valuesOf(log.read('orders.v1', 0, 0n));
  const blocks = valuesOf(log.read('ledger.v1', 1, 0n));
  await log.close();
  expect(orders).toEqual(
    blocks.flatMap((_, index) => [
      [BigInt(index * 2), `${index}`],
      [BigInt(index * 2 + 1), `${index}'`],
    ]),
  );
  expect(blocks).toEqual(blocks.map((_, index) => [BigInt(index), `block ${index}`]));
  return blocks.length;
}

describe('a process killed at a step', () => {
  const once = [
    'append:seal-removed',
    'close:before-checkpoint',
    'close:checkpointed',
    'seal:written-temp',
    'seal:renamed',
  ];
  const barrier = LOG_FAILPOINTS.flatMap((step) =>
    once.includes(step) ? [[step, 0] as const] : [[step, 0] as const, [step, 2] as const],
  );

  it.concurrent.each(barrier)('%s, passed %i times before (F02)', async (step, passes) => {
    const dir = freshDirectory();
    await new EmbeddedLog(dir, { partitions: 2 }).close();
    const killed = await start('append-program.ts', [dir, '4', step, `${passes}`]).ended;
    expect([killed.signal, killed.lines.filter((line) => !line.startsWith('acked'))]).toEqual(['SIGKILL', []]);

    const acked = ackedOf(killed.lines).length;
    const kept = await appendsIn(dir);
    // The append in progress may be there or not.
    expect([acked, acked + 1]).toContain(kept);
    const snapshot = new FileSnapshotStore(join(dir, 'snapshots')).load(0);
    if (snapshot !== undefined) expect(snapshot.content.toString()).toBe(`state ${snapshot.height}`);

    const log = new EmbeddedLog(dir);
    expect(log.end('ledger.v1', 1)).toBe(BigInt(kept));
    await log.close();
    expect(checkPageChecksums(dir)).toEqual({ sealed: true, faults: [] });
  });
});

describe('a process killed at any moment', () => {
  it('loses nothing that it acknowledged, repeatedly', async () => {
    const dir = freshDirectory();
    let kept = 0;
    for (const delayMs of [0, 3, 9, 20]) {
      const { child, ended } = start('append-program.ts', [dir, '100000', 'none']);
      await new Promise((resolve) => child.stdout!.once('data', resolve));
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      child.kill('SIGKILL');
      const last = ackedOf((await ended).lines).at(-1)!.index;
      const before = kept;
      kept = await appendsIn(dir);
      expect(last).toBeGreaterThanOrEqual(before);
      expect([last + 1, last + 2]).toContain(kept);
    }
  });
});

describe('a tail torn after a kill', () => {
  const killedDir = freshDirectory();
  let acked: readonly Acked[] = [];

  beforeAll(async () => {
    const killed = await start('append-program.ts', [killedDir, '8', 'close:before-checkpoint']).ended;
    acked = ackedOf(killed.lines);
  });

  /** Opens a copy of the killed process's files with altered changes, and counts the appends in it. */
  async function keptAfter(alter: (changes: string) => void): Promise<number> {
    const dir = freshDirectory();
    for (const file of ['hesabu.db', 'hesabu.db-wal']) copyFileSync(join(killedDir, file), join(dir, file));
    alter(join(dir, 'hesabu.db-wal'));
    try {
      return await appendsIn(dir);
    } finally {
      rmSync(dir, { recursive: true });
    }
  }

  const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  /** Every whole append before the position survives, and none after it. */
  const wholeBefore = (at: number) => acked.filter(({ changesSize }) => changesSize <= at).length;

  it('is cut after the last whole append (F07 partly)', async () => {
    expect(acked).toHaveLength(8);
    const size = acked.at(-1)!.changesSize;
    await fc.assert(
      fc.asyncProperty(place, async (part) => {
        const at = Math.floor(part * (size + 1));
        expect(await keptAfter((changes) => truncateSync(changes, at))).toBe(wholeBefore(at));
      }),
      { numRuns: 40 },
    );
  });

  /** `npm run soak` takes every byte. */
  const STRIDE = Number(process.env.HESABU_TEST_TAIL_STRIDE ?? 256);

  it(`is cut, or overwritten, at each ${STRIDE}th of its last 4,096 bytes, and all before stays (F07)`, async () => {
    const size = acked.at(-1)!.changesSize;
    for (let at = size - 4096; at < size; at += STRIDE) {
      expect([at, await keptAfter((changes) => truncateSync(changes, at))]).toEqual([at, wholeBefore(at)]);
      // A torn write: the blocks after the place are old, or nothing.
      const torn = await keptAfter((changes) => {
        const bytes = readFileSync(changes).subarray(0, size);
        writeFileSync(changes, bytes.fill(0, at));
      });
      expect([at, torn]).toEqual([at, wholeBefore(at)]);
    }
  }, 600_000);

  it('is cut before an append with a flipped bit', async () => {
    const size = acked.at(-1)!.changesSize;
    await fc.assert(
      fc.asyncProperty(place, fc.nat(7), async (part, bit) => {
        const at = 32 + Math.floor(part * (size - 32));
        const kept = await keptAfter((changes) => {
          const bytes = readFileSync(changes);
          bytes[at]! ^= 1 << bit;
          writeFileSync(changes, bytes);
        });
        expect(kept).toBe(wholeBefore(at));
      }),
      { numRuns: 40 },
    );
  });
});
