// What must hold of the reconciliation of any facts, in whatever order, repetition and pieces they come.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Entry } from '../../src/domain/entry.ts';
import { entryId } from '../../src/domain/entry.ts';
import { decodeBlock } from '../../src/ledger/block-codec.ts';
import { MemorySnapshotStore } from '../../src/log/snapshots.ts';
import { forEachValue } from '../../src/log/value-frames.ts';
import { readRecord, readRecordAssessment } from '../../src/task/key-record.ts';
import { replayPartition } from '../../src/task/replay.ts';
import { readEntries } from '../ledger/blocks.ts';
import { rulesInputs } from '../matching/claim-pools.ts';
import { type Coming, comings, type Running, rulesOf, run, shuffled, worlds } from './world.ts';

const RUNS = { numRuns: Number(process.env.HESABU_TEST_WORLDS ?? 4) };
const WHOLE: Coming = { partitions: 3, pieces: 1, batch: 100 };
const worldsTwice = worlds.chain((world) => shuffled(world).map((again) => ({ world, again })));

describe('the outcome', () => {
  test('is the same for any order, repetition, pieces, batches, partitions and times between', () =>
    fc.assert(
      fc.asyncProperty(worldsTwice, comings, rulesInputs, async ({ world, again }, coming, input) => {
        const rules = rulesOf(input);
        const [once, other] = [await run(world, WHOLE, rules), await run(again, coming, rules)];
        expect(other.standings).toEqual(once.standings);
        expect(other.root).toBe(once.root);
      }),
      RUNS,
    ));

  test('is that of the rules in force at the end, whatever rules were in force before', () =>
    fc.assert(
      fc.asyncProperty(worlds, comings, rulesInputs, rulesInputs, async (world, coming, last, first) => {
        const rules = rulesOf(last);
        const changed = await run(world, coming, rules, [rulesOf(first), rules]);
        expect(changed.root).toBe((await run(world, WHOLE, rules)).root);
      }),
      RUNS,
    ));

  test('differs where a fact differs', async () => {
    const rules = rulesOf({});
    const world = fc.sample(worlds, { numRuns: 40, seed: 7 }).find((facts) => facts.length > 3)!;
    const roots = new Set<string>();
    for (let left = 0; left <= world.length; left++) roots.add((await run(world.slice(0, left), WHOLE, rules)).root);
    expect(roots.size).toBeGreaterThan(2);
  });
});

describe('what is counted', () => {
  test('every value is a new claim or a known one, and every key has one standing', () =>
    fc.assert(
      fc.asyncProperty(worldsTwice, comings, rulesInputs, async ({ again }, coming, input) => {
        const running = await run(again, coming, rulesOf(input));
        expect(running.counts.added + running.counts.known).toBe(again.length);
        const { all } = running.overview;
        const { matched, pending, unmatched, closed } = all.standing;
        expect(matched + pending + unmatched + closed).toBe(all.keys);
        expect(running.standings.length).toBe(all.keys);
      }),
      RUNS,
    ));

  test('money received is matched, open or returned, to the minor unit', () =>
    fc.assert(
      fc.asyncProperty(worlds, comings, rulesInputs, async (world, coming, input) => {
        const { all, byMerchant, byProvider } = (await run(world, coming, rulesOf(input))).overview;
        for (const totals of [all, ...byMerchant.values(), ...byProvider.values()]) {
          for (const { received, matched, open, returned } of totals.money.values()) {
            expect(matched + open + returned).toBe(received);
            expect(returned <= received || received < 0n).toBe(true);
          }
        }
      }),
      RUNS,
    ));
});

describe('the ledger', () => {
  test('tells of a key exactly what holds of it: entries not superseded are its findings', () =>
    fc.assert(
      fc.asyncProperty(worldsTwice, comings, rulesInputs, async ({ again }, coming, input) => {
        const running = await run(again, coming, rulesOf(input));
        const entries = entriesOf(running);
        const open = new Map<string, Entry>();
        const versions = new Map<string, number>();
        for (const entry of entries) {
          expect(entry.version).toBe((versions.get(entry.key) ?? 0) + 1);
          versions.set(entry.key, entry.version);
          for (const id of entry.supersedes) {
            expect(open.get(id)?.key).toBe(entry.key);
            open.delete(id);
          }
          open.set(entryId(entry.partition, entry.height, entry.index), entry);
        }
        expect(openFindings(open)).toEqual(heldFindings(running));
      }),
      RUNS,
    ));

  test('replays to the same bytes from nothing', () =>
    fc.assert(
      fc.asyncProperty(worldsTwice, comings, rulesInputs, async ({ again }, coming, input) => {
        const running = await run(again, coming, rulesOf(input));
        for (let partition = 0; partition < coming.partitions; partition++) {
          const rules = (hash: string) => running.rules.get(hash)!;
          const { task } = replayPartition(running.log, partition, rules, () => {});
          expect(task.head).toEqual(running.group.heads[partition]);
        }
      }),
      RUNS,
    ));

  test('goes on with the same bytes from a snapshot, from nothing, or without a break', () =>
    fc.assert(
      fc.asyncProperty(worlds, worlds, comings, async (first, second, coming) => {
        const rules = rulesOf({});
        const unbroken = await run(first, coming, rules);
        const restarted = await run(first, coming, rules);
        const rebuilt = await run(first, coming, rules);
        restarted.group.saveSnapshots();
        restarted.open();
        rebuilt.open(new MemorySnapshotStore());
        for (const running of [unbroken, restarted, rebuilt]) {
          await running.append(second, coming.batch);
          await running.advance(rulesEnd, rules);
        }
        expect(restarted.blocks).toEqual(unbroken.blocks);
        expect(rebuilt.blocks).toEqual(unbroken.blocks);
        expect(restarted.root).toBe(unbroken.root);
      }),
      RUNS,
    ));
});

const rulesEnd = Date.UTC(2026, 3, 30);

function entriesOf(running: Running): Entry[] {
  const entries: Entry[] = [];
  for (let partition = 0; partition < running.log.partitions; partition++) {
    for (const { payload } of running.log.read('ledger.v1', partition, 0n)) {
      forEachValue(payload, 0, (start, end) => {
        entries.push(...readEntries(decodeBlock(payload.subarray(start, end))));
      });
    }
  }
  return entries;
}

/** Entries that stand, by key, without those that say only that something no longer holds. */
function openFindings(open: ReadonlyMap<string, Entry>): string[] {
  const standing = [...open.values()].filter(({ finding }) => finding.kind !== 'closed' || isEnd(finding.reason));
  return standing.map(({ key, finding }) => JSON.stringify([key, finding])).sort();
}

/** A closing without a reason looks like the end of something that agreed, and both mean that nothing is open. */

function isEnd(reason: string | null): boolean {
  return reason === 'ORDER_EXPIRED' || reason === 'ORDER_CANCELLED';
}

function heldFindings(running: Running): string[] {
  const held: string[] = [];
  for (const { table } of running.group.tasks) {
    for (let slot = 0; slot < table.count; slot++) {
      const { bytes, from, to } = table.recordOf(slot);
      const record = readRecord(bytes, from, to);
      if (record.assessment.from === record.assessment.to) continue;
      for (const finding of readRecordAssessment(bytes, record).findings) {
        if (finding.kind === 'closed' && finding.reason === null) continue;
        held.push(JSON.stringify([table.keys.keyOf(slot), finding]));
      }
    }
  }
  return held.sort();
}
