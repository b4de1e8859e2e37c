// Proofs and exports of a real ledger: outsiders accept them, and reject altered ones.

import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { exportLedger } from '../../../src/app/export.ts';
import { checkProof, proveEntry, proveGrowth } from '../../../src/app/proof.ts';
import { reconcile } from '../../../src/app/reconcile.ts';
import { entryId } from '../../../src/domain/entry.ts';
import { signCheckpoint } from '../../../src/ledger/checkpoint.ts';
import { sha256 } from '../../../src/ledger/digest.ts';
import type { LedgerHead } from '../../../src/ledger/head.ts';
import { signerFromPem, signNote } from '../../../src/ledger/note.ts';
import { leavesIn, readEntries } from '../../ledger/blocks.ts';
import { MAIN } from '../../program.ts';
import { writeFiles } from '../cli-process.ts';
import { blocksOf, forgeLedger, ledgerPayload } from './forged-ledger.ts';
import { copyOf, flipBit, freshDirectory, givenLedger } from './given-ledger.ts';

const PARTITION = 2;
const ORIGIN = `hesabu/ledger/partition/${PARTITION}`;

let data: string;
let afterDayOne: string;
/** The ids of the partition's entries, in order, and the number of each one's leaf. */
let ids: string[];
let leaves: number[];

beforeAll(async () => {
  ({ data, afterDayOne } = await givenLedger());
  const blocks = blocksOf(ledgerPayload(copyOf(data), PARTITION)).map(({ block }) => block);
  ids = blocks
    .flatMap((block) => readEntries(block))
    .map(({ partition, height, index }) => entryId(partition, height, index));
  leaves = blocks
    .flatMap((block) => leavesIn(block))
    .flatMap((entries, leaf) => readEntries({ entries }).map(() => leaf));
});

function run(...args: string[]) {
  return spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...args], { encoding: 'utf8' });
}

/** Runs the stand-alone verifier that was written with the files. */
function standAlone(dir: string, args: readonly string[]): [number | null, string] {
  const { status, stdout } = spawnSync(process.execPath, ['verify.mjs', ...args], {
    cwd: dir,
    encoding: 'utf8',
  });
  return [status, stdout];
}

