// More to read than one block holds: deadlines wait for the last of the blocks, and the end is the same.
import { expect, test } from 'vitest';
import { type Entry, entryId } from '../../src/domain/entry.ts';
import { entriesAfter } from '../../src/projections/entry-feed.ts';
import { callback, line, order, t } from '../matching/given.ts';
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

test('the first blocks of a new ledger tell no break that a later block takes back', async () => {
  // Of the first orders the money comes last, and the oldest order comes after all the others.
  const keys = ['A-1', 'A-2', 'A-3', 'A-4', 'A-5'];
  const placed = (key: string, at: number) => ({ id: `order:${key}`, placed: t(`${6 - at} 08:00`), key });
  const orders = keys.map((key, at) => ({ key, claim: order({ ...placed(key, at), status: 'paid' }) }));
  const lines = keys.map((key) => ({ key, claim: line({ id: `line:${key}`, payment: `P-${key}` }) }));
  const whole = new Running(1, 1_000);
  const running = new Running(1, 1);
  for (const one of [whole, running]) {
    await one.append([...orders, ...keys.toReversed().map(paid), ...lines], 1);
    await one.advance(t('20 00:00'), RULES);
  }
  const { entries } = entriesAfter(running.log, null, 1_000);
  const superseded = new Set(entries.flatMap(({ supersedes }) => supersedes));
  const ofEntry = ({ partition, height, index }: Entry) => entryId(partition, height, index);
  const takenBack = entries.filter((entry) => superseded.has(ofEntry(entry)));
  expect(takenBack.filter(({ finding }) => finding.reason !== null).map(({ key, finding }) => [key, finding])).toEqual(
    [],
  );
  expect(running.blocks[0]!.split('\n').length).toBeGreaterThan(4);
  expect(running.root).toBe(whole.root);
});
