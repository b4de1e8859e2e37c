// Executing a partition's ledger again from its facts: as it was, byte for byte, or as it would have been under other
// rules. Both begin with nothing, whatever snapshots there are, and leave the log alone.

import type { Instant } from '../domain/time.ts';
import { forEachValue } from '../log/value-frames.ts';
import type { CompiledRules } from '../matching/rules.ts';
import type { RulesByHash } from './rules-store.ts';
import { executeStored, executeUnder, readStored } from './stored-block.ts';
import { ReconciliationTask } from './task.ts';
import type { ReadLog } from './task-group.ts';

export interface Replayed {
  readonly blocks: number;
  readonly entries: number;
  readonly facts: number;
}

/** Told after each block, of how many facts it read. */
export type OnBlock = (facts: number) => void;

/** Throws HESABU_REPLAY_DIFFERS, with partition and block, where anything comes out otherwise than it is stored. */
export function replayPartition(
  log: ReadLog,
  partition: number,
  rules: RulesByHash,
  onBlock: OnBlock,
): { readonly task: ReconciliationTask; readonly replayed: Replayed } {
  const task = ReconciliationTask.empty(partition);
  let [blocks, facts] = [0, 0];
  forEachBlock(log, partition, (bytes) => {
    const read = executeStored(task, readStored(task.head, bytes), log, rules);
    blocks++;
    facts += read;
    onBlock(read);
  });
  return { task, replayed: { blocks, entries: task.head.tree.size, facts } };
}

/**
 * What the same inputs at the same times give under other rules, and then the time up to `asOf`, the ledger's own: a
 * deadline that the stored blocks did not know may have passed since this partition's last.
 */
export function replayUnder(
  log: ReadLog,
  partition: number,
  rules: CompiledRules,
  asOf: Instant,
  onBlock: OnBlock,
): ReconciliationTask {
  const task = ReconciliationTask.empty(partition);
  forEachBlock(log, partition, (bytes) => {
    onBlock(executeUnder(task, readStored(task.head, bytes), log, rules));
  });
  while (task.hasDue(asOf, rules)) task.step([], asOf, rules);
  return task;
}

function forEachBlock(log: ReadLog, partition: number, visit: (bytes: Buffer) => void): void {
  for (const { payload } of log.read('ledger.v1', partition, 0n)) {
    forEachValue(payload, 0, (start, end) => visit(payload.subarray(start, end)));
  }
}
