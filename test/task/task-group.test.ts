// More to read than one block holds: deadlines wait for the last of the blocks, and the end is the same.
import { expect, test } from 'vitest';
import { entriesAfter } from '../../src/projections/entry-feed.ts';
import { callback, order, t } from '../matching/given.ts';
import { type Keyed, Running, rulesOf } from './world.ts';

const RULES = rulesOf({});
const AFTER_PLACING = t('2 08:01');
const OTHERS = ['A-2', 'A-3', 'A-4'];

const paid = (key: string): Keyed => ({ key, claim: callback({ id: `ev-${key}`, payment: `P-${key}` }) });

/** An order is in the ledger; then its money comes after that of others, and its deadline passes. */
async function lateReader(blockFactsMax: number): Promise<Running> {
  const running = new Running(1, blockFactsMax);
  const orders = ['A-1', ...OTHERS].map((key) => ({ key, claim: order({ id: `order:${key}` }) }));
  await running.append(orders, 1);
  await running.advance(AFTER_PLACING, RULES);
  await running.append([...OTHERS, 'A-1'].map(paid), 1);
  await running.advance(t('20 00:00'), RULES);
  return running;
}

test('money that a later block reads keeps its order from expiring', async () => {
  const running = await lateReader(1);
  const { entries } = entriesAfter(running.log, null, 100);
  const reasons = entries.map(({ key, finding }) => `${key} ${finding.stage} ${finding.reason}`);
  expect(reasons.filter((reason) => reason.includes('ORDER_EXPIRED'))).toEqual([]);
  expect(running.blocks[0]!.split('\n').length).toBeGreaterThan(4);
  expect(running.root).toBe((await lateReader(1_000)).root);
});