describe('the proof of an entry', () => {
  it('is written for every entry, and holds', async () => {
    const out = freshDirectory();
    const before = readdirSync(data, { recursive: true });
    const leafCount = leaves.at(-1)! + 1;
    for (const [at, id] of ids.entries()) {
      const { files, origin, size } = await proveEntry(data, id, out);
      expect(files).toEqual([`proof-${id}.txt`, `entry-${id}.bin`, 'vkey.txt']);
      expect([origin, size]).toEqual([ORIGIN, leafCount]);
      const paths = [`proof-${id}.txt`, `entry-${id}.bin`].map((file) => join(out, file));
      expect(checkProof(paths, join(out, 'vkey.txt'))).toBe(
        `entry ${id} in leaf ${leaves[at]} of ${size} in ${ORIGIN}`,
      );
    }
    // Reading leaves no files in the data directory.
    expect(readdirSync(data, { recursive: true })).toEqual(before);
  });

  it('has both entries of a payment that was settled in the same run, and no other key', async () => {
    const dir = freshDirectory();
    const paths = writeFiles(dir, {
      'orders.csv':
        'merchant,transaction_reference,amount,currency,placed_at\nduka,A-1,5.00,KES,2026-06-01T08:00:00Z\n',
      'lines.csv':
        'transaction_reference,transaction_id,type,amount_received,currency,fee_deduction,settlement_date\n' +
        'A-1,T-1,payment,5.00,KES,0.05,2026-06-02\n',
    });
    const input = { orders: [paths['orders.csv']], settlements: [paths['lines.csv']], asOf: '2026-06-05T00:00:00Z' };
    const own = join(dir, 'books');
    await reconcile({ ...input, provider: 'mfs-africa', data: own, lang: 'en' });
    const { partitions, entries } = await exportLedger(own, join(dir, 'export'));
    const [{ partition, leaves: size }] = partitions.filter((one) => one.entries > 0) as typeof partitions & [never];
    expect([entries, size]).toEqual([2, 1]);
    for (const id of [`${partition}-0-0`, `${partition}-0-1`]) {
      const { check } = await proveEntry(own, id, dir);
      const words = `ok: entry ${id} in leaf 0 of 1 in hesabu/ledger/partition/${partition}\n`;
      expect(standAlone(dir, check.replace('node verify.mjs ', '').split(' '))).toEqual([0, words]);
    }
  });

  it('does not hold for another entry, or with any part altered', async () => {
    const out = freshDirectory();
    const [first, second] = [ids[0]!, ids[leaves.indexOf(1)]!];
    await proveEntry(data, first, out);
    await proveEntry(data, second, out);
    const key = join(out, 'vkey.txt');
    const proof = join(out, `proof-${first}.txt`);
    expect(() => checkProof([proof, join(out, `entry-${second}.bin`)], key)).toThrow(/^HESABU_PROOF_INVALID: /);
    const entry = join(out, `entry-${first}.bin`);
    for (const path of [proof, entry, key]) {
      for (const part of [0.1, 0.5, 0.9]) {
        flipBit(path, part, 1);
        expect(() => checkProof([proof, entry], key)).toThrow(/^HESABU_PROOF_INVALID: /);
        flipBit(path, part, 1);
      }
    }
    expect(checkProof([proof, entry], key)).toContain(ORIGIN);
  });

  it('is not written for an entry that does not exist', async () => {
    for (const id of ['nothing', '2-0', '9-0-0', `${PARTITION}-0-9999`, `${PARTITION}-7-0`, '02-0-0x']) {
      await expect(proveEntry(data, id, freshDirectory())).rejects.toThrow(/^HESABU_NOT_FOUND: /);
    }
  });

  it('needs a signature, which blocks of an interrupted run do not have yet', async () => {
    const cut = copyOf(data);
    const note = `checkpoints/${PARTITION}.txt`;
    copyFileSync(join(afterDayOne, note), join(cut, note));
    const last = ids.at(-1)!;
    await expect(proveEntry(cut, last, freshDirectory())).rejects.toThrow(/^HESABU_NOT_FOUND: .*reconcile/);
    expect((await proveEntry(cut, ids[0]!, freshDirectory())).size).toBeLessThan(leaves.at(-1)! + 1);
  });

  it('is not written for a forged ledger', async () => {
    const forged = copyOf(data);
    forgeLedger(forged, PARTITION, (entries) => [...entries].reverse());
    await expect(proveEntry(forged, ids[0]!, freshDirectory())).rejects.toThrow(/^HESABU_LEDGER_TAMPERED: /);
  });
});

function truthNotes(dir: string): string[] {
  return [...Array(8).keys()].map((partition) => readFileSync(join(dir, 'checkpoints', `${partition}.txt`), 'utf8'));
}

function headOf(dir: string, partition: number): LedgerHead {
  return blocksOf(ledgerPayload(copyOf(dir), partition)).at(-1)!.head;
}

function newPem(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
}

