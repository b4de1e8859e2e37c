// What time a task's next block has. A deadline passes only when all that was written before it is read: a worker that
// has been away would else call an order expired whose payment stands further on in the topics.

import { FACT_TOPICS, type FactTopic } from '../../domain/fact.ts';
import type { Instant } from '../../domain/time.ts';
import type { LedgerHead } from '../../ledger/head.ts';
import type { Fetched } from './record-queue.ts';

export class TaskTime {
  private readonly now: () => Instant;
  /** When the last record of a topic that went into a block was written. */
  private readonly readTo = new Map<FactTopic, Instant>();

  constructor(now: () => Instant) {
    this.now = now;
  }

  /** `taken` goes into the block; of the topics that `isUnread` names there is more. Never before the head's time. */
  next(head: LedgerHead, taken: readonly Fetched[], isUnread: (topic: FactTopic) => boolean): Instant {
    for (const { batch, time } of taken) this.readTo.set(batch.topic as FactTopic, time);
    const unread = FACT_TOPICS.filter(isUnread);
    // Before its first block a ledger has no time to stay at.
    const least = head.height < 0 ? this.now() : head.as_of;
    const times = unread.map((topic) => this.readTo.get(topic) ?? least);
    return Math.max(head.as_of, Math.min(this.now(), ...times));
  }
}
