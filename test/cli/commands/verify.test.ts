// `hesabu verify` finds whatever was done to a stored ledger, and says where; a sound one it leaves as it is.

import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { copyFileSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type VerifyReport, verifyDirectory } from '../../../src/cli/verification/directory.ts';
import { verifyPartition } from '../../../src/cli/verification/partition.ts';
import { verifyInThreads } from '../../../src/cli/verification/threads.ts';
import { openCheckpoint, signCheckpoint } from '../../../src/ledger/checkpoint.ts';
import { headWith } from '../../../src/ledger/head.ts';
import { signerFromPem, verifierKeyText } from '../../../src/ledger/note.ts';
import { lockDirectory } from '../../../src/log/data-directory.ts';
import { EmbeddedLog, openReader } from '../../../src/log/embedded.ts';
import { appendOf } from '../../contract/event-log.ts';
import { blocksOf, forgeLedger, ledgerPayload } from './forged-ledger.ts';
import {
  copyOf,
  flipBit,
  forgeBatch,
  freshDirectory,
  givenLedger,
  payloadAt,
  replaced,
  withDatabase,
} from './given-ledger.ts';

const MAIN = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));
const PARTITION = 2;
const LEDGER = { topic: 'ledger.v1', partition: PARTITION, first: 0 };

let original: string;
let afterDayOne: string;
let truth: VerifyReport;

beforeAll(async () => {
  ({ data: original, afterDayOne } = await givenLedger());
  truth = await verifyDirectory({ data: original });
});

async function placesIn(data: string, key?: string): Promise<string[]> {
  const { faults } = await verifyDirectory(key === undefined ? { data } : { data, key });
  return faults.map(({ where }) => where);
}

/** Every file below a directory with its content and time of change. */
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

  it('is told as a table, or as JSON with the same sums', () => {
    const text = run('--data', original);
    expect([text.status, text.stderr]).toEqual([0, '']);
    expect(text.stdout).toContain('Verified: ');
    const { status, stdout } = run('--data', original, '--format', 'json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ verified: true, sealed: true, blocks: 16, facts: 96, faults: [] });
  });

  it('gives the same reports in threads', async () => {
    const reader = openReader(original, true);
    const terms = { rules: new Set<string>(), checkpoint: undefined };
    const jobs = truth.partitions.map(({ partition }) => ({ partition, terms }));
    let told = 0;
    const reports = await verifyInThreads(original, jobs, 2, (entries) => {
      told += entries;
    });
    expect(reports).toEqual(jobs.map(({ partition }) => verifyPartition(reader, partition, terms, () => {})));
    // The first block of each is at fault, for its rules are not among those given; it is told of all the same.
    expect(reports.every(({ faults }) => faults.length === 1)).toBe(true);
    expect(told).toBeGreaterThan(0);
    reader.close();
  });
});

describe('a directory that cannot be verified', () => {
  it('is named: there is none, or another process has it', async () => {
    await expect(verifyDirectory({ data: freshDirectory() })).rejects.toThrow(/^HESABU_FILE_MISSING: .*hesabu\.db: /);
    const lock = lockDirectory(original);
    await expect(verifyDirectory({ data: original })).rejects.toThrow(/^HESABU_DATA_LOCKED: /);
    lock.close();
  });
});

