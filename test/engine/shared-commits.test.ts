// Blocks of several partitions: small ones share a commit, large ones do not wait for each other, and none is torn.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Reconciler } from '../../src/engine/reconciler.ts';
import { WriteWindow } from '../../src/runtime/write-window.ts';

const root = mkdtempSync(join(tmpdir(), 'hesabu-commits-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const AS_OF = Date.UTC(2026, 1, 1);
const PARTITIONS = 8;

test('the blocks of a small ledger take a commit a step', async () => {
  const dir = mkdtempSync(join(root, 'books-'));
  const path = join(dir, 'orders.csv');
  const row = (name: number) => `shop,R${name},10.00,KES,2026-01-31T09:00:00Z\n`;
  const rows = Array.from({ length: 200 }, (_, name) => row(name));
  writeFileSync(path, `merchant,transaction_reference,amount,currency,placed_at\n${rows.join('')}`);
  const passed = new Map<string, number>();
  let blocks = 0;
  const onFailpoint = (step: string) => void passed.set(step, (passed.get(step) ?? 0) + 1);
  const reconciler = await Reconciler.open(join(dir, 'data'), { threads: 0, onFailpoint });
  try {
    const about = { provider: 'mfs-africa', mappings: {}, receivedAt: AS_OF, progress: () => {}, reject: () => {} };
    await reconciler.importer.importFiles([{ path, kind: 'orders' }], about);
    passed.clear();
    await reconciler.ledger.advance(AS_OF, reconciler.ledger.rulesInForce);
    blocks = reconciler.ledger.heads.reduce((sum, { height }) => sum + height + 1, 0);
  } finally {
    await reconciler.close();
  }
  const commits = passed.get('run:blocks-committed')!;
  expect(passed.get('run:blocks-made')).toBe(commits);
  // The rules take another one.
  expect(passed.get('append:before-commit')).toBe(1 + commits);
  // Nothing is due.
  expect(commits).toBe(1);
  expect(blocks).toBe(PARTITIONS);
});

test('writes wait for earlier ones where they are many and large', async () => {
  const window = new WriteWindow(2, 100);
  const done: (() => void)[] = [];
  const write = () => new Promise<void>((resolve) => done.push(resolve));
  const stateOf = async (promise: Promise<void>) =>
    Promise.race([promise.then(() => 'room'), new Promise((resolve) => setImmediate(() => resolve('full')))]);
  for (let at = 0; at < 20; at++) expect(await stateOf(window.add(write(), 5))).toBe('room');
  const next = window.add(write(), 5);
  expect(await stateOf(next)).toBe('full');
  done[0]!();
  expect(await stateOf(next)).toBe('room');

  const large = new WriteWindow(2, 100);
  for (let at = 0; at < 2; at++) expect(await stateOf(large.add(write(), 1_000))).toBe('room');
  expect(await stateOf(large.add(write(), 1_000))).toBe('full');
});
