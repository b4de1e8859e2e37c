// Epochs: a ledger that ran ahead goes on from the right time. It then stands as one that never ran ahead, what was
// written before has not changed, and a replay gives every byte again.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeBlock } from '../../src/ledger/block-codec.ts';
import { beginsEpoch, decodeEpoch, type Epoch, encodeEpoch } from '../../src/ledger/epoch.ts';
import { makeChainVerifier } from '../../src/ledger/verify.ts';
import { MemorySnapshotStore } from '../../src/log/snapshots.ts';
import { forEachValue } from '../../src/log/value-frames.ts';
import { epochAppends } from '../../src/task/epochs.ts';
import { replayPartition } from '../../src/task/replay.ts';
import { order, t } from '../matching/given.ts';
import { comings, END, Running, rulesOf, run, worlds } from './world.ts';

const RULES = rulesOf({});
const DAY_MILLIS = 86_400_000;

async function begin(running: Running, epoch: Epoch): Promise<void> {
  await running.log.append(epochAppends(epoch, running.group.heads));
  await running.advance(epoch.as_of, RULES);
}

function replayed({ log, rules }: Running) {
  const parts = Array.from({ length: log.partitions }, (_, partition) => partition);
  return parts.map(
    (partition) =>
      replayPartition(
        log,
        partition,
        (hash) => rules.get(hash)!,
        () => {},
      ).task.head,
  );
}

function verifiedHeads({ log }: Running) {
  return Array.from({ length: log.partitions }, (_, partition) => {
    const chain = makeChainVerifier(partition);
    for (const { payload } of log.read('ledger.v1', partition, 0n)) {
      forEachValue(payload, 0, (start, end) => expect(chain.next(payload.subarray(start, end))).toBeUndefined());
    }
    return chain.head;
  });
}

test('after any jump ahead, the outcome is that of a ledger that never jumped', async () => {
  await fc.assert(
    fc.asyncProperty(worlds, comings, fc.integer({ min: 1, max: 3650 }), async (facts, coming, days) => {
      const truth = await run(facts, coming, RULES);
      const running = await run(facts, coming, RULES);
      await running.advance(END + days * DAY_MILLIS, RULES);
      const before = running.blocks;
      await begin(running, { why: 'the clock ran ahead', as_of: END });
      expect(running.root).toBe(truth.root);
      for (const [partition, blocks] of running.blocks.entries()) {
        expect(blocks.startsWith(before[partition]!)).toBe(true);
      }
      const { heads } = running.group;
      expect(replayed(running)).toEqual(heads);
      expect(verifiedHeads(running)).toEqual(heads);
      // As a new process restores it, from the snapshots and from nothing.
      running.group.saveSnapshots();
      expect(running.open().heads).toEqual(heads);
      expect(running.open(new MemorySnapshotStore()).heads).toEqual(heads);
      expect(running.root).toBe(truth.root);
      await running.advance(END + DAY_MILLIS, RULES);
      await truth.advance(END + DAY_MILLIS, RULES);
      expect(running.root).toBe(truth.root);
    }),
    { numRuns: Number(process.env.HESABU_TEST_WORLDS ?? 6) },
  );
}, 600_000);

test('the block of an epoch reads its record alone, and no other block may be earlier', async () => {
  const running = new Running(1);
  await running.append([{ key: 'A-1', claim: order({ id: 'order:A-1' }) }], 9);
  await running.advance(t('20 09:00'), RULES);
  await begin(running, { why: 'a slip of a key', as_of: t('2 09:00') });
  await running.append([{ key: 'A-2', claim: order({ id: 'order:A-2' }) }], 9);
  await running.advance(t('2 09:01'), RULES);
  const headers = [...running.log.read('ledger.v1', 0, 0n)].map(
    ({ payload }) => decodeBlock(payload.subarray(4)).header,
  );
  expect(headers.map(({ inputs, as_of }) => [beginsEpoch(inputs), as_of])).toEqual([
    [false, t('20 09:00')],
    // What was read, and then the deadline that passed.
    [false, t('20 09:00')],
    [true, t('2 09:00')],
    [false, t('2 09:01')],
  ]);
  const [task] = running.group.tasks;
  expect(() => task!.step([], t('2 09:00'), RULES)).toThrow('is before');
});

test('an epoch that was recorded and not begun is begun by the next run', async () => {
  const running = new Running(2);
  await running.append([{ key: 'A-1', claim: order({ id: 'order:A-1' }) }], 9);
  await running.advance(t('20 09:00'), RULES);
  await running.log.append(epochAppends({ why: 'killed', as_of: t('2 08:00') }, running.group.heads));
  running.open();
  await running.advance(t('2 09:00'), RULES);
  const heads = running.group.heads.filter(({ height }) => height >= 0);
  expect(heads.map(({ as_of, positions }) => [as_of, positions.get('epochs.v1')])).toEqual([[t('2 08:00'), 1n]]);
  expect(replayed(running)).toEqual(running.group.heads);
});

test('a record has one form, and anything else is refused', () => {
  const epoch = { why: 'the clock ran ahead, 时钟', as_of: t('2 09:00') };
  const bytes = encodeEpoch(epoch);
  expect(decodeEpoch(bytes)).toEqual(epoch);
  const texts = [
    '',
    '{}',
    'null',
    `${bytes} `,
    '{"why":"","as_of":"2026-03-02T09:00:00Z"}',
    '{"as_of":"2026-03-02T09:00:00Z","why":"x"}',
    `{"why":"${'x'.repeat(501)}","as_of":"2026-03-02T09:00:00Z"}`,
    '{"why":"x","as_of":"2026-03-02T12:00:00+03:00"}',
    '{"why":"x","as_of":"2026-03-02T09:00:00Z","more":1}',
  ];
  for (const text of texts) expect(() => decodeEpoch(Buffer.from(text)), text).toThrow(RangeError);
});
