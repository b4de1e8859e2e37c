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
async function lateReader(blockBytesMax?: number): Promise<Running> {
  const running = new Running(1, blockBytesMax);
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
  expect(running.root).toBe((await lateReader()).root);
});

function breaksTakenBack({ log }: Running): string[] {
  const { entries } = entriesAfter(log, null, 10_000);
  const superseded = new Set(entries.flatMap(({ supersedes }) => supersedes));
  const isTakenBack = ({ partition, height, index }: Entry) => superseded.has(entryId(partition, height, index));
  const breaks = entries.filter(({ finding }) => finding.reason !== null);
  return breaks.filter(isTakenBack).map(({ key, finding }) => `${key} ${finding.reason}`);
}

test('the first blocks of a new ledger tell no break that a later block takes back', async () => {
  // Of the first orders the money comes last, and the oldest order comes after all the others.
  const keys = ['A-1', 'A-2', 'A-3', 'A-4', 'A-5'];
  const placed = (key: string, at: number) => ({ id: `order:${key}`, placed: t(`${6 - at} 08:00`), key });
  const orders = keys.map((key, at) => ({ key, claim: order({ ...placed(key, at), status: 'paid' }) }));
  const lines = keys.map((key) => ({ key, claim: line({ id: `line:${key}`, payment: `P-${key}` }) }));
  const whole = new Running(1);
  const running = new Running(1, 1);
  for (const one of [whole, running]) {
    await one.append([...orders, ...keys.toReversed().map(paid), ...lines], 1);
    await one.advance(t('20 00:00'), RULES);
  }
  expect(breaksTakenBack(running)).toEqual([]);
  expect(running.blocks[0]!.split('\n').length).toBeGreaterThan(4);
  expect(running.root).toBe(whole.root);
});

test('a first import of many blocks tells its true breaks once, and no others', async () => {
  const keys = Array.from({ length: 300 }, (_, at) => `B-${at}`);
  const orders = keys.map((key) => ({ key, claim: order({ id: `order:${key}`, status: 'paid' }) }));
  const lines = keys.map((key) => ({ key, claim: line({ id: `line:${key}`, payment: `P-${key}` }) }));
  // Each topic has the keys in an order of its own, and each has a fiftieth that the others lack.
  const without = (facts: Keyed[], rest: number) => facts.filter((_, at) => at % 50 !== rest);
  const facts = [
    ...without(orders, 1),
    ...without(keys.map(paid), 2).toReversed(),
    ...without(lines, 3).toSorted((left, right) => (left.key < right.key ? -1 : 1)),
  ];
  const [whole, running] = [new Running(2), new Running(2, 4_096)];
  for (const one of [whole, running]) {
    await one.append(facts, 5);
    await one.advance(t('20 00:00'), RULES);
  }
  expect(running.blocks.map((blocks) => blocks.split('\n').length > 8)).toEqual([true, true]);
  expect(breaksTakenBack(running)).toEqual([]);
  const breaksOf = ({ log }: Running) =>
    entriesAfter(log, null, 10_000).entries.filter(({ finding }) => finding.reason !== null).length;
  expect(breaksOf(running)).toBeGreaterThanOrEqual(12);
  expect(breaksOf(running)).toBe(breaksOf(whole));
  expect(running.root).toBe(whole.root);
});

test('what waits for its turn gets it after each block, not after the last', async () => {
  const running = new Running(4);
  await running.append(
    Array.from({ length: 40 }, (_, at) => ({ key: `C-${at}`, claim: order({ id: `order:C-${at}` }) })),
    5,
  );
  const { group } = running;
  const made = () => group.heads.filter(({ height }) => height === 0).length;
  const seen: number[] = [];
  const look = () => {
    seen.push(made());
    if (made() < 4) setImmediate(look);
  };
  setImmediate(look);
  const committed: number[] = [];
  await group.advance('facts', t('20 00:00'), RULES, async (blocks) => {
    // Small blocks are written together all the same.
    committed.push(blocks.length);
  });
  expect([...new Set(seen)]).toEqual([1, 2, 3, 4]);
  expect(committed).toEqual([4]);
});
