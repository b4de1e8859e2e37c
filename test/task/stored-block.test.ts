// Executing a stored block again: it comes out as it is stored, or partition and block are named.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HesabuError } from '../../src/domain/errors.ts';
import { HANDOFFS_TOPIC } from '../../src/domain/handoff.ts';
import { decodeBlock, encodeBlock, encodeHeader } from '../../src/ledger/block-codec.ts';
import { ZERO_DIGEST } from '../../src/ledger/digest.ts';
import type { CompiledRules } from '../../src/matching/rules.ts';
import { executeStored, executeUnder, readStored } from '../../src/task/stored-block.ts';
import { ReconciliationTask } from '../../src/task/task.ts';
import { callback, order, t } from '../matching/given.ts';
import { comings, Running, rulesOf, run, worlds } from './world.ts';

const RULES = rulesOf({});
const STRICT = rulesOf({ grace: { payment: 'PT1M' } });

const byHash = (hash: string): CompiledRules => {
  expect(hash).toBe(RULES.hash);
  return RULES;
};

/** The stored blocks of a partition's ledger, one after the other. */
function blocksOf({ log }: Running, partition: number): Buffer[] {
  return [...log.read('ledger.v1', partition, 0n)].map(({ payload }) => payload.subarray(4));
}

async function oneBlock(): Promise<{ readonly running: Running; readonly bytes: Buffer }> {
  const running = new Running(1);
  await running.append(
    [order({ id: 'order:A-1' }), callback()].map((claim) => ({ key: 'A-1', claim })),
    9,
  );
  await running.advance(t('2 09:00'), RULES);
  return { running, bytes: blocksOf(running, 0)[0]! };
}

function fault(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return `${(error as HesabuError).code} ${(error as HesabuError).detail.where}`;
  }
  return 'none';
}

test('any ledger, block after block, with its bytes and without', async () => {
  await fc.assert(
    fc.asyncProperty(worlds, comings, async (facts, coming) => {
      const running = await run(facts, coming, RULES);
      for (const { head } of running.group.tasks) {
        const [exact, byHashOnly] = [0, 1].map(() => ReconciliationTask.empty(head.partition)) as [
          ReconciliationTask,
          ReconciliationTask,
        ];
        for (const bytes of blocksOf(running, head.partition)) {
          const read = executeStored(exact, readStored(exact.head, bytes), running.log, byHash);
          const { header, hash } = decodeBlock(bytes);
          expect(executeStored(byHashOnly, { header, hash }, running.log, byHash)).toBe(read);
          const facts = header.inputs.filter(({ topic }) => topic !== HANDOFFS_TOPIC);
          expect(read).toBe(facts.reduce((sum, { from, to }) => sum + Number(to - from), 0));
        }
        expect(exact.head).toEqual(head);
        expect(byHashOnly.head).toEqual(head);
      }
    }),
    { numRuns: Number(process.env.HESABU_TEST_WORLDS ?? 6) },
  );
}, 600_000);

test('another header, other entries and bytes that are no block are refused', async () => {
  const { running, bytes } = await oneBlock();
  const { header, entries } = decodeBlock(bytes);
  const forged = Buffer.from(entries);
  forged[forged.length - 1]! ^= 1;
  const others = {
    time: encodeBlock(encodeHeader({ ...header, as_of: header.as_of + 1 }), entries),
    tree: encodeBlock(encodeHeader({ ...header, tree_root: ZERO_DIGEST }), entries),
    inputs: encodeBlock(
      encodeHeader({ ...header, inputs: header.inputs.map((one) => ({ ...one, from: 1n })) }),
      entries,
    ),
    entries: encodeBlock(encodeHeader(header), forged),
    none: bytes.subarray(0, 40),
  };
  for (const [what, other] of Object.entries(others)) {
    const task = ReconciliationTask.empty(0);
    const told = fault(() => executeStored(task, readStored(task.head, other), running.log, byHash));
    expect([what, told]).toEqual([what, 'HESABU_REPLAY_DIFFERS partition 0, block 0']);
  }
});

test.each([
  ['memory', () => new ArrayBuffer(2 ** 52)],
  [
    'stack',
    function deeper(): unknown {
      return [deeper()];
    },
  ],
])('a lack of %s says nothing of the ledger', async (_, lack) => {
  const { bytes } = await oneBlock();
  const task = ReconciliationTask.empty(0);
  const log = { read: lack as () => never };
  const act = () => executeStored(task, readStored(task.head, bytes), log, byHash);
  expect(act).toThrow(RangeError);
});

test('under other rules it may come out otherwise, from the same facts', async () => {
  const { running, bytes } = await oneBlock();
  const task = ReconciliationTask.empty(0);
  expect(executeUnder(task, readStored(task.head, bytes), running.log, STRICT)).toBe(2);
  expect(task.head.rules_hash).not.toBe(decodeBlock(bytes).header.rules_hash);
  const { inputs } = decodeBlock(bytes).header;
  expect(task.head.positions).toEqual(new Map(inputs.map(({ topic, to }) => [topic, to])));
});

test('under rules that nobody knows it is not executed', async () => {
  const { running, bytes } = await oneBlock();
  const unknown = () => {
    throw new HesabuError('HESABU_LEDGER_TAMPERED', { where: 'rules.v1' });
  };
  const task = ReconciliationTask.empty(0);
  const told = fault(() => executeStored(task, readStored(task.head, bytes), running.log, unknown));
  expect([told, task.head.height]).toEqual(['HESABU_LEDGER_TAMPERED rules.v1', -1]);
});
