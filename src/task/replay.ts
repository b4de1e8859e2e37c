// Executes a partition's ledger again from its facts: as it was, byte for byte, or as it would be under other rules.
// Both start from the beginning, without snapshots, and do not change the log.

import type { Instant } from '../domain/time.ts';
import type { EventLog } from '../log/event-log.ts';
import { forEachValue } from '../log/value-frames.ts';
import type { CompiledRules } from '../matching/rules.ts';
import type { RulesByHash } from './rules-store.ts';
import { executeStored, executeUnder, readStored } from './stored-block.ts';
import { ReconciliationTask, type TaskOptions } from './task.ts';
import type { ReadLog } from './task-group.ts';
import { heldIn, ToldSums, type ValueSum } from './told-and-held.ts';

export interface Replayed {
  readonly blocks: number;
  readonly entries: number;
  readonly facts: number;
  /** What its blocks told each partition. */
  readonly told: readonly ValueSum[];
  /** What is in the log for it. */
  readonly held: ValueSum;
}

/** A replay proves by the general code what was assessed from bytes. */
const GENERAL: TaskOptions = { plain: false };

/** Called after each block with the number of facts that it read. */
export type OnBlock = (facts: number) => void;

/**
 * Executes the blocks before the first that is later than `until`. Throws HESABU_REPLAY_DIFFERS, with partition and
 * block, if anything differs from what is stored.
 */
export function replayPartition(
  log: ReadLog & Pick<EventLog, 'partitions'>,
  partition: number,
  rules: RulesByHash,
  onBlock: OnBlock,
  until: Instant = Number.POSITIVE_INFINITY,
): { readonly task: ReconciliationTask; readonly replayed: Replayed } {
  const task = ReconciliationTask.empty(partition, GENERAL);
  let [blocks, facts] = [0, 0];
  const told = new ToldSums(log.partitions);
  forEachBlock(log, partition, (bytes) => {
    const stored = readStored(task.head, bytes);
    if (stored.header.as_of > until) return false;
    const read = executeStored(task, stored, log, rules, (handoffs) => told.add(handoffs));
    blocks++;
    facts += read;
    onBlock(read);
    return true;
  });
  const proved = { told: told.all, held: heldIn(log, partition) };
  return { task, replayed: { blocks, entries: task.head.entries, facts, ...proved } };
}

/**
 * The result of the same inputs at the same times under other rules, and then of the time up to `asOf`, the ledger's
 * own: a deadline of the other rules may have passed since this partition's last block.
 */
export function replayUnder(
  log: ReadLog,
  partition: number,
  rules: CompiledRules,
  asOf: Instant,
  onBlock: OnBlock,
): ReconciliationTask {
  const task = ReconciliationTask.empty(partition, GENERAL);
  forEachBlock(log, partition, (bytes) => {
    onBlock(executeUnder(task, readStored(task.head, bytes), log, rules));
    return true;
  });
  while (task.hasDue(asOf, rules)) task.step([], asOf, rules);
  return task;
}

/** Until `visit` returns false. */
function forEachBlock(log: ReadLog, partition: number, visit: (bytes: Buffer) => boolean): void {
  let goesOn = true;
  for (const { payload } of log.read('ledger.v1', partition, 0n)) {
    forEachValue(payload, 0, (start, end) => {
      if (goesOn) goesOn = visit(payload.subarray(start, end));
    });
    if (!goesOn) return;
  }
}
