// The outcome root is that of its definition, whatever was hashed before, restored, or divided among partitions.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { partitionOf } from '../../src/domain/partition.ts';
import { outcomePart, outcomeRoot } from '../../src/task/outcome.ts';
import { alignedParts, PartReader } from '../../src/task/part-reader.ts';
import { restoredTable, StateTable } from '../../src/task/state-table.ts';
import { outcomeByDefinition } from './outcome-definition.ts';

type Step =
  | { readonly do: 'assess'; readonly key: string; readonly assessment: Uint8Array }
  | { readonly do: 'ask' | 'restore' };

const PARTITIONS = [1, 2, 3, 6, 8, 12, 64];

/** Few keys, so that many steps are about one that is known; some share their first bytes, some a bucket. */
const keys = fc.oneof(
  fc.nat(40).map((number) => `ORDER-${number}`),
  fc.constantFrom('O', 'OR', 'ORDER', 'ORDER-é', 'ordER', '?p:7'),
  fc.constantFrom(...bucketMates(12)),
);
const steps = fc.array<Step>(
  fc.oneof(
    { weight: 8, arbitrary: fc.record({ do: fc.constant('assess' as const), key: keys, assessment: assessments() }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('ask' as const, 'restore' as const) }) },
  ),
  { maxLength: 60 },
);

/** An empty one is that of a key that gave up all its claims. */
function assessments() {
  return fc.uint8Array({ maxLength: 40 });
}

/** Different keys of one bucket. */
function bucketMates(count: number): string[] {
  const found: string[] = [];
  for (let number = 0; found.length < count; number++) {
    if (partitionOf(`M-${number}`, 65_536) === 777) found.push(`M-${number}`);
  }
  return found;
}

function assess(table: StateTable, key: string, assessment: Uint8Array): void {
  const bytes = Buffer.from(key);
  const record = Buffer.alloc(4 + assessment.length + 3, 9);
  record.writeUInt32BE(assessment.length);
  record.set(assessment, 4);
  table.setRecord(table.slotOf(bytes, 0, bytes.length), record);
}

/** A table as a snapshot gives it back. */
function restored(table: StateTable): StateTable {
  return restoredTable(new PartReader(Buffer.concat([...alignedParts(table.parts())]), 0));
}

/** The root of partitions in two threads. */
function rootOf(tables: readonly StateTable[]): string {
  const half = [0, 1].map((thread) =>
    outcomePart(
      tables.filter((_, at) => at % 2 === thread),
      tables.length,
    ),
  );
  return outcomeRoot(half.map((part) => structuredClone(part)));
}

describe('the outcome root', () => {
  test('is that of all keys from nothing, after any steps, questions and restarts, in any partitions', () =>
    fc.assert(
      fc.property(steps, fc.constantFrom(...PARTITIONS), (all, partitions) => {
        let tables = Array.from({ length: partitions }, () => new StateTable());
        for (const step of all) {
          if (step.do === 'assess') assess(tables[partitionOf(step.key, partitions)]!, step.key, step.assessment);
          else if (step.do === 'ask') expect(rootOf(tables)).toBe(outcomeByDefinition(tables));
          else tables = tables.map(restored);
        }
        expect(rootOf(tables)).toBe(outcomeByDefinition(tables));
      }),
      { numRuns: 50 },
    ));

  test('of very many keys in a bucket is the same in any order, as of one key after another', () => {
    const names = bucketMates(140);
    const [forward, backward] = [new StateTable(), new StateTable()];
    for (const name of names) {
      assess(forward, name, Buffer.from(name));
      forward.outcome.hashes();
    }
    for (const name of names.toReversed()) assess(backward, name, Buffer.from(name));
    expect(rootOf([forward])).toBe(outcomeByDefinition([backward]));
    expect(rootOf([backward])).toBe(rootOf([forward]));
  });

  test('of no key is that of empty groups', () => {
    const roots = PARTITIONS.map((partitions) => rootOf(Array.from({ length: partitions }, () => new StateTable())));
    expect(new Set(roots)).toEqual(new Set([outcomeByDefinition([])]));
  });

  test('is refused where a group lies in two partitions that should have whole ones', () => {
    const tables = [new StateTable(), new StateTable()];
    for (const table of tables) assess(table, 'A-1', Buffer.of(1));
    expect(() => rootOf(tables)).toThrow(/^group \d+ lies in two partitions$/);
  });
});
