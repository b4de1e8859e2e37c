// `hesabu verify` detects an attacker who recomputes every checksum, and even every hash. If the whole directory was
// replaced by another, only a key and a checkpoint that are stored elsewhere can show it.

import { generateKeyPairSync } from 'node:crypto';
import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { exportLedger } from '../../../src/app/export.ts';
import { report } from '../../../src/app/report.ts';
import { faultLine } from '../../../src/engine/directory/verification-fault.ts';
import { type VerifyReport, verifyDirectory } from '../../../src/engine/verification/directory.ts';
import { openCheckpoint, signCheckpoint } from '../../../src/ledger/checkpoint.ts';
import { headWith } from '../../../src/ledger/head.ts';
import { signerFromPem, verifierKeyText } from '../../../src/ledger/note.ts';
import { signRecord } from '../../../src/ledger/signed-record.ts';
import { blocksOf, forgeLedger, ledgerPayload } from './forged-ledger.ts';
import {
  copyOf,
  forgeBatch,
  freshDirectory,
  givenLedger,
  payloadAt,
  reconcileDay,
  replaced,
  withDatabase,
} from './given-ledger.ts';

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

async function codesIn(data: string): Promise<string[]> {
  return (await verifyDirectory({ data })).faults.map(({ code, where }) => `${code} ${where}`);
}

