// Commands that only read, beside a process that has the directory open and goes on writing, as a service does.

import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Reconciler } from '../../../src/engine/reconciler.ts';
import { DEFAULT_RULES } from '../../../src/matching/rules.ts';
import { hesabu, writeFiles } from '../cli-process.ts';
import { freshDirectory, reconcileDay } from './given-ledger.ts';

it('commands that read work, and one that writes is refused and told how files come in', async () => {
  const dir = freshDirectory();
  const data = join(dir, 'data');
  await reconcileDay(dir, 1);
  const row = (at: number) => `duka,LATER-${at},1000.00,KES,2026-06-02T08:00:00Z\n`;
  const header = 'merchant,transaction_reference,amount,currency,placed_at\n';
  const writer = await Reconciler.open(data, { threads: 0 });
  // The next facts and blocks come while each command runs.
  const write = async (at: number) => {
    const { orders } = writeFiles(dir, { orders: header + row(at) });
    const options = { provider: 'mfs-africa', mappings: {}, receivedAt: Date.UTC(2026, 5, 9), reject: () => {} };
    await writer.importer.importFiles([{ path: orders, kind: 'orders' }], options);
    await writer.ledger.advance(Date.UTC(2026, 5, 2, 8), DEFAULT_RULES);
  };
  const commands = [
    ['report', '--out', join(dir, 'report')],
    ['trace', 'ORDER-101'],
    ['verify'],
    ['export', '--out', join(dir, 'export')],
    ['replay'],
    ['proof', '0-0-0', '--out', join(dir, 'proof')],
  ];
  await write(0);
  for (const [at, args] of commands.entries()) {
    const [ran] = await Promise.all([hesabu([...args, '--data', data]), write(at + 1)]);
    expect([args[0], ran.code, ran.stderr]).toEqual([args[0], 0, '']);
  }
  expect((await hesabu(['trace', 'LATER-0', '--data', data])).stdout).toContain('LATER-0');
  const refused = await hesabu(['reconcile', '--orders', join(dir, 'orders'), '--data', data]);
  expect([refused.code, refused.stderr]).toEqual([
    4,
    expect.stringMatching(/A service does not end: send files to it/),
  ]);
  await writer.close();
});
