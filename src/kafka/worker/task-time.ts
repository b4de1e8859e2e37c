// The time of a task's next block. A deadline passes only when everything written before it has been read: otherwise a
// worker that was away would call an order expired whose payment is further on in the topics.

import { FACT_TOPICS, type FactTopic } from '../../domain/fact.ts';
import type { Instant } from '../../domain/time.ts';
import type { LedgerHead } from '../../ledger/head.ts';
import type { Fetched } from './record-queue.ts';

export class TaskTime {
  private readonly now: () => Instant;
  /** The timestamp of the last record of each topic in a block. */
  private readonly readTo = new Map<FactTopic, Instant>();

  constructor(now: () => Instant) {
    this.now = now;
  }

  /** `taken` goes into the block; `isUnread` names topics with more records. Never before the head's time. */
  next(head: LedgerHead, taken: readonly Fetched[], isUnread: (topic: FactTopic) => boolean): Instant {
    for (const { batch, time } of taken) this.readTo.set(batch.topic as FactTopic, time);
    const unread = FACT_TOPICS.filter(isUnread);
    // Before its first block a ledger has no earlier time.
    const least = head.height < 0 ? this.now() : head.as_of;
    const times = unread.map((topic) => this.readTo.get(topic) ?? least);
    return Math.max(head.as_of, Math.min(this.now(), ...times));
  }
}
