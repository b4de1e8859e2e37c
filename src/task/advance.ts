// The steps by which a ledger advances, in one process: what one key tells another is read before a deadline passes,
// wherever the other lies.

import { TASK_TOPICS, type TaskTopic } from '../domain/fact.ts';
import { HANDOFFS_TOPIC } from '../domain/handoff.ts';
import type { LedgerHead } from '../ledger/head.ts';
import type { EventLog } from '../log/event-log.ts';

/**
 * - `facts`: the epochs that wait begin, and everything is read that is in the log.
 * - `handoffs`: what the blocks before told is read.
 * - `deadlines`: those up to the time of the advance pass.
 */
export type AdvanceStep = 'facts' | 'handoffs' | 'deadlines';

/** What keys tell each other ends after a few rounds: more than so many would be a fault of ours. */
const ROUNDS_MAX = 1_000;

/** `take` takes a step in all partitions; `waits` is whether a handoff is in the log that no block has read. */
export async function advanceByStep(take: (step: AdvanceStep) => Promise<void>, waits: () => boolean): Promise<void> {
  await take('facts');
  for (let round = 0; ; round++) {
    for (; waits(); round++) {
      if (round >= ROUNDS_MAX) throw new Error(`handoffs still wait after ${round} rounds`);
      await take('handoffs');
    }
    await take('deadlines');
    // New rules may change what identities say.
    if (!waits()) return;
  }
}

export function handoffsWait(log: Pick<EventLog, 'end'>, heads: readonly LedgerHead[]): boolean {
  return heads.some((head) => isUnread(log, head, HANDOFFS_TOPIC));
}

/** Whether blocks have read all facts and handoffs that are in the log. */
export function hasReadAll(log: Pick<EventLog, 'end'>, heads: readonly LedgerHead[]): boolean {
  return !heads.some((head) => TASK_TOPICS.some((topic) => isUnread(log, head, topic)));
}

function isUnread(log: Pick<EventLog, 'end'>, { partition, positions }: LedgerHead, topic: TaskTopic): boolean {
  return (positions.get(topic) ?? 0n) < log.end(topic, partition);
}