describe('tampering with recomputed checksums', () => {
  it('of an entry is found in its block', async () => {
    const data = copyOf(original);
    forgeBatch(data, LEDGER, replaced(payloadAt(data, LEDGER), '1000.00', '1900.00'));
    expect(await placesIn(data)).toEqual([`partition ${PARTITION}, block 0`]);
  });

  it('of the index of an entry is found in the entry', async () => {
    const data = copyOf(original);
    const payload = payloadAt(data, LEDGER);
    const { from } = blocksOf(payload)[0]!.entries[1]!;
    // The third long of an entry is its index; Avro encodes 1 as 2.
    expect(payload[from + 2]).toBe(2);
    payload[from + 2] = 4;
    forgeBatch(data, LEDGER, payload);
    expect(await placesIn(data)).toEqual([`partition ${PARTITION}, block 0, entry 1`]);
  });

  it('by removal of a block is found: the first, and the last', async () => {
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

  it('by exchange of two blocks is found at the first', async () => {
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

  it('of the rules is found in every block under them', async () => {
    const data = copyOf(original);
    const rules = { topic: 'rules.v1', partition: 0, first: 0 };
    forgeBatch(data, rules, replaced(payloadAt(data, rules), 'PT15M', 'PT45M'));
    const places = await placesIn(data);
    expect(places).toEqual(truth.partitions.map(({ partition }) => `partition ${partition}, block 0`));
  });

  it('by removal of the whole database is found', async () => {
    const data = copyOf(original);
    rmSync(join(data, 'hesabu.db'));
    expect(await placesIn(data)).toContain('hesabu.db');
    rmSync(join(data, 'hesabu.db.seal'));
    expect(await placesIn(data)).toEqual(['hesabu.db']);
  });

  it.each([
    ['orders.v1', PARTITION, `orders.v1 partition ${PARTITION}`],
    ['imports.v1', 0, 'imports.v1'],
  ])('by a batch inside another of %s, which no reading reaches, is found', async (topic, partition, where) => {
    const data = copyOf(original);
    withDatabase(data, (database) => {
      database
        .prepare(`INSERT INTO batches (topic, partition, first, count, source, size, crc, payload)
          SELECT topic, partition, 1, count - 1, source, size, crc, payload FROM batches
          WHERE topic = ? AND partition = ? AND first = 0 AND count > 1`)
        .run(topic, partition);
    });
    expect(await placesIn(data)).toEqual([where]);
  });

  it('by a batch with fewer values than its offsets say is found', async () => {
    const data = copyOf(original);
    const last = { ...LEDGER, first: 1 };
    withDatabase(data, (database) => {
      database.exec(
        `UPDATE batches SET count = 2 WHERE topic = 'ledger.v1' AND partition = ${PARTITION} AND first = 1`,
      );
    });
    forgeBatch(data, last, payloadAt(data, last));
    const { faults } = await verifyDirectory({ data });
    expect(faults.map(({ where, found }) => `${where}: ${found}`)).toEqual([
      `ledger.v1 partition ${PARTITION}: offsets 1 to 3 hold 1 values`,
    ]);
  });

  it('of the number of partitions is found', async () => {
    const data = copyOf(original);
    withDatabase(data, (database) => {
      database.prepare('UPDATE meta SET partitions = 4, crc = ?').run(crc32('1/4'));
    });
    const places = await placesIn(data);
    expect(places).toContain('ledger.v1 partition 7');
    expect(places).toContain('partition 7');
  });

  it('by a batch of an unknown topic is found', async () => {
    const data = copyOf(original);
    withDatabase(data, (database) => {
      database.exec("UPDATE batches SET topic = 'other.v1' WHERE topic = 'imports.v1' AND first = 0");
    });
    expect(await placesIn(data)).toContain('other.v1 partition 0');
  });

  it('by a consistent new ledger is found: it is not the signed one', async () => {
    const data = copyOf(original);
    forgeLedger(data, PARTITION, (entries) => entries.slice(1));
    expect(await placesIn(data)).toEqual([`partition ${PARTITION}, block 1`]);
  });
});

describe('signatures', () => {
  const pem = () => generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  const note = (data: string) => join(data, 'checkpoints', `${PARTITION}.txt`);

  it('by another key are refused, and so is a forged ledger with its own key if the key is given', async () => {
    const data = copyOf(original);
    const own = signerFromPem(readFileSync(join(data, 'keys', 'ledger.pem'), 'utf8'), 'ledger');
    const key = join(freshDirectory(), 'vkey.txt');
    writeFileSync(key, `${verifierKeyText(own.verifier)}\n`);
    expect(await placesIn(data, key)).toEqual([]);
    const head = forgeLedger(data, PARTITION, (entries) => entries.slice(1));
    const otherPem = pem();
    const other = signerFromPem(otherPem, 'ledger');
    writeFileSync(note(data), signCheckpoint(head, other));
    expect(await placesIn(data)).toEqual([`checkpoints/${PARTITION}.txt`, `partition ${PARTITION}, block 1`]);
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
    const heads = truth.partitions.map(({ partition }) => blocksOf(ledgerPayload(data, partition)).at(-1)!.head);
    writeFileSync(join(data, 'keys', 'ledger.signed'), signRecord(heads, other));
    // It is consistent from end to end: only a key from elsewhere can show the forgery.
    expect(await placesIn(data)).toEqual([]);
    const checkpoints = truth.partitions.map(({ partition }) => `checkpoints/${partition}.txt`);
    expect(await placesIn(data, key)).toEqual(['keys/ledger.pem', ...checkpoints, 'keys/ledger.signed']);
  });

  it('of another partition, or missing ones beside others, are found', async () => {
    const data = copyOf(original);
    copyFileSync(join(data, 'checkpoints', '3.txt'), note(data));
    expect(await placesIn(data)).toContain(`checkpoints/${PARTITION}.txt`);
    rmSync(note(data));
    // The record beside the key says the same.
    expect(await placesIn(data)).toEqual([]);
    rmSync(join(data, 'keys', 'ledger.signed'));
    expect(await placesIn(data)).toEqual(['keys/ledger.signed']);
    rmSync(join(data, 'keys', 'ledger.pem'));
    expect(await placesIn(data)).toEqual(['keys/ledger.pem']);
    for (const { partition } of truth.partitions) {
      rmSync(join(data, 'checkpoints', `${partition}.txt`), { force: true });
    }
    expect(await codesIn(data)).toEqual(['HESABU_LEDGER_UNSIGNED keys/ledger.pem']);
  });

  it('that are damaged are told as what they are, and the next run writes a checkpoint anew', async () => {
    const data = copyOf(original);
    writeFileSync(note(data), readFileSync(note(data), 'utf8').replace('blocks', 'blokcs'));
    expect((await verifyDirectory({ data })).faults).toEqual([
      {
        code: 'HESABU_LEDGER_UNSIGNED',
        where: `checkpoints/${PARTITION}.txt`,
        expected: 'a valid signature by ledger',
      },
    ]);
    await reconcileDay(join(data, '..'), 2);
    expect(await codesIn(data)).toEqual([]);
    writeFileSync(join(data, 'keys', 'ledger.pem'), 'damaged');
    const { faults } = await verifyDirectory({ data });
    expect(faultLine(faults[0]!)).toBe(
      'HESABU_SIGNED_LOST: keys/ledger.pem: the key, or the record of what it signed last, is missing, damaged or ' +
        'another one; expected the PEM of an Ed25519 key, as it was written, found a damaged file. Put the folder ' +
        'keys back, from a backup or from where the keys are kept.',
    );
    expect(faults).toHaveLength(1);
    await expect(reconcileDay(join(data, '..'), 3)).rejects.toThrow(faultLine(faults[0]!));
    await expect(exportLedger(data, freshDirectory())).rejects.toThrow(faultLine(faults[0]!));
    // What needs no key works without it.
    await report({ data, out: freshDirectory(), lang: 'en' });
  });

  it('of a database that is gone keep a new one from being made in its place', async () => {
    const data = copyOf(original);
    for (const name of ['hesabu.db', 'hesabu.db.seal']) rmSync(join(data, name));
    await expect(reconcileDay(join(data, '..'), 3)).rejects.toThrow(/^HESABU_SIGNED_NEWER: hesabu\.db: /);
    expect(existsSync(join(data, 'hesabu.db'))).toBe(false);
  });

  it('over the first blocks are not enough: nothing is known of a block that nobody signed', async () => {
    const data = copyOf(original);
    copyFileSync(note(afterDayOne), note(data));
    copyFileSync(join(afterDayOne, 'keys', 'ledger.signed'), join(data, 'keys', 'ledger.signed'));
    const { partitions } = await verifyDirectory({ data });
    expect(partitions[PARTITION]).toMatchObject({ blocks: 2, signed_blocks: 1 });
    expect(await codesIn(data)).toEqual([`HESABU_LEDGER_UNSIGNED partition ${PARTITION}`]);
  });

  it('cannot show that a whole directory is an older one: only a checkpoint stored elsewhere can', async () => {
    expect(await placesIn(afterDayOne)).toEqual([]);
    const data = copyOf(afterDayOne);
    copyFileSync(note(original), note(data));
    expect(await placesIn(data)).toEqual([`partition ${PARTITION}, block 1`]);
  });
});
