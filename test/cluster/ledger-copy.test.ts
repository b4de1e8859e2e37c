// A directory with a copy of a ledger on Kafka: rows go to the topics, and no command forks the copy.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GivenLedger } from './given-ledger.ts';

let ledger: GivenLedger;
let dir: string;

beforeEach(async () => {
  ledger = await GivenLedger.make(2);
  dir = mkdtempSync(join(tmpdir(), 'hesabu-copy-'));
});
afterEach(async () => {
  await ledger.remove();
  rmSync(dir, { recursive: true, force: true });
});

function orders(name: string): string[] {
  const path = join(dir, `${name}.csv`);
  const header = 'merchant,transaction_reference,amount,currency,placed_at';
  writeFileSync(path, `${header}\nshop,${name},100,KES,2026-01-01T00:00:00Z\n`);
  return ['--orders', path];
}

test('given a copy, when a command without Kafka would write into it, then it is refused', async () => {
  const [copy, kafka] = [join(dir, 'copy'), ['--kafka', ledger.settings.brokers.join(',')]];
  const told = await ledger.hesabu(['import', '--data', copy, ...kafka, ...orders('A-1')]);
  expect(told).toContain('the workers reconcile them');
  for (const command of ['import', 'reconcile']) {
    expect(await ledger.hesabu([command, '--data', copy, ...orders('A-2')], 4)).toContain('HESABU_DATA_IS_COPY');
  }
  const replayed = await ledger.hesabu(['replay', '--data', copy, ...kafka, '--format', 'json']);
  expect(JSON.parse(replayed)).toMatchObject({ replayed: true });
});

test('given a file without a good row, when it is imported, then it is not read until it can be', async () => {
  const kafka = ['--data', join(dir, 'copy'), '--kafka', ledger.settings.brokers.join(','), '--format', 'json'];
  const path = join(dir, 'other.csv');
  writeFileSync(path, 'merchant;reference;amount;currency;placed_at\nshop;A-1;"1,00";KES;2026-01-01T00:00:00Z\n');
  const mapping = (name: string, decimal: string) => {
    const text = `orders: { separator: ";", ${decimal}columns: { transaction_reference: reference } }`;
    writeFileSync(join(dir, name), text);
    return ['--orders', path, '--mapping', join(dir, name)];
  };
  const wrong = mapping('wrong.yaml', '');
  const right = mapping('right.yaml', 'decimal: ",", ');
  const unread = { name: 'other.csv', read: false, rows: 1, accepted: 0, rejected: 1, refused: false };
  for (let time = 0; time < 2; time++) {
    const [line] = (await ledger.hesabu(['import', ...kafka, ...wrong], 2)).split('\n');
    expect(JSON.parse(line!).files).toMatchObject([unread]);
  }
  const taken = await ledger.hesabu(['import', ...kafka, ...right]);
  expect(JSON.parse(taken).files).toMatchObject([{ read: true, accepted: 1, rejected: 0, refused: false }]);
  const again = await ledger.hesabu(['import', ...kafka, ...right]);
  expect(JSON.parse(again).files).toMatchObject([{ read: true, accepted: 0, rejected: 0, refused: true }]);
});

test('given an own ledger, when it is used as a copy, then it is refused and unchanged', async () => {
  const [own, kafka] = [join(dir, 'own'), ['--kafka', ledger.settings.brokers.join(',')]];
  await ledger.hesabu(['reconcile', '--data', own, ...orders('A-1')]);
  expect(await ledger.hesabu(['replay', '--data', own, ...kafka], 4)).toContain('HESABU_DATA_OTHER_LEDGER');
  expect(existsSync(join(own, 'copy-of.json'))).toBe(false);
  await ledger.hesabu(['replay', '--data', own]);
});

test('given an import on Kafka, when it is withdrawn or replaced, then workers take it back', async () => {
  const kafka = ['--data', join(dir, 'copy'), '--kafka', ledger.settings.brokers.join(','), '--format', 'json'];
  await ledger.hesabu(['import', ...kafka, ...orders('A-1')]);
  await ledger.hesabu(['import', ...kafka, ...orders('A-2'), '--replaces', 'A-1.csv']);
  const states = async () => {
    const { imports } = JSON.parse(await ledger.hesabu(['imports', 'list', ...kafka])) as { imports: object[] };
    return imports;
  };
  expect(await states()).toMatchObject([{ state: 'replaced' }, { state: 'counts' }]);
  await ledger.hesabu(['imports', 'withdraw', '2', '--why', 'not this one', ...kafka]);
  expect(await states()).toMatchObject([{ state: 'counts' }, { state: 'withdrawn', withdrawn: 'not this one' }]);
  const asOf = '2026-01-01T01:00:00Z';
  const worker = ledger.worker(['--as-of', asOf, '--session', '6']);
  const own = await ledger.hesabu(['reconcile', ...orders('A-1'), '--as-of', asOf, '--format', 'json']);
  expect((await ledger.drained()).root).toBe((JSON.parse(own) as { outcome_root: string }).outcome_root);
  worker.kill('SIGTERM');
  await worker.ended;
  expect(await ledger.hesabu(['imports', 'withdraw', '9', '--why', 'x', ...kafka], 2)).toContain('HESABU_NOT_FOUND');
});