describe('the proof of growth', () => {
  const older = () => join(afterDayOne, 'checkpoints', `${PARTITION}.txt`);
  const consistency = `consistency-${PARTITION}.txt`;

  it('leads from an older checkpoint to the newest', async () => {
    const out = freshDirectory();
    const { files, size } = await proveGrowth(data, older(), undefined, out);
    expect([files, size]).toEqual([[consistency, 'vkey.txt'], leaves.at(-1)! + 1]);
    expect(checkProof([join(out, consistency), older()], join(out, 'vkey.txt'))).toBe(
      `${ORIGIN} only grew, to ${size} leaves`,
    );
  });

  it('is the same from the size alone', async () => {
    const [byFile, bySize] = [freshDirectory(), freshDirectory()];
    await proveGrowth(data, older(), undefined, byFile);
    const size = readFileSync(older(), 'utf8').split('\n')[1]!;
    await proveGrowth(data, size, String(PARTITION), bySize);
    expect(readFileSync(join(bySize, consistency), 'utf8')).toBe(readFileSync(join(byFile, consistency), 'utf8'));
  });

  it('takes a file of all checkpoints, with the partition', async () => {
    const all = join(freshDirectory(), 'older.txt');
    writeFileSync(all, truthNotes(afterDayOne).join('\n'));
    const out = freshDirectory();
    expect((await proveGrowth(data, all, String(PARTITION), out)).files[0]).toBe(consistency);
    await expect(proveGrowth(data, all, undefined, out)).rejects.toThrow(/^HESABU_USAGE: .*--partition P for one of/);
  });

  it('is not written for another checkpoint, and says what is wrong with it (R08)', async () => {
    const dir = freshDirectory();
    const refused = async (name: string, note: string, ledger = data) => {
      writeFileSync(join(dir, name), note);
      const error = await proveGrowth(ledger, join(dir, name), undefined, dir).catch((thrown: Error) => thrown);
      return (error as Error).message.replaceAll(`${dir}/`, '').replaceAll(/ledger\+[0-9a-f]{8}/g, 'ledger+ID');
    };
    const newest = readFileSync(join(data, 'checkpoints', `${PARTITION}.txt`), 'utf8');
    const first = readFileSync(older(), 'utf8');
    expect(await refused('longer.txt', newest, afterDayOne)).toMatch(
      /^HESABU_SIGNED_NEWER: longer\.txt: .*expected at least \d+ leaves in 2 blocks of partition 2, found \d+ in 1\./,
    );
    const own = signerFromPem(readFileSync(join(data, 'keys', 'ledger.pem'), 'utf8'), 'ledger');
    const head = headOf(data, PARTITION);
    const fork = { ...head, height: 0, hash: sha256(Buffer.from('another')) };
    expect(await refused('fork.txt', signCheckpoint(fork, own))).toMatch(
      /^HESABU_SIGNED_DIFFERS: fork\.txt: .*found other ones under checkpoints\/2\.txt: the key signed two ledgers/,
    );
    expect(await refused('absent.txt', signCheckpoint({ ...head, partition: 12 }, own))).toMatch(
      /^HESABU_PROOF_INVALID: absent\.txt: .*a partition from 0 to 7, found one of partition 12\./,
    );
    const another = { ...signerFromPem(newPem(), 'ledger') };
    expect(await refused('key.txt', signCheckpoint(head, another))).toMatch(
      /^HESABU_PROOF_INVALID: key\.txt: .*that ledger\+ID signed, found hesabu\/ledger\/partition\/2, signed by ledger/,
    );
    expect(
      await refused('origin.txt', signNote('go.sum database tree\n9\n', signerFromPem(newPem(), 'sum.golang.org'))),
    ).toMatch(
      /^HESABU_PROOF_INVALID: origin\.txt: .*signed, found go\.sum database tree, signed by sum\.golang\.org\+/,
    );
    expect(await refused('altered.txt', first.replace('blocks 1', 'blocks 2'))).toMatch(
      /^HESABU_PROOF_INVALID: altered\.txt: .*expected a valid signature by ledger/,
    );
    expect(await refused('other.txt', 'no checkpoint')).toMatch(/^HESABU_PROOF_INVALID: other\.txt: /);
    const [bare, early] = [copyOf(data), copyOf(afterDayOne)];
    for (const dir of [bare, early]) rmSync(join(dir, 'checkpoints'), { recursive: true });
    expect(await refused('fork.txt', signCheckpoint(fork, own), bare)).toMatch(
      /^HESABU_SIGNED_DIFFERS: fork\.txt: .*expected the 1 blocks of partition 2 under it, found other ones/,
    );
    expect(await refused('longer.txt', newest, early)).toMatch(
      /^HESABU_SIGNED_NEWER: longer\.txt: .*expected the 2 blocks of partition 2 under it, found 1\./,
    );
    expect(await refused('newest.txt', newest, bare)).toMatch(
      /^HESABU_NOT_FOUND: partition 2: .*expected a signed checkpoint over it\. A running service signs each minute\./,
    );
    await expect(proveGrowth(data, 'none.txt', '2', dir)).rejects.toThrow(/^HESABU_FILE_MISSING: none\.txt: /);
    await expect(proveGrowth(data, '3', undefined, dir)).rejects.toThrow(/^HESABU_USAGE: .*--partition P, from 0 to 7/);
    await expect(proveGrowth(data, '3', '12', dir)).rejects.toThrow(/^HESABU_USAGE: .*from 0 to 7, found 12/);
    await expect(proveGrowth(data, '999', '2', dir)).rejects.toThrow(/^HESABU_USAGE: .*a size up to \d+, found 999/);
  });
});

