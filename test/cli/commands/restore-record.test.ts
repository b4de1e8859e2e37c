// `hesabu restore-record` takes over a ledger that is older than records, and nothing else: above all no ledger whose
// record was taken away to have it signed anew from an older day.

import { copyFileSync, cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { takeOver } from '../../../src/app/record-restore.ts';
import { readCheckpoint } from '../../../src/engine/directory/checkpoints.ts';
import { Reconciler } from '../../../src/engine/reconciler.ts';
import { verifyDirectory } from '../../../src/engine/verification/directory.ts';
import { hesabu } from '../cli-process.ts';
import { type Attack, attacked, beforeRecords, givenTrueLedger, interrupted, type TrueLedger } from './forged-files.ts';
import { forgeLedger } from './forged-ledger.ts';
import { copyOf, freshDirectory, reconcileDay, withDatabase } from './given-ledger.ts';

const RECORD = join('keys', 'ledger.signed');

let truth: TrueLedger;
let older: string;
let olderDayOne: string;

beforeAll(async () => {
  truth = await givenTrueLedger();
  older = beforeRecords(truth.data);
  olderDayOne = beforeRecords(truth.afterDayOne);
});

const command = (data: string, ...more: string[]) => hesabu(['restore-record', '--data', data, ...more]);

/** The checkpoints of all partitions in one file, as somebody was given them. */
function given(data: string): string {
  const file = join(freshDirectory(), 'given.txt');
  writeFileSync(file, truth.hashes.map((_, partition) => readCheckpoint(data, partition)!).join('\n'));
  return file;
}

/** The error, or what was shown; whether with or without the confirmation, no record is written then. */
async function refusal(data: string, checkpoint: string[] = []): Promise<string> {
  const error = await takeOver({ data, checkpoint }).catch((one: Error) => one);
  if (!(error instanceof Error)) return error.confirmation;
  expect(existsSync(join(data, RECORD))).toBe(false);
  return error.message;
}

/** A partition as if it had never had a value on these topics. */
function emptied(partition: number, topics: string): string {
  const data = copyOf(older);
  rmSync(join(data, 'checkpoints', `${partition}.txt`));
  withDatabase(data, (database) => {
    database.exec(`DELETE FROM batches WHERE partition = ${partition} AND topic IN (${topics})`);
  });
  return data;
}

describe('a ledger from before there were records', () => {
  it('is refused, shown, confirmed, and goes on', async () => {
    const data = copyOf(older);
    await expect(reconcileDay(join(data, '..'), 3)).rejects.toThrow(/^HESABU_SIGNED_LOST: .+hesabu restore-record\.$/);
    const shown = await command(data);
    expect(shown.code).toBe(2);
    expect(shown.stderr).toMatch(/^HESABU_USAGE: --confirm: .+; expected [0-9a-f]{16}, once .+found nothing\./);
    for (const hashes of truth.hashes) {
      expect(shown.stdout).toContain(Buffer.from(hashes.at(-1)!, 'latin1').toString('hex', 0, 8));
    }
    expect(shown.stdout).toContain('Nothing here can show that these files are the newest that were signed');
    expect(existsSync(join(data, RECORD))).toBe(false);
    const confirm = /expected ([0-9a-f]{16})/.exec(shown.stderr)![1]!;
    expect((await command(data, '--confirm', '0123456789abcdef')).code).toBe(2);
    expect(existsSync(join(data, RECORD))).toBe(false);
    const done = await command(data, '--confirm', confirm, '--checkpoint', given(older), '--key', truth.vkey);
    expect(done).toMatchObject({ code: 0, stderr: '' });
    expect(done.stdout).toContain('Checkpoints of earlier signatures that the ledger holds: 8.');
    // Both are as if the ledger had kept a record from the beginning.
    for (const name of [RECORD, join('checkpoints', '3.txt')]) {
      expect(readFileSync(join(data, name), 'utf8')).toBe(readFileSync(join(truth.data, name), 'utf8'));
    }
    await reconcileDay(join(data, '..'), 3);
    expect(await verifyDirectory({ data, key: truth.vkey })).toMatchObject({ faults: [] });
    expect(await refusalWithRecord(data)).toMatch(/^HESABU_USAGE: keys\/ledger\.signed: /);
  });

  const refusalWithRecord = (data: string) => takeOver({ data }).catch(({ message }: Error) => message);

  it('is refused with blocks or facts that nobody signed, which its own version could still sign', async () => {
    const unsigned = beforeRecords(await interrupted(truth.data));
    expect(await refusal(unsigned)).toMatch(/^HESABU_LEDGER_UNSIGNED: partition \d: .+with the version that made /);
    const data = copyOf(older);
    withDatabase(data, (database) => database.exec("DELETE FROM batches WHERE topic = 'ledger.v1' AND first = 1"));
    for (const partition of truth.hashes.keys()) {
      const name = join('checkpoints', `${partition}.txt`);
      copyFileSync(join(olderDayOne, name), join(data, name));
    }
    expect(await refusal(data)).toMatch(/^HESABU_LEDGER_UNSIGNED: \w+\.v1 partition 0: .+facts that no block has read/);
  });

  it.each([
    ['run:record-written', false],
    ['run:record-renamed', true],
    ['run:head-renamed', true],
  ])('is taken over wholly or not at all where the process ends at %s', async (point, isThere) => {
    const data = copyOf(older);
    const { confirmation: confirm } = await takeOver({ data });
    const onFailpoint = (name: string) => {
      if (name === point) throw new Error('ended');
    };
    await expect(takeOver({ data, confirm, onFailpoint })).rejects.toThrow();
    expect(existsSync(join(data, RECORD))).toBe(isThere);
    if (!isThere) await takeOver({ data, confirm });
    await reconcileDay(join(data, '..'), 2);
    expect(await verifyDirectory({ data, key: truth.vkey })).toMatchObject({ faults: [] });
    for (const name of [RECORD, join('checkpoints', '7.txt')]) {
      expect(readFileSync(join(data, name), 'utf8')).toBe(readFileSync(join(truth.data, name), 'utf8'));
    }
  });

  it('is refused beside a process that writes it', async () => {
    const data = copyOf(truth.data);
    const reconciler = await Reconciler.open(data, { threads: 0 });
    rmSync(join(data, RECORD));
    expect(await refusal(data)).toMatch(/^HESABU_DATA_LOCKED: /);
    await reconciler.close();
  });

  it('is refused with a checkpoint that is missing, damaged or of another key', async () => {
    const path = (data: string) => join(data, 'checkpoints', '3.txt');
    const missing = copyOf(older);
    rmSync(path(missing));
    expect(await refusal(missing)).toMatch(/^HESABU_LEDGER_UNSIGNED: partition 3: .+no checkpoints\/3\.txt/);
    const damaged = copyOf(older);
    writeFileSync(path(damaged), 'damaged');
    expect(await refusal(damaged)).toMatch(/^HESABU_LEDGER_UNSIGNED: checkpoints\/3\.txt: /);
    const other = copyOf(older);
    copyFileSync(path((await givenTrueLedger()).data), path(other));
    expect(await refusal(other)).toMatch(/^HESABU_LEDGER_UNSIGNED: checkpoints\/3\.txt: /);
  });

  it('is refused where its blocks are forged', async () => {
    const data = copyOf(older);
    forgeLedger(data, 2, (entries) => entries.slice(1));
    expect(await refusal(data)).toMatch(/^HESABU_SIGNED_DIFFERS: partition 2, block 1: /);
    rmSync(join(data, 'checkpoints', '2.txt'));
    expect(await refusal(data)).toMatch(/^HESABU_LEDGER_UNSIGNED: partition 2: /);
  });
});

describe('an older day that was truly signed', () => {
  it('is refused where the key kept a record: its checkpoints say so (R08 partly)', async () => {
    for (const newest of [truth.data, truth.afterDayOne]) {
      const data = copyOf(newest);
      rmSync(join(data, RECORD));
      expect(await refusal(data)).toMatch(
        /^HESABU_SIGNED_LOST: checkpoints\/0\.txt: .+found a checkpoint whose signer /,
      );
    }
    // One partition alone, the others as they were before there were records.
    const data = copyOf(older);
    copyFileSync(join(truth.data, 'checkpoints', '5.txt'), join(data, 'checkpoints', '5.txt'));
    expect(await refusal(data)).toMatch(/^HESABU_SIGNED_LOST: checkpoints\/5\.txt: /);
  });

  it('is whole or refused, whichever of its files are put there', async () => {
    const parts = ['db', 'wal', 'seal', 'checkpoints'] as const;
    const attempt = (data: string) => takeOver({ data }).then(({ partitions }) => partitions[0]!.blocks, String);
    for (let bits = 0; bits < 2 ** parts.length; bits++) {
      const put = parts.filter((_part, at) => (bits >> at) % 2 === 1);
      const attack: Attack = Object.fromEntries(put.map((part) => [part, 'replaced'] as const));
      const [old, recorded] = [
        attacked(older, olderDayOne, attack),
        attacked(truth.data, truth.afterDayOne, { ...attack, record: 'taken' }),
      ];
      const isWhole = put.includes('db') === put.includes('checkpoints');
      const [blocks, refused] = [await attempt(old), await attempt(recorded)];
      if (isWhole && put.includes('db') === put.includes('seal')) expect(blocks).toBe(put.includes('db') ? 1 : 2);
      else expect(blocks).toMatch(/HESABU_(SIGNED|LEDGER|LOG)_/);
      expect(refused).toMatch(/HESABU_(SIGNED|LEDGER|LOG)_/);
      for (const data of [old, recorded]) rmSync(join(data, '..'), { recursive: true });
    }
  });

  it('is refused by what was given away, and otherwise confirmed as what it is', async () => {
    const newest = await refusal(copyOf(older));
    const put = copyOf(olderDayOne);
    const shown = await refusal(put);
    expect(shown).toMatch(/^[0-9a-f]{16}$/);
    expect(shown).not.toBe(newest);
    // Confirmed by mistake for the newest day, it writes nothing.
    expect(await takeOver({ data: put, confirm: newest })).toMatchObject({ restored: false });
    expect(await refusal(put, [given(older)])).toMatch(/^HESABU_SIGNED_NEWER: partition 0, block 1: /);
    // After it was taken over, a ledger can be put back to what it was before that, and by nothing else.
    expect(await refusal(put, [given(truth.afterDayOne)])).toMatch(/^HESABU_SIGNED_LOST: .+given\.txt: /);
  });

  it('of one partition alone is told by what was given away', async () => {
    const ledger = emptied(4, "'ledger.v1'");
    expect(await refusal(ledger)).toMatch(
      /^HESABU_LEDGER_UNSIGNED: \w+\.v1 partition 4: .+facts that no block has read/,
    );
    const all = "'ledger.v1', 'orders.v1', 'callbacks.v1', 'polls.v1', 'settlements.v1'";
    const data = emptied(4, all);
    const { partitions } = await takeOver({ data });
    expect(partitions[4]).toMatchObject({ blocks: 0, head: null });
    expect(await refusal(data, [given(olderDayOne)])).toMatch(/^HESABU_SIGNED_NEWER: partition 4, block 0: /);
  });
});

describe('somebody else', () => {
  it('has a key of his own, and the given one tells them apart', async () => {
    const other = beforeRecords((await givenTrueLedger()).data);
    const data = copyOf(older);
    for (const name of ['hesabu.db', 'hesabu.db.seal', 'checkpoints', 'keys']) {
      rmSync(join(data, name), { recursive: true });
      cpSync(join(other, name), join(data, name), { recursive: true });
    }
    await expect(takeOver({ data, key: truth.vkey })).rejects.toThrow(/^HESABU_SIGNED_LOST: keys\/ledger\.pem: /);
  });
});
