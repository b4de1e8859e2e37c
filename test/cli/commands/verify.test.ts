// `hesabu verify` finds any change to a stored ledger and says where it is; it does not change a sound one.

import { spawnSync } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { withReadOnlyLog } from '../../../src/engine/directory/read-only-directory.ts';
import { Reconciler } from '../../../src/engine/reconciler.ts';
import { type VerifyReport, verifyDirectory } from '../../../src/engine/verification/directory.ts';
import { verifyPartition } from '../../../src/engine/verification/partition.ts';
import { verifyInThreads } from '../../../src/engine/verification/threads.ts';
import { lockDirectory } from '../../../src/log/data-directory.ts';
import { EmbeddedLog } from '../../../src/log/embedded.ts';
import { openView } from '../../../src/log/log-reader.ts';
import { DEFAULT_RULES } from '../../../src/matching/rules.ts';
import { appendOf } from '../../contract/event-log.ts';
import { MAIN } from '../../program.ts';
import { copyOf, flipBit, freshDirectory, givenLedger } from './given-ledger.ts';

const PARTITION = 2;

let original: string;
let truth: VerifyReport;

beforeAll(async () => {
  ({ data: original } = await givenLedger());
  truth = await verifyDirectory({ data: original });
});

async function placesIn(data: string): Promise<string[]> {
  return (await verifyDirectory({ data })).faults.map(({ where }) => where);
}

/** Every file below a directory with its content and modification time. */
function stateOf(dir: string): [string, string, number][] {
  const names = readdirSync(dir, { recursive: true, encoding: 'utf8' }).sort();
  return names.map((name) => {
    const { mtimeMs } = statSync(join(dir, name));
    return [name, statSync(join(dir, name)).isFile() ? readFileSync(join(dir, name), 'base64') : '', mtimeMs];
  });
}

function run(...args: string[]) {
  const flags = ['--disable-warning=ExperimentalWarning', MAIN, 'verify'];
  return spawnSync(process.execPath, [...flags, ...args], { encoding: 'utf8' });
}

