// A payer of a ledger on Kafka who wants to be forgotten: nothing of the number is left where files came in, the topics
// and their blocks stay as they are, and an older backup of the keys brings nothing back.
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readArchive } from '../../src/archive/imports/import-archive.ts';
import { PseudonymKeys } from '../../src/archive/privacy/pseudonym-key.ts';
import { FORGOTTEN } from '../../src/domain/forgotten.ts';
import { AS_OF, FORMS, NUMBER, writePayer } from '../app/forget/given-payer.ts';
import { ledgerTextsIn } from '../service/markers.ts';
import { GivenLedger } from './given-ledger.ts';

let ledger: GivenLedger;
let dir = '';

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'hesabu-forgotten-'));
  ledger = await GivenLedger.make(2);
});
afterEach(async () => {
  await ledger.remove();
  rmSync(dir, { recursive: true });
});

const foundIn = (texts: readonly string[]) => FORMS.filter((form) => texts.some((text) => text.includes(form)));
const filesOf = (data: string, ...ids: number[]) => ids.map((id) => readArchive(data, id)!.toString());
const pseudonymsOf = (data: string) => {
  const { pseudonym } = PseudonymKeys.open(data);
  return [...new Set(FORMS.map((form) => pseudonym(form.replace(/\D/g, ''))))];
};

test('given a payer in the files of a copy, when the number is forgotten there, then it stays so (R13)', async () => {
  const data = join(dir, 'copy');
  const on = ['--data', data, '--kafka', ledger.settings.brokers.join(',')];
  const { orders, callbacks } = writePayer(dir);
  ledger.worker(['--as-of', AS_OF]);
  await ledger.hesabu(['import', '--orders', orders, '--callbacks', callbacks, ...on]);
  const before = await ledger.drained();
  expect(foundIn(filesOf(data, 1, 2))).toEqual(FORMS);
  cpSync(join(data, 'keys'), join(dir, 'older keys'), { recursive: true });

  const told = JSON.parse(await ledger.hesabu(['forget', NUMBER, '--yes', '--format', 'json', ...on]));
  expect(told).toMatchObject({ again: false, imports: 2, facts: 0, unfinished: 0 });
  expect(foundIn([...ledgerTextsIn(data), ...filesOf(data, 1, 2)])).toEqual([]);
  expect(pseudonymsOf(data)).toEqual([FORGOTTEN]);
  const after = await ledger.drained();
  expect([after.root, after.entries]).toEqual([before.root, before.entries]);

  // The record of it is in the topics, where no backup of this directory reaches.
  rmSync(join(data, 'keys'), { recursive: true });
  cpSync(join(dir, 'older keys'), join(data, 'keys'), { recursive: true });
  expect(pseudonymsOf(data)).not.toEqual([FORGOTTEN]);
  const again = JSON.parse(await ledger.hesabu(['replay', '--format', 'json', ...on]));
  expect(again.replayed).toBe(true);
  const { orders: more } = writePayer(dir, '\n');
  await ledger.hesabu(['import', '--orders', more, ...on]);
  expect(pseudonymsOf(data)).toEqual([FORGOTTEN]);
  expect((await ledger.drained()).root).toBe(before.root);
});
