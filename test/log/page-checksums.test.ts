// A flipped bit is found: by the checksums anywhere, and without them wherever it would change what is read.

import { appendFileSync, copyFileSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { HesabuError } from '../../src/domain/errors.ts';
import { EmbeddedLog } from '../../src/log/embedded.ts';
import { checkPageChecksums } from '../../src/log/page-checksums.ts';
import { appendOf } from '../contract/event-log.ts';
import { freshDirectory, valuesOf } from './files.ts';

const TOPICS = ['orders.v1', 'ledger.v1'] as const;
const FILES = ['hesabu.db', 'hesabu.db.seal'] as const;

/** A log of a few batches, closed. */
const original = freshDirectory();

beforeAll(async () => {
  const log = new EmbeddedLog(original, { partitions: 1 });
  for (let index = 0; index < 6; index++) {
    const texts = Array.from({ length: 30 }, (_, value) => `${index}.${value} ${Math.imul(value + 1, 0x9e3779b1)}`);
    await log.append([appendOf('orders.v1', 0, texts), appendOf('ledger.v1', 0, [`block ${index}`])]);
  }
  await log.close();
});

function copied(): string {
  const dir = freshDirectory();
  for (const file of FILES) copyFileSync(join(original, file), join(dir, file));
  return dir;
}

function flip(path: string, part: number, bit: number): number {
  const bytes = readFileSync(path);
  const at = Math.floor(part * bytes.length);
  bytes[at]! ^= 1 << bit;
  writeFileSync(path, bytes);
  return at;
}

const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('the page checksums', () => {
  it('are written by a clean close, kept by a close without writes, and removed by the first write', async () => {
    const dir = copied();
    expect(checkPageChecksums(dir)).toEqual({ sealed: true, faults: [] });
    const seal = readFileSync(join(dir, 'hesabu.db.seal'));
    const log = new EmbeddedLog(dir);
    expect(valuesOf(log.read('orders.v1', 0, 0n))).toHaveLength(180);
    await log.close();
    expect(readFileSync(join(dir, 'hesabu.db.seal')).equals(seal)).toBe(true);
    expect(checkPageChecksums(dir)).toEqual({ sealed: true, faults: [] });
    const again = new EmbeddedLog(dir);
    await again.append([appendOf('orders.v1', 0, ['a'])]);
    expect(checkPageChecksums(dir)).toEqual({ sealed: false, faults: [] });
    await again.close();
    expect(checkPageChecksums(dir)).toEqual({ sealed: true, faults: [] });
    expect(readFileSync(join(dir, 'hesabu.db.seal')).equals(seal)).toBe(false);
  });

  it('are those of the whole database, though only what changed is read', async () => {
    const change = fc.record({
      values: fc.integer({ min: 1, max: 400 }),
      times: fc.integer({ min: 1, max: 4 }),
      checkpointBytes: fc.constantFrom(1, 100_000, 64 * 1024 * 1024),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        const dir = copied();
        for (const { values, times, checkpointBytes } of changes) {
          const log = new EmbeddedLog(dir, { checkpointBytes });
          for (let time = 0; time < times; time++) {
            const texts = Array.from({ length: values }, (_, at) => `${Math.imul(at + time, 0x9e3779b1)}`.repeat(20));
            await log.append([appendOf('orders.v1', 0, texts)]);
          }
          await log.close();
          expect(checkPageChecksums(dir)).toEqual({ sealed: true, faults: [] });
        }
        rmSync(dir, { recursive: true });
      }),
      { numRuns: 20 },
    );
  });

  it('still tell a bit that was flipped before a later write', async () => {
    const dir = copied();
    const large = Array.from({ length: 60_000 }, (_, at) => `${Math.imul(at, 0x9e3779b1)}`);
    const first = new EmbeddedLog(dir);
    await first.append([appendOf('orders.v1', 0, large)]);
    await first.close();
    const file = join(dir, 'hesabu.db');
    const from = 65536;
    expect(statSync(file).size).toBeGreaterThan(from * 3);
    flip(file, (from + 100) / statSync(file).size, 3);
    const log = new EmbeddedLog(dir);
    await log.append([appendOf('ledger.v1', 0, ['a block'])]);
    await log.close();
    expect(checkPageChecksums(dir).faults).toEqual([{ file, from, to: from + 65536 }]);
  });

  it('find any flipped bit of the database, and where it is', () => {
    const dir = copied();
    const file = join(dir, 'hesabu.db');
    const size = statSync(file).size;
    fc.assert(
      fc.property(place, fc.nat(7), (part, bit) => {
        const at = flip(file, part, bit);
        const from = at - (at % 65536);
        expect(checkPageChecksums(dir).faults).toEqual([{ file, from, to: Math.min(from + 65536, size) }]);
        flip(file, part, bit);
        expect(checkPageChecksums(dir).faults).toEqual([]);
      }),
    );
  });

  it('find any flipped bit of their own', () => {
    const dir = copied();
    const file = join(dir, 'hesabu.db.seal');
    const size = statSync(file).size;
    for (let at = 0; at < size * 8; at++) {
      flip(file, at / 8 / size, at % 8);
      expect(checkPageChecksums(dir).faults).toEqual([{ file, from: 0, to: size }]);
      flip(file, at / 8 / size, at % 8);
    }
    truncateSync(file, 3);
    expect(checkPageChecksums(dir).faults).toEqual([{ file, from: 0, to: 3 }]);
  });

  it('find a longer, shorter or missing database, and a file of changes beside it', () => {
    const dir = copied();
    const file = join(dir, 'hesabu.db');
    const size = statSync(file).size;
    appendFileSync(file, 'x');
    const last = size - (size % 65536);
    expect(checkPageChecksums(dir).faults).toEqual([{ file, from: last, to: size + 1 }]);
    truncateSync(file, 100);
    expect(checkPageChecksums(dir).faults.at(0)).toEqual({ file, from: 0, to: 65536 });
    expect(checkPageChecksums(dir).faults.at(-1)!.to).toBe(size);
    rmSync(file);
    expect(checkPageChecksums(dir).faults.at(-1)!.to).toBe(size);
    copyFileSync(join(original, 'hesabu.db'), file);
    writeFileSync(`${file}-wal`, 'changes');
    expect(checkPageChecksums(dir).faults).toEqual([{ file: `${file}-wal`, from: 0, to: 7 }]);
  });
});

