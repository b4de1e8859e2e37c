// Checks that the topics have not changed since the worker started: the number of partitions, all unread records, and
// the ledger itself. Lost records are never skipped.

import { HesabuError } from '../../domain/errors.ts';
import type { TaskTopic } from '../../domain/fact.ts';
import { EPOCHS_TOPIC } from '../../ledger/epoch.ts';
import type { Kafka } from '../client/kafkajs.ts';
import { checkHeld } from '../client/lost-records.ts';
import { topicEnds } from '../client/topic-offsets.ts';
import { ledgerPartitions } from '../topics/topic-admin.ts';

export interface TopicMonitorOptions {
  readonly kafka: Kafka;
  readonly prefix: string;
  readonly partitions: number;
}

export interface ReadPosition {
  readonly topic: TaskTopic | typeof EPOCHS_TOPIC | 'ledger.v1';
  readonly partition: number;
  /** The next to be read; 0 for the ledger, because all of it must be there. */
  readonly offset: bigint;
  /** How far it is known to have existed: beyond the reading position while a task catches up. */
  readonly known: bigint;
}

export class TopicMonitor {
  private readonly options: TopicMonitorOptions;

  constructor(options: TopicMonitorOptions) {
    this.options = options;
  }

  /**
   * The number of facts of each topic still to be read. Throws HESABU_TOPICS_WRONG, HESABU_PARTITIONS_CHANGED,
   * HESABU_TOPIC_TRUNCATED, HESABU_TOPIC_REPLACED and HESABU_LEDGER_GONE.
   */
  async check(positions: readonly ReadPosition[]): Promise<ReadonlyMap<TaskTopic, bigint>> {
    const { kafka, prefix, partitions } = this.options;
    const found = await ledgerPartitions(kafka, { prefix });
    if (found !== partitions) {
      const where = `${prefix}orders.v1`;
      throw new HesabuError('HESABU_PARTITIONS_CHANGED', { where, expected: `${partitions}`, found: `${found}` });
    }
    return positions.length === 0 ? new Map() : this.checkAll(positions);
  }

  private async checkAll(positions: readonly ReadPosition[]): Promise<ReadonlyMap<TaskTopic, bigint>> {
    const { kafka, prefix } = this.options;
    const found = await topicEnds(kafka, [...new Set(positions.map(({ topic }) => prefix + topic))]);
    await checkHeld(
      kafka,
      positions.map((position) => ({ ...position, topic: prefix + position.topic })),
      found,
    );
    const lag = new Map<TaskTopic, bigint>();
    for (const { topic, partition, offset } of positions) {
      const left = (found.ends.get(`${prefix}${topic}/${partition}`) ?? 0n) - offset;
      if (topic !== 'ledger.v1' && topic !== EPOCHS_TOPIC && left > 0n) lag.set(topic, (lag.get(topic) ?? 0n) + left);
    }
    return lag;
  }
}