describe('a sound ledger', () => {
  it('verifies, with every block signed', () => {
    expect(truth.faults).toEqual([]);
    expect(truth.sealed).toBe(true);
    expect(truth.partitions.map(({ partition }) => partition)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(truth.partitions.reduce((sum, { facts }) => sum + facts, 0)).toBe(96);
    for (const { blocks, signed_blocks } of truth.partitions) expect([blocks, signed_blocks]).toEqual([2, 2]);
  });

  it('is not changed in any file', async () => {
    const before = stateOf(original);
    await verifyDirectory({ data: original });
    expect(stateOf(original)).toEqual(before);
  });

  it('is reported as a table, or as JSON with the same sums', () => {
    const text = run('--data', original);
    expect([text.status, text.stderr]).toEqual([0, '']);
    expect(text.stdout).toContain('Verified: ');
    const { status, stdout } = run('--data', original, '--format', 'json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ verified: true, sealed: true, blocks: 16, facts: 96, faults: [] });
  });

  it('has the same reports from threads', async () => {
    const reader = openView(original, { alone: true });
    const terms = { rules: new Map<string, number>(), signed: [], signedOnly: false, decisionKeys: new Set<string>() };
    const jobs = truth.partitions.map(({ partition }) => ({ partition, terms }));
    let reported = 0;
    const { view } = reader;
    const reports = await verifyInThreads(original, view, jobs, 2, (entries) => {
      reported += entries;
    });
    expect(reports).toEqual(jobs.map(({ partition }) => verifyPartition(reader, partition, terms, () => {})));
    // The first block of each is at fault, because its rules are not among the given ones; threads report that too.
    expect(reports.every(({ faults }) => faults.length === 1)).toBe(true);
    expect(reported).toBeGreaterThan(0);
    reader.close();
  });
});

describe('a directory that others use', () => {
  it('is verified beside a process that writes it, up to what that process has signed', async () => {
    const data = copyOf(original);
    const reconciler = await Reconciler.open(data, { threads: 0 });
    await reconciler.ledger.advance(Date.UTC(2026, 5, 9), DEFAULT_RULES);
    const report = await verifyDirectory({ data });
    expect(report).toMatchObject({ running: true, sealed: false, faults: [] });
    const { partitions } = truth;
    expect(report.partitions.map(({ head }) => head)).toEqual(partitions.map(({ head }) => head));
    expect(report.partitions.reduce((sum, { left_out }) => sum + left_out, 0)).toBeGreaterThan(0);
    await reconciler.close();
    expect((await verifyDirectory({ data })).faults.map(({ code }) => code)).toContain('HESABU_LEDGER_UNSIGNED');
  });

  it('is not verified beside a process that has signed nothing of a partition', async () => {
    const data = join(freshDirectory(), 'data');
    const reconciler = await Reconciler.open(data, { threads: 0 });
    expect((await verifyDirectory({ data })).faults).toMatchObject([{ code: 'HESABU_LEDGER_UNSIGNED' }]);
    await reconciler.close();
  });

  it('is read by several at once, who keep writers out', async () => {
    const data = copyOf(original);
    const before = stateOf(data);
    await withReadOnlyLog(data, async () => {
      expect(await verifyDirectory({ data })).toEqual(truth);
      expect(() => lockDirectory(data)).toThrow(/^HESABU_DATA_LOCKED: /);
    });
    expect(stateOf(data)).toEqual(before);
  });
});

describe('a directory that cannot be verified', () => {
  it('is named: it does not exist', async () => {
    await expect(verifyDirectory({ data: freshDirectory() })).rejects.toThrow(/^HESABU_FILE_MISSING: .*hesabu\.db: /);
  });
});

/** `HESABU_TEST_FLIPS` sets another number. */
const FLIPS = Number(process.env.HESABU_TEST_FLIPS ?? 20);
const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('a flipped bit', () => {
  it.each([
    ['hesabu.db', FLIPS],
    ['hesabu.db.seal', 40],
    ['checkpoints/3.txt', 100],
    ['keys/ledger.pem', 100],
  ])('in %s is found, with its place (F08)', async (file, numRuns) => {
    const data = copyOf(original);
    await fc.assert(
      fc.asyncProperty(place, fc.nat(7), async (part, bit) => {
        const at = flipBit(join(data, file), part, bit);
        const places = await placesIn(data);
        flipBit(join(data, file), part, bit);
        const ranges = places.map((where) => /^(\S+) bytes (\d+) to (\d+)$/.exec(where));
        const isWithin = ranges.some((range) => range?.[1] === file && +range[2]! <= at && at < +range[3]!);
        // A key with one different bit is another key: the checkpoints that it did not sign are at fault.
        const isNamed = places.includes(file) || (file.startsWith('keys') && places.includes('checkpoints/3.txt'));
        expect({ places, found: isWithin || isNamed }).toEqual({ places, found: true });
      }),
      { numRuns },
    );
    expect(await placesIn(data)).toEqual([]);
  });

  it('in a database without page checksums is found if it changes what is read', async () => {
    const data = copyOf(original);
    rmSync(join(data, 'hesabu.db.seal'));
    await fc.assert(
      fc.asyncProperty(place, fc.nat(7), async (part, bit) => {
        flipBit(join(data, 'hesabu.db'), part, bit);
        const { faults, partitions } = await verifyDirectory({ data });
        flipBit(join(data, 'hesabu.db'), part, bit);
        if (faults.length === 0) expect(partitions).toEqual(truth.partitions);
        else for (const { where } of faults) expect(where).toMatch(/partition \d|hesabu\.db|rules\.v1|imports\.v1/);
      }),
      { numRuns: 150 },
    );
  });

  it('in the database’s own header or tables is reported as damage, with page checksums or without', async () => {
    const data = copyOf(original);
    const size = statSync(join(data, 'hesabu.db')).size;
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.nat(120), fc.integer({ min: 15_000, max: 16_383 })), fc.nat(7), async (at, bit) => {
        flipBit(join(data, 'hesabu.db'), at / size, bit);
        const places = await placesIn(data);
        rmSync(join(data, 'hesabu.db.seal'));
        const { faults, partitions } = await verifyDirectory({ data });
        flipBit(join(data, 'hesabu.db'), at / size, bit);
        copyFileSync(join(original, 'hesabu.db.seal'), join(data, 'hesabu.db.seal'));
        expect(places).toContain('hesabu.db bytes 0 to 65536');
        if (faults.length === 0) expect(partitions).toEqual(truth.partitions);
      }),
      { numRuns: 150 },
    );
  });

  it('makes the command exit with 3, with one line on stderr for each place, and the same in JSON', () => {
    const data = copyOf(original);
    flipBit(join(data, 'hesabu.db'), 0.5, 3);
    const { status, stderr } = run('--data', data);
    expect(status).toBe(3);
    expect(stderr).toMatch(/^HESABU_LOG_DAMAGED: hesabu\.db bytes \d+ to \d+: .+\n/);
    const json = run('--data', data, '--format', 'json');
    const { verified, faults } = JSON.parse(json.stdout);
    expect([json.status, verified]).toEqual([3, false]);
    expect(stderr.trimEnd().split('\n').length).toBe(Math.min(faults.length, 21));
  });
});

describe('a ledger after a crash', () => {
  it('is verified with its write-ahead log, and neither is changed', async () => {
    const open = copyOf(original);
    const log = new EmbeddedLog(open);
    await log.append([appendOf('polls.v1', PARTITION, ['a value that no block has read'])]);
    const data = copyOf(open);
    await log.close();
    const files = ['hesabu.db', 'hesabu.db-wal'].map((name) => join(data, name));
    const before = files.map((path) => readFileSync(path, 'base64'));
    const { faults, sealed, partitions } = await verifyDirectory({ data });
    expect([faults, sealed]).toEqual([[], false]);
    expect(partitions[PARTITION]!.facts).toBe(truth.partitions[PARTITION]!.facts + 1);
    expect(files.map((path) => readFileSync(path, 'base64'))).toEqual(before);
  });

  it('without a write-ahead log leaves no files behind', async () => {
    const data = copyOf(original);
    rmSync(join(data, 'hesabu.db.seal'));
    const before = stateOf(data);
    expect(await verifyDirectory({ data })).toEqual({ ...truth, sealed: false });
    expect(stateOf(data)).toEqual(before);
  });
});