const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('a flipped bit', () => {
  it.each([
    ['hesabu.db', 150],
    ['hesabu.db.seal', 40],
    ['checkpoints/3.txt', 100],
    ['keys/ledger.pem', 100],
  ])('of %s is found, with its place', async (file, numRuns) => {
    const data = copyOf(original);
    await fc.assert(
      fc.asyncProperty(place, fc.nat(7), async (part, bit) => {
        const at = flipBit(join(data, file), part, bit);
        const places = await placesIn(data);
        flipBit(join(data, file), part, bit);
        const ranges = places.map((where) => /^(\S+) bytes (\d+) to (\d+)$/.exec(where));
        const isWithin = ranges.some((range) => range?.[1] === file && +range[2]! <= at && at < +range[3]!);
        // A key with another bit is another key: what it did not sign names it.
        const isNamed = places.includes(file) || (file.startsWith('keys') && places.includes('checkpoints/3.txt'));
        expect({ places, found: isWithin || isNamed }).toEqual({ places, found: true });
      }),
      { numRuns },
    );
    expect(await placesIn(data)).toEqual([]);
  });

  it('of a database without its seal is found wherever it would change what is read', async () => {
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

  it('of the database’s own header or tables is told as damage, sealed or not', async () => {
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

  it('ends the command with 3, one line on stderr for each place, and the same in JSON', () => {
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

describe('tampering that mends the checksums', () => {
  it('of an entry is found in its block', async () => {
    const data = copyOf(original);
    forgeBatch(data, LEDGER, replaced(payloadAt(data, LEDGER), '1000.00', '1900.00'));
    expect(await placesIn(data)).toEqual([`partition ${PARTITION}, block 0`]);
  });

  it('of where an entry stands is found in the entry', async () => {
    const data = copyOf(original);
    const payload = payloadAt(data, LEDGER);
    const { from } = blocksOf(payload)[0]!.entries[1]!;
    // The third long of an entry is its index; 1 is 2 as Avro has it.
    expect(payload[from + 2]).toBe(2);
    payload[from + 2] = 4;
    forgeBatch(data, LEDGER, payload);
    expect(await placesIn(data)).toEqual([`partition ${PARTITION}, block 0, entry 1`]);
  });

  it('by a block taken out is found: the first, and the last', async () => {
    for (const [first, where] of [
      [0, `ledger.v1 partition ${PARTITION} offset 0`],
      [1, `partition ${PARTITION}, block 1`],
    ] as const) {
      const data = copyOf(original);
      withDatabase(data, (database) => {
        const where = 'topic = ? AND partition = ? AND first = ?';
        database.prepare(`DELETE FROM batches WHERE ${where}`).run('ledger.v1', PARTITION, first);
      });
      expect(await placesIn(data)).toEqual([where]);
    }
  });

  it('by two blocks in each other’s place is found at the first', async () => {
    const data = copyOf(original);
    const [first, second] = [payloadAt(data, LEDGER), payloadAt(data, { ...LEDGER, first: 1 })];
    forgeBatch(data, LEDGER, second);
    forgeBatch(data, { ...LEDGER, first: 1 }, first);
    expect(await placesIn(data)).toEqual([`partition ${PARTITION}, block 0`]);
  });

  it('of a fact is found in the block that read it, by topic and offsets', async () => {
    const data = copyOf(original);
    const facts = { topic: 'callbacks.v1', partition: PARTITION, first: 0 };
    const payload = payloadAt(data, facts);
    forgeBatch(data, facts, replaced(payload, 'TXN-1', 'TXN-7'));
    const [where] = await placesIn(data);
    expect(where).toMatch(new RegExp(`^partition ${PARTITION}, block 0, callbacks.v1 offsets 0 to \\d+$`));
  });

  it('of the rules is found in every block made under them', async () => {
    const data = copyOf(original);
    const rules = { topic: 'rules.v1', partition: 0, first: 0 };
    forgeBatch(data, rules, replaced(payloadAt(data, rules), 'PT15M', 'PT45M'));
    const places = await placesIn(data);
    expect(places).toEqual(truth.partitions.map(({ partition }) => `partition ${partition}, block 0`));
  });

  it('by a batch that reading never comes to is found', async () => {
    const data = copyOf(original);
    withDatabase(data, (database) => {
      database.exec(`INSERT INTO batches (topic, partition, first, count, source, size, crc, payload)
        SELECT topic, partition, 900, count, source, size, crc, payload FROM batches
        WHERE topic = 'polls.v1' OR (topic = 'orders.v1' AND partition = ${PARTITION} AND first = 0)`);
    });
    expect(await placesIn(data)).toEqual([expect.stringContaining(`orders.v1 partition ${PARTITION}`)]);
  });

  it('by a batch of a topic that there is not is found', async () => {
    const data = copyOf(original);
    withDatabase(data, (database) => {
      database.exec("UPDATE batches SET topic = 'other.v1' WHERE topic = 'imports.v1' AND first = 0");
    });
    expect(await placesIn(data)).toContain('other.v1 partition 0');
  });

  it('by a ledger made anew, true in itself, is found: it is not the one that was signed', async () => {
    const data = copyOf(original);
    forgeLedger(data, PARTITION, (entries) => entries.slice(1));
    expect(await placesIn(data)).toEqual([`partition ${PARTITION}, block 1`]);
  });
});

describe('signatures', () => {
  const pem = () => generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  const note = (data: string) => join(data, 'checkpoints', `${PARTITION}.txt`);

  it('by another key are refused, and so is a forged ledger with a key of its own where the key is given', async () => {
    const data = copyOf(original);
    const own = signerFromPem(readFileSync(join(data, 'keys', 'ledger.pem'), 'utf8'), 'ledger');
    const key = join(freshDirectory(), 'vkey.txt');
    writeFileSync(key, `${verifierKeyText(own.verifier)}\n`);
    expect(await placesIn(data, key)).toEqual([]);
    const head = forgeLedger(data, PARTITION, (entries) => entries.slice(1));
    const otherPem = pem();
    const other = signerFromPem(otherPem, 'ledger');
    writeFileSync(note(data), signCheckpoint(head, other));
    expect(await placesIn(data)).toEqual([`checkpoints/${PARTITION}.txt`]);
    for (const { partition } of truth.partitions) {
      const path = join(data, 'checkpoints', `${partition}.txt`);
      if (partition === PARTITION) continue;
      const { blocks, hash, size } = openCheckpoint(readFileSync(path, 'utf8'), own.verifier);
      const signed = blocksOf(ledgerPayload(data, partition));
      const last = signed.at(-1)!.head;
      expect([last.height + 1, last.hash, last.tree.size]).toEqual([blocks, hash, size]);
      writeFileSync(path, signCheckpoint(headWith(last, signed.at(-1)!.block, last.tree), other));
    }
    writeFileSync(join(data, 'keys', 'ledger.pem'), otherPem);
    // True in itself from end to end: only who has the key from elsewhere can tell.
    expect(await placesIn(data)).toEqual([]);
    expect(await placesIn(data, key)).toEqual(truth.partitions.map(({ partition }) => `checkpoints/${partition}.txt`));
  });

  it('of another partition, or none, where others are signed, are found', async () => {
    const data = copyOf(original);
    copyFileSync(join(data, 'checkpoints', '3.txt'), note(data));
    expect(await placesIn(data)).toContain(`checkpoints/${PARTITION}.txt`);
    rmSync(note(data));
    expect(await placesIn(data)).toEqual([`partition ${PARTITION}`]);
    rmSync(join(data, 'keys', 'ledger.pem'));
    expect(await placesIn(data)).toEqual(['keys/ledger.pem']);
  });

  it('over the beginning of the ledger are enough: a run that was cut short has not signed its blocks yet', async () => {
    const data = copyOf(original);
    copyFileSync(note(afterDayOne), note(data));
    const { faults, partitions } = await verifyDirectory({ data });
    expect(faults).toEqual([]);
    expect(partitions[PARTITION]).toMatchObject({ blocks: 2, signed_blocks: 1 });
  });

  it('cannot tell a directory that was put back as a whole: only a checkpoint kept elsewhere can', async () => {
    expect(await placesIn(afterDayOne)).toEqual([]);
    const data = copyOf(afterDayOne);
    copyFileSync(note(original), note(data));
    expect(await placesIn(data)).toEqual([`partition ${PARTITION}, block 1`]);
  });
});

describe('a ledger after a crash', () => {
  it('is verified from the changes beside it, and neither is changed', async () => {
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

  it('without changes beside it, nothing is left behind', async () => {
    const data = copyOf(original);
    rmSync(join(data, 'hesabu.db.seal'));
    const before = stateOf(data);
    expect(await verifyDirectory({ data })).toEqual({ ...truth, sealed: false });
    expect(stateOf(data)).toEqual(before);
  });
});
