// The entries of one key, from those that hold now back to the first: the same as in the whole ledger of its partition.
import { expect, test } from 'vitest';
import { partitionOf } from '../../src/domain/partition.ts';
import { openReader } from '../../src/log/log-reader.ts';
import { entriesAbout } from '../../src/projections/history.ts';
import { keyEntries } from '../../src/projections/key-entries.ts';
import { LedgerBlocks } from '../../src/projections/ledger-blocks.ts';
import { order, paid, type Running, withLiveLedger } from '../service/ledger/given-live-ledger.ts';

/** Each in a block of its own, with another key beside it. */
async function say({ ledger }: Running, ...claims: ReturnType<typeof order>[]): Promise<void> {
  for (const claim of claims) {
    await ledger.writer.append([claim, paid(`B-${claim.id.length}-${claims.indexOf(claim)}`)]);
    await ledger.loop.catchUp();
  }
}

const part = (at: number, amount: string) => {
  const data = { amount, transaction_id: `P-${at}`, completed_at: `2026-06-01T11:0${at}:00Z` };
  return paid('A-1', { id: `ev-${at}`, data });
};

test('entries lead to all that they replaced, in their order', () =>
  withLiveLedger(async (running) => {
    await say(running, part(1, '100.00'), order('A-1'), part(2, '200.00'), part(3, '700.00'), part(4, '50.00'));
    const { ledger, dir } = running;
    const found = (await ledger.reader.findKey('A-1'))!;
    const log = openReader(dir);
    try {
      const partition = partitionOf('A-1', log.partitions);
      const all = entriesAbout(log, partition, 'A-1');
      expect(all.length).toBeGreaterThan(4);
      const blocks = new LedgerBlocks(log);
      expect(keyEntries(blocks, found)).toEqual(
        all.map(({ id, entry, supersededBy }) => ({ id, at: entry.as_of, replacedBy: supersededBy })),
      );
      expect(keyEntries(blocks, { ...found, entryIds: [] })).toEqual([]);
    } finally {
      log.close();
    }
  }));
