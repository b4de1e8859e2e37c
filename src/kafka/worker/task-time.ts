// The time of a task's next block. No deadline passes before everything that was there to read has been read: otherwise
// a worker that was away would call an order expired whose payment is further on in the topics.

import { TASK_TOPICS, type TaskTopic } from '../../domain/fact.ts';
import type { Instant } from '../../domain/time.ts';
import type { LedgerHead } from '../../ledger/head.ts';
import type { Fetched } from './record-queue.ts';

/** The offsets of a topic that are in no block: from the next one to its end, as far as known. */
export interface UnreadRange {
  readonly from: bigint;
  readonly to: bigint;
}

/** Where the topics ended at a time. */
interface Look {
  readonly at: Instant;
  readonly ends: ReadonlyMap<TaskTopic, bigint>;
}

export class TaskTime {
  private readonly now: () => Instant;
  /** The timestamp of the last record of each topic in a block. */
  private readonly readTo = new Map<TaskTopic, Instant>();
  private look: Look | undefined;

  /** Deadlines pass so long after their time, in milliseconds: what other tasks tell may be on its way. */
  private readonly settling: number;

  constructor(now: () => Instant, settling: number) {
    this.now = now;
    this.settling = settling;
  }

  /**
   * Up to when deadlines pass in the next block. `taken` goes into it; what is unread then decides. The time stays
   * until everything is read that was there at a look; then it is that of the look, and the next one follows. So time
   * also passes where facts never stop coming.
   */
  next(head: LedgerHead, taken: readonly Fetched[], unreadOf: (topic: TaskTopic) => UnreadRange): Instant {
    for (const { batch, time } of taken) this.readTo.set(batch.topic as TaskTopic, time);
    const now = this.now() - this.settling;
    const ranges = TASK_TOPICS.map((topic) => ({ topic, ...unreadOf(topic) }));
    const unread = ranges.filter(({ from, to }) => from < to);
    const { look } = this;
    const isRead = look !== undefined && ranges.every(({ topic, from }) => from >= look.ends.get(topic)!);
    if (look === undefined || isRead)
      this.look = { at: now, ends: new Map(ranges.map(({ topic, to }) => [topic, to])) };
    if (unread.length === 0) return Math.max(head.deadlines_to, now);
    // The end of a topic may be known late, so its last record says up to when it is surely read.
    const times = unread.map(({ topic }) => this.readTo.get(topic) ?? head.deadlines_to);
    return isRead ? Math.max(head.deadlines_to, Math.min(look.at, ...times)) : head.deadlines_to;
  }
}
