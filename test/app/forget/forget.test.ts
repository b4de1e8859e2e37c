// A person who wants to be forgotten: nothing of the number is left, nothing leads to it, and the ledger is as it was.

import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { exportLedger } from '../../../src/app/export.ts';
import { replayLedger } from '../../../src/app/replay.ts';
import { readArchive } from '../../../src/archive/imports/import-archive.ts';
import { PseudonymKeys } from '../../../src/archive/privacy/pseudonym-key.ts';
import { FORGOTTEN } from '../../../src/domain/forgotten.ts';
import { verifyDirectory } from '../../../src/engine/verification/directory.ts';
import { openReader } from '../../../src/log/log-reader.ts';
import { Imports } from '../../../src/projections/imports.ts';
import { freshDirectory } from '../../cli/commands/given-ledger.ts';
import { ledgerTextsIn } from '../../service/markers.ts';
import { FORMS, forgetNumber, NUMBER, OTHER, reconcilePayer } from './given-payer.ts';

vi.setConfig({ testTimeout: 120_000 });

let dir: string;
let before: string;
let data: string;
let root: string;

beforeAll(async () => {
  dir = freshDirectory();
  before = join(dir, 'before');
  data = join(dir, 'data');
  root = (await reconcilePayer(dir, before)).outcome_root;
  cpSync(before, data, { recursive: true });
});

const pseudonymsOf = (at: string) => {
  const { pseudonym } = PseudonymKeys.open(at);
  return FORMS.map((form) => pseudonym(form.replace(/\D/g, '')));
};
const dead = FORMS.map(() => FORGOTTEN);
const rawOf = (at: string) => [1, 2].map((id) => readArchive(at, id)!.toString());
const foundIn = (texts: readonly string[]) => FORMS.filter((form) => texts.some((text) => text.includes(form)));
const otherOf = (at: string) => PseudonymKeys.open(at).pseudonym(OTHER.slice(1));

describe('given a payer in many forms, when the number is forgotten', () => {
  it('then it is nowhere, and verify, replay, proofs and the outcome are as before (R13)', async () => {
    expect(foundIn([...ledgerTextsIn(before), ...rawOf(before)])).toEqual(FORMS);
    const report = await forgetNumber(data);
    expect(report).toEqual({
      ...{ again: false, imports: 2, days: 0, reports: 0, uploads: 0, refunds: 0, facts: 0, unfinished: 0 },
    });
    const [orders, callbacks] = rawOf(data);
    const out = join(dir, 'export');
    await exportLedger(data, out);
    expect(foundIn([...ledgerTextsIn(data), orders!, callbacks!, ...ledgerTextsOf(out)])).toEqual([]);
    expect(pseudonymsOf(data)).toEqual(dead);
    // Each row stays on its line, and what is of others stays.
    expect(orders!.split('\n').map((line) => line.length)).toEqual(
      rawOf(before)[0]!
        .split('\n')
        .map((line) => line.length),
    );
    expect(
      callbacks!
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).data.transaction_reference),
    ).toHaveLength(12);
    expect(orders).toContain(OTHER);
    expect(otherOf(data)).toBe(otherOf(before));
    expect((await verifyDirectory({ data })).faults).toEqual([]);
    expect((await replayLedger({ data })).outcome_root).toBe(root);
  });

  it('then a record of it stands in the log, without the number and for who has the keys', () => {
    const reader = openReader(data, true);
    try {
      const records = [...reader.read('imports.v1', 0, 0n)].map(({ payload }) => payload.subarray(4).toString());
      const record = JSON.parse(records.at(-1)!) as { forgotten: string };
      expect(record).toEqual({ forgotten: expect.stringMatching(/^[\w-]{47}$/), at: '2026-06-04T00:00:00Z' });
      const keys = PseudonymKeys.open(before);
      expect(keys.unsealed(record.forgotten)).toBe(keys.placeOf(NUMBER));
      expect(PseudonymKeys.of(Buffer.alloc(64)).unsealed(record.forgotten)).toBeUndefined();
      // It is no import, and takes no number.
      expect([...new Imports(reader).all()].map(({ id }) => id)).toEqual([1, 2]);
      expect(new Imports(reader).nextId).toBe(3);
    } finally {
      reader.close();
    }
  });

  it('then what comes again of it says what it said before, and opens nothing', async () => {
    const again = join(dir, 'again');
    cpSync(data, again, { recursive: true });
    const summary = await reconcilePayer(dir, again, '\n');
    expect(summary.outcome_root).toBe(root);
    expect(readArchive(again, 3)).toBeDefined();
    expect((await verifyDirectory({ data: again })).faults).toEqual([]);
    // What was taken in since stands in clear in the files of the command line, until it is asked for again.
    expect(await forgetNumber(again)).toMatchObject({ again: true, imports: 2 });
    expect(foundIn(ledgerTextsIn(again))).toEqual([]);
  });

  it('then nothing happens to a directory that is none', async () => {
    await expect(forgetNumber(join(dir, 'none'))).rejects.toThrow('HESABU_FILE_MISSING');
    expect(existsSync(join(dir, 'none'))).toBe(false);
  });
});

describe('given an older backup, when it is restored after the number was forgotten', () => {
  const copy = (name: string) => {
    const to = join(dir, name);
    cpSync(data, to, { recursive: true });
    return to;
  };
  const open = async (at: string) => {
    const summary = await reconcilePayer(dir, at, '\n\n');
    expect(summary.outcome_root).toBe(root);
    expect(pseudonymsOf(at)).toEqual(dead);
    // Not only in memory: what lies on the disk gives no key.
    expect(PseudonymKeys.decode(readFileSync(join(at, 'keys', 'pseudonym.key'))).pseudonym(NUMBER)).toBe(FORGOTTEN);
    expect(readFileSync(join(at, 'keys', 'forgotten'), 'utf8')).toMatch(/^hesabu forgotten 1\n[0-9a-f]{6} done\n$/);
    expect(otherOf(at)).toBe(otherOf(before));
  };

  it('then its key file stays dead by the list (R14)', async () => {
    const at = copy('keys back');
    cpSync(join(before, 'keys', 'pseudonym.key'), join(at, 'keys', 'pseudonym.key'));
    // Before anything writes, too.
    expect(pseudonymsOf(at)).toEqual(dead);
    await open(at);
  });

  it('then its whole folder of keys stays dead by the log (R14)', async () => {
    const at = copy('folder back');
    rmSync(join(at, 'keys', 'forgotten'));
    cpSync(join(before, 'keys', 'pseudonym.key'), join(at, 'keys', 'pseudonym.key'));
    await open(at);
  });

  it('then its log is told again by the list (R14)', async () => {
    const at = copy('log back');
    for (const name of ['hesabu.db', 'hesabu.db.seal']) cpSync(join(before, name), join(at, name));
    await open(at);
    rmSync(join(at, 'keys', 'forgotten'));
    cpSync(join(before, 'keys', 'pseudonym.key'), join(at, 'keys', 'pseudonym.key'));
    await open(at);
  });

  it('and with a list that is none, it is refused', () => {
    const at = copy('torn list');
    writeFileSync(join(at, 'keys', 'forgotten'), 'hesabu forgotten 1\n8cd0e2 perhaps\n');
    expect(() => PseudonymKeys.open(at)).toThrow('HESABU_DATA_VERSION: keys/forgotten');
  });
});

function ledgerTextsOf(out: string): string[] {
  return readdirSync(out).map((name) => readFileSync(join(out, name), 'latin1'));
}