describe('an export', () => {
  it('is accepted by the verifier that comes with it, partition by partition, and lists all entries', async () => {
    const out = join(freshDirectory(), 'for audit');
    const { partitions, entries, unsigned_blocks } = await exportLedger(data, out);
    expect(partitions.map(({ partition }) => partition)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(unsigned_blocks).toBe(0);
    const commands = readFileSync(join(out, 'README.txt'), 'utf8').match(/(?<=node verify\.mjs ).+/g)!;
    expect(commands).toHaveLength(8);
    for (const [partition, args] of commands.entries()) {
      const { entries: count, leaves: size } = partitions[partition]!;
      const words = `ok: ${count} entries in ${size} leaves give the root of hesabu/ledger/partition/${partition}\n`;
      expect(standAlone(out, args.split(' '))).toEqual([0, words]);
    }
    const lines = readFileSync(join(out, 'entries.jsonl'), 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(entries);
    const own = lines.map((line) => JSON.parse(line)).filter(({ id }) => id.startsWith(`${PARTITION}-`));
    expect(own.map(({ id }) => id)).toEqual(ids);
    expect(own[0]).toMatchObject({ merchant: 'duka', currency: 'KES', as_of: '2026-06-01T12:00:00Z' });
  });

  it('that was altered is refused', async () => {
    const out = freshDirectory();
    await exportLedger(data, out);
    const args = `tree vkey.txt checkpoint-${PARTITION}.txt entries-${PARTITION}.bin`;
    for (const file of args.split(' ').slice(1)) {
      flipBit(join(out, file), 0.4, 2);
      expect(standAlone(out, args.split(' '))).toEqual([1, expect.stringMatching(/^refused: /)]);
      flipBit(join(out, file), 0.4, 2);
    }
    expect(standAlone(out, args.split(' '))[0]).toBe(0);
  });

  it('is not written for a forged ledger, nor for one without signatures', async () => {
    const forged = copyOf(data);
    forgeLedger(forged, PARTITION, (entries) => entries.slice(1));
    const out = freshDirectory();
    await expect(exportLedger(forged, out)).rejects.toThrow(/^HESABU_LEDGER_TAMPERED: partition 2: /);
    expect(readdirSync(out).some((name) => name.includes(`entries-${PARTITION}`) || name === 'entries.jsonl')).toBe(
      false,
    );
    const unsigned = copyOf(data);
    for (const partition of Array(8).keys()) writeFileSync(join(unsigned, 'checkpoints', `${partition}.txt`), '');
    await expect(exportLedger(unsigned, out)).rejects.toThrow(/^HESABU_PROOF_INVALID: /);
  });
});

describe('as commands', () => {
  it('write what an outsider can check, with the command for it', () => {
    const out = freshDirectory();
    const proof = run('proof', ids[1]!, '--data', data, '--out', out, '--format', 'json');
    const { check } = JSON.parse(proof.stdout);
    expect(standAlone(out, check.replace('node verify.mjs ', '').split(' '))).toEqual([
      0,
      `ok: entry ${ids[1]} in leaf ${leaves[1]} of ${leaves.at(-1)! + 1} in ${ORIGIN}\n`,
    ]);
    const files = [`proof-${ids[1]}.txt`, `entry-${ids[1]}.bin`].map((name) => join(out, name));
    const checked = run('proof', '--check', ...files, '--key', join(out, 'vkey.txt'));
    const place = `leaf ${leaves[1]} of ${leaves.at(-1)! + 1} in ${ORIGIN}`;
    expect([checked.status, checked.stdout]).toEqual([0, `The proof holds: entry ${ids[1]} in ${place}.\n`]);
    flipBit(files[1]!, 0.5, 0);
    expect(run('proof', '--check', ...files, '--key', join(out, 'vkey.txt')).status).toBe(3);
  });

  it('exit with 2 for wrong arguments, and with 0 for an export', () => {
    expect(run('proof', '--data', data).status).toBe(2);
    expect(run('proof', '2-0-99999', '--data', data).stderr).toMatch(/^HESABU_NOT_FOUND: 2-0-99999: /);
    const out = join(freshDirectory(), 'new');
    mkdirSync(out);
    expect(run('export', '--data', data, '--out', out).stdout).toContain('node verify.mjs tree vkey.txt');
  });
});
