// A backup of a directory that no process writes: what is in it, and that no change of it goes unseen.
import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { makeBackup } from '../../src/app/backup/backup.ts';
import { checkBackup } from '../../src/app/backup/backup-check.ts';
import { verifyDirectory } from '../../src/engine/verification/directory.ts';
import { givenLedger } from '../cli/commands/given-ledger.ts';
import { freshDirectory } from '../log/files.ts';

let data: string;
let target: string;
const damaged = 'HESABU_BACKUP_DAMAGED';

beforeAll(async () => {
  data = (await givenLedger()).data;
  target = join(freshDirectory(), 'backup');
  await makeBackup({ data, out: target, withKeys: false });
});

/** The places of the faults, after `change` and before it is taken back. */
async function faultsAfter(change: () => () => void) {
  const undo = change();
  try {
    return (await checkBackup({ target })).faults.map(({ code, where }) => [code, where]);
  } finally {
    undo();
  }
}

/** Flips one bit of a file; returns what flips it back. */
function flipped(path: string, at: number): () => void {
  const [before, bytes] = [readFileSync(path), readFileSync(path)];
  bytes[at]! ^= 1;
  writeFileSync(path, bytes);
  return () => writeFileSync(path, before);
}

describe('a backup', () => {
  test('has the whole ledger, signed and sealed, and no secret unless it is asked for', async () => {
    const { faults, unsigned_blocks, facts, with_keys } = await checkBackup({ target, against: data });
    expect({ faults, unsigned_blocks, with_keys }).toEqual({ faults: [], unsigned_blocks: 0, with_keys: false });
    expect(facts).toBeGreaterThan(0);
    expect(readdirSync(join(target, 'data', 'keys'))).toEqual(['ledger.signed']);
    const { sealed, partitions } = await verifyDirectory({ data: join(target, 'data'), key: join(target, 'vkey.txt') });
    expect(sealed).toBe(true);
    expect(partitions).toEqual((await verifyDirectory({ data })).partitions);
    const whole = join(freshDirectory(), 'with-keys');
    await makeBackup({ data, out: whole, withKeys: true });
    const pem = join('keys', 'ledger.pem');
    expect(readFileSync(join(whole, 'data', pem))).toEqual(readFileSync(join(data, pem)));
    expect(statSync(join(whole, 'data', pem)).mode & 0o777).toBe(0o600);
    expect((await verifyDirectory({ data: join(whole, 'data') })).faults).toEqual([]);
  });

  test('that was changed in any file is refused, and the file is named', async () => {
    const files = readdirSync(target, { recursive: true }).map(String);
    const plain = files.filter((path) => statSync(join(target, path)).isFile() && path !== 'backup.json');
    for (const path of plain) {
      const full = join(target, path);
      const { size } = statSync(full);
      if (size > 0) expect(await faultsAfter(() => flipped(full, size >> 1))).toEqual([[damaged, path]]);
    }
    const database = join(target, 'data', 'hesabu.db');
    const bytes = readFileSync(database);
    const cut = () => {
      writeFileSync(database, bytes.subarray(0, -1));
      return () => writeFileSync(database, bytes);
    };
    expect(await faultsAfter(cut)).toEqual([[damaged, 'data/hesabu.db']]);
    const gone = () => {
      rmSync(database);
      return () => writeFileSync(database, bytes);
    };
    expect(await faultsAfter(gone)).toEqual([[damaged, 'data/hesabu.db']]);
    const more = join(target, 'data', 'raw', 'more.zst');
    const added = () => {
      appendFileSync(more, 'x');
      return () => rmSync(more);
    };
    expect(await faultsAfter(added)).toEqual([[damaged, 'data/raw/more.zst']]);
  });

  test('whose manifest says something else than its log is refused', async () => {
    const path = join(target, 'backup.json');
    const text = readFileSync(path, 'utf8');
    const told = (change: (manifest: { facts: number; files: { path: string }[] }) => void) => () => {
      const manifest = JSON.parse(text);
      change(manifest);
      writeFileSync(path, JSON.stringify(manifest));
      return () => writeFileSync(path, text);
    };
    expect(await faultsAfter(told((manifest) => manifest.facts--))).toEqual([[damaged, 'backup.json']]);
    expect(await faultsAfter(told(({ files }) => files.pop()))).toEqual([[damaged, 'vkey.txt']]);
    const cut = () => {
      writeFileSync(path, text.slice(0, -20));
      return () => writeFileSync(path, text);
    };
    await expect(faultsAfter(cut)).rejects.toThrow(damaged);
  });

  test('of another ledger, or into the directory itself, is told', async () => {
    const { data: other } = await givenLedger();
    const { faults, gap } = await checkBackup({ target, against: other });
    expect([faults[0]?.code, gap]).toEqual(['HESABU_SIGNED_DIFFERS', null]);
    await expect(makeBackup({ data, out: join(data, 'backup'), withKeys: true })).rejects.toThrow('HESABU_USAGE');
    expect(existsSync(join(data, 'backup.part'))).toBe(false);
  });
});
