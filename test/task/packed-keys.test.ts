// Keys that are kept as numbers against the same keys with records: a replay packs nothing.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findClaims } from '../../src/projections/lookup.ts';
import { feesPaid } from '../../src/projections/payouts.ts';
import { countClaims, transactionPage } from '../../src/projections/transactions.ts';
import { epochAppends } from '../../src/task/epochs.ts';
import { addTable, emptyOverview, keyStandings, openFindingsAt } from '../../src/task/overview.ts';
import type { RecordPlace } from '../../src/task/record-place.ts';
import { replayPartition } from '../../src/task/replay.ts';
import type { StateTable } from '../../src/task/state-table.ts';
import type { ReconciliationTask } from '../../src/task/task.ts';
import { manyOrdinaryKeys, ordinaryKeys } from './given-ordinary-keys.ts';
import { comings, END, Running, rulesOf } from './world.ts';

const DAY_MILLIS = 86_400_000;
/** `HESABU_TEST_WORLDS` sets another number. */
const RUNS = Number(process.env.HESABU_TEST_WORLDS ?? 12);
const RULES = [
  rulesOf({}),
  rulesOf({ zone: 'UTC', settlement: { days: 0 }, tolerance: { KES: '0.01' } }),
  rulesOf({ fees: [{ provider: 'mfs-africa', currency: 'KES', percent: '1.5' }] }),
];

function hexOf({ bytes, from, to }: RecordPlace): string {
  return bytes.toString('hex', from, to);
}

/** Everything that anybody reads of a table. */
function readAll(task: ReconciliationTask, rules = RULES[0]!) {
  const { table, head } = task;
  const slots = Array.from({ length: table.count }, (_, slot) => slot);
  const overview = emptyOverview();
  addTable(overview, table, head.partition);
  const fees = [...feesPaid([table])].map(([provider, sums]) => [provider, [...sums].toSorted()]).toSorted();
  return {
    assessments: slots.map((slot) => hexOf(table.assessmentOf(slot))),
    records: slots.map((slot) => hexOf(table.recordOf(slot))),
    open: slots.map((slot) => openFindingsAt(table, slot, head.partition)),
    deadlines: slots.map((slot) => table.deadlines.at[slot]),
    ...{ overview, fees, counts: countClaims([table]), standings: [...keyStandings(table)] },
    transactions: transactionPage([task], { partition: head.partition, after: null, blocks: null }, rules),
    // From the second question on, by an index.
    found: ['P-A-1', 'P-A-1', 'P-zz', 'shop-1', 'R-b', 'A-2', 'P-b'].map((name) => findClaims([task], name)),
    waiting: [task.waiting.asking, task.waiting.awaiting],
  };
}

/** The same partition with a record for each key. */
function unpacked({ log, rules }: Running, partition: number): ReconciliationTask {
  const { task } = replayPartition(
    log,
    partition,
    (hash) => rules.get(hash)!,
    () => {},
  );
  expect(task.table.packed).toBeUndefined();
  return task;
}

function packedCount({ packed, count }: StateTable): number {
  return Array.from({ length: count }, (_, slot) => slot).filter((slot) => packed!.has(slot)).length;
}

describe('packed keys', () => {
  test('are read as keys with records: after late facts, withdrawals, new rules, epochs and snapshots', async () => {
    let packed = 0;
    const changes = fc.array(fc.record({ rules: fc.nat(2), open: fc.boolean(), epoch: fc.boolean() }), {
      minLength: 8,
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(ordinaryKeys, comings, changes, async (facts, { partitions, pieces, batch }, steps) => {
        const running = new Running(partitions);
        const size = Math.ceil(facts.length / pieces);
        let asOf = END - 15 * DAY_MILLIS;
        for (let piece = 0; piece < pieces; piece++) {
          const { rules, open, epoch } = steps[piece]!;
          await running.append(facts.slice(piece * size, (piece + 1) * size), batch);
          asOf += 2 * DAY_MILLIS;
          await running.advance(asOf, RULES[rules]!);
          // So that there is an index, which must follow what comes.
          for (const name of ['P-A-1', 'Q-zz']) findClaims(running.group.tasks, name);
          if (open) {
            running.group.saveSnapshots();
            running.open();
          }
          if (epoch) {
            asOf -= DAY_MILLIS;
            const why = 'the clock ran ahead';
            await running.log.append(epochAppends({ why, as_of: asOf }, running.group.heads));
            await running.advance(asOf, RULES[rules]!);
          }
        }
        await running.advance(END, RULES[steps[7]!.rules]!);
        for (const task of running.group.tasks) {
          packed += packedCount(task.table);
          expect(readAll(task)).toEqual(readAll(unpacked(running, task.head.partition)));
        }
      }),
      { numRuns: RUNS },
    );
    expect(packed).toBeGreaterThan(0);
  }, 600_000);

  test('of thousands are worked on where their snapshot was read to', async () => {
    const running = new Running(1);
    const facts = manyOrdinaryKeys(5_000);
    for (const third of [0, 1, 2]) {
      await running.append(facts.slice((third * facts.length) / 3, ((third + 1) * facts.length) / 3), 500);
      await running.advance(END - (2 - third) * DAY_MILLIS, RULES[0]!);
      running.group.saveSnapshots();
      const { at } = running.open().tasks[0]!.table.deadlines;
      expect(at.buffer.byteLength).toBeGreaterThan(at.byteLength);
    }
    const task = running.group.tasks[0]!;
    // So that the rows of the packed keys fill a page.
    expect(packedCount(task.table)).toBeGreaterThan(4_096);
    expect(readAll(task)).toEqual(readAll(unpacked(running, 0)));
  });
});
