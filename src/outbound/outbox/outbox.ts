// The outbox: service.db stores messages until every target that wants them has accepted them, or for three days. Each
// target has its own queue, so that a slow or unreachable one does not delay the others.

import type { DatabaseSync } from 'node:sqlite';
import type { Logger } from 'pino';
import type { Clock } from '../../runtime/clock.ts';
import type { Meter } from '../../runtime/meter.ts';
import type { MessageSink, OutgoingMessage } from '../../runtime/outgoing-message.ts';
import { type Post, TargetDelivery } from './delivery.ts';
import { type DeadMessage, MessageTable } from './message-table.ts';
import type { Queue, QueueStatus } from './queue.ts';
import { RETRY_PERIOD_MILLIS } from './retry-schedule.ts';
import type { Target } from './target.ts';

export interface OutboxOptions {
  readonly database: DatabaseSync;
  /** Each name is unique. */
  readonly targets: readonly Target[];
  readonly post: Post;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly logger: Logger;
  /** Concurrent messages to each target; default 4. */
  readonly concurrency?: number;
}

export interface OutboxStatus {
  /** Deliveries still to be made. */
  readonly waiting: number;
  /** Deliveries given up within the last day, by target. */
  readonly dead: ReadonlyMap<string, number>;
  /** The last deliveries that were given up, newest first. */
  readonly lastDead: readonly DeadMessage[];
  readonly targets: readonly QueueStatus[];
}

const HOUR_MILLIS = 3_600_000;
const DAY_MILLIS = 24 * HOUR_MILLIS;
/** How long a message is remembered, also as sent. */
const KEEPING_MILLIS = 30 * DAY_MILLIS;
const DEAD_SHOWN_MAX = 100;

export class Outbox implements MessageSink {
  private readonly options: OutboxOptions;
  private readonly table: MessageTable;
  private readonly deliveries: Queue[];
  private readonly stopping = new AbortController();
  private running: Promise<void> | null = null;

  constructor(options: OutboxOptions) {
    const { targets, concurrency = 4 } = options;
    this.options = options;
    this.table = new MessageTable(options.database);
    this.deliveries = targets.map((target) => {
      return new TargetDelivery(target, { ...options, table: this.table, concurrency });
    });
  }

  put(messages: readonly OutgoingMessage[]): void {
    if (messages.length === 0) return;
    this.table.put(messages, this.options.targets, this.options.clock.now());
    this.wakeSoon();
  }

  /** The same for these targets alone, whatever messages others want. */
  putTo(message: OutgoingMessage, targets: readonly string[]): void {
    const wishes = targets.map((name) => ({ name, types: ['*'], merchants: ['*'] }));
    this.table.put([message], wishes, this.options.clock.now());
    this.wakeSoon();
  }

  /** Adds the queue of another kind of target, which takes its messages from the same table. */
  addQueue<Kind extends Queue>(make: (table: MessageTable) => Kind): Kind {
    const queue = make(this.table);
    this.deliveries.push(queue);
    if (this.running !== null) queue.start();
    return queue;
  }

  /** After the current transaction has ended: until then nothing is due. */
  private wakeSoon(): void {
    setImmediate(() => {
      for (const delivery of this.deliveries) delivery.wake();
    });
  }

  start(): void {
    if (this.running !== null) return;
    for (const delivery of this.deliveries) delivery.start();
    this.running = this.tidy();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all([this.running, ...this.deliveries.map((delivery) => delivery.stop())]);
  }

  status(): OutboxStatus {
    return {
      waiting: this.table.waitingCount,
      dead: this.table.deadSince(this.options.clock.now() - DAY_MILLIS),
      lastDead: this.table.dead(DEAD_SHOWN_MAX),
      targets: this.deliveries.map((delivery) => delivery.status()),
    };
  }

  /** Gives up messages that no target will accept, and removes old ones. */
  private async tidy(): Promise<void> {
    const { clock, logger, meter } = this.options;
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const now = clock.now();
      try {
        const taking = this.deliveries.filter(({ isTaking }) => isTaking).map((delivery) => delivery.status().name);
        const lost = this.table.giveUp(new Set(taking), now - RETRY_PERIOD_MILLIS, now);
        if (lost > 0) logger.error({ messages: lost }, 'messages were given up: their targets accept none');
        this.table.prune(now - KEEPING_MILLIS);
        meter.set('hesabu_outbox_waiting', {}, this.table.waitingCount);
      } catch (error) {
        logger.error({ err: error }, 'the outbox could not be cleaned up');
      }
      await clock.sleep(HOUR_MILLIS, signal);
    }
  }
}
