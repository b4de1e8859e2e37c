// A damaged snapshot costs only time: it is deleted, and the outcome of the facts stays the same.

import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { generate } from '../../../bench/generate.ts';
import { reconcile } from '../../../src/app/reconcile.ts';
import { verifyDirectory } from '../../../src/engine/verification/directory.ts';
import { EmbeddedLog } from '../../../src/log/embedded.ts';
import { flipBit, freshDirectory } from './given-ledger.ts';

/** A partition with this many facts has a snapshot. */
const KEYS = 7_000;

it('a snapshot with a flipped bit is deleted, and the outcome root stays the same', async () => {
  const dir = freshDirectory();
  const data = join(dir, 'data');
  const snapshots = join(data, 'snapshots');
  const { orders, callbacks, settlements, rules, asOf } = generate(KEYS, dir);
  await new EmbeddedLog(data, { partitions: 1 }).close();
  const files = { orders: [orders], callbacks: [callbacks], settlements: [settlements] };
  const run = async () => {
    const { summary } = await reconcile({ ...files, rules, asOf, data, provider: 'mfs-africa', lang: 'en' });
    return [summary.outcome_root, summary.ledger_entries];
  };
  const truth = await run();
  const [snapshot] = readdirSync(snapshots);
  expect(snapshot).toMatch(/^0-\d+-[0-9a-f]{64}\.snapshot$/);
  for (const part of [0.001, 0.4, 0.999]) {
    flipBit(join(snapshots, snapshot!), part, 5);
    // The ledger itself does not depend on snapshots.
    expect((await verifyDirectory({ data })).faults).toEqual([]);
    expect(await run()).toEqual(truth);
    expect(readdirSync(snapshots)).toEqual([snapshot]);
  }
  rmSync(snapshots, { recursive: true });
  expect(await run()).toEqual(truth);
});