describe('without page checksums', () => {
  /** All values of the log, or the error that ended the reading. */
  async function readAll(dir: string): Promise<Record<string, [bigint, string][]> | unknown> {
    let log: EmbeddedLog | undefined;
    try {
      log = new EmbeddedLog(dir);
      return Object.fromEntries(TOPICS.map((topic) => [topic, valuesOf(log!.read(topic, 0, 0n))]));
    } catch (error) {
      return error;
    } finally {
      await log?.close().catch(() => {});
    }
  }

  it('a flipped bit never gives another value: a value is correct, or the damage is named', async () => {
    const truth = (await readAll(copied())) as Record<string, [bigint, string][]>;
    await fc.assert(
      fc.asyncProperty(place, fc.nat(7), async (part, bit) => {
        const dir = copied();
        rmSync(join(dir, 'hesabu.db.seal'));
        flip(join(dir, 'hesabu.db'), part, bit);
        const read = await readAll(dir);
        rmSync(dir, { recursive: true });
        if (read instanceof HesabuError) return;
        for (const topic of TOPICS) {
          const values = (read as Record<string, [bigint, string][]>)[topic]!;
          expect(values).toEqual(truth[topic]!.slice(0, values.length));
        }
      }),
      { numRuns: 150 },
    );
  });

  it('a damaged batch is named by topic, partition and offset', async () => {
    const dir = copied();
    rmSync(join(dir, 'hesabu.db.seal'));
    const file = join(dir, 'hesabu.db');
    const bytes = readFileSync(file);
    // A payload as compressed: the batch of block 3, a single short value.
    const at = bytes.indexOf('block 3');
    expect(at).toBeGreaterThan(0);
    bytes[at]! ^= 1;
    writeFileSync(file, bytes);
    const log = new EmbeddedLog(dir);
    const read = () => valuesOf(log.read('ledger.v1', 0, 0n));
    expect(read).toThrow(/^HESABU_LOG_DAMAGED: ledger.v1 partition 0 offset 3: /);
    expect(valuesOf(log.read('orders.v1', 0, 0n))).toHaveLength(180);
    await log.close();
  });

  it('a missing batch is named by its offset', async () => {
    const dir = copied();
    const database = new DatabaseSync(join(dir, 'hesabu.db'));
    database.exec("DELETE FROM batches WHERE topic = 'ledger.v1' AND first IN (0, 2)");
    database.close();
    const log = new EmbeddedLog(dir);
    expect(() => valuesOf(log.read('ledger.v1', 0, 0n))).toThrow(
      /^HESABU_LOG_DAMAGED: ledger.v1 partition 0 offset 0: /,
    );
    expect(() => valuesOf(log.read('ledger.v1', 0, 1n))).toThrow(
      /^HESABU_LOG_DAMAGED: ledger.v1 partition 0 offset 2: /,
    );
    expect(valuesOf(log.read('ledger.v1', 0, 3n))).toHaveLength(3);
    await log.close();
  });
});
