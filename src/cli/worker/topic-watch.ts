// Looks whether the topics are what they were when the worker began: as many partitions, and all that is still to be
// read. What is gone is never skipped.

import type { Admin, Kafka } from 'kafkajs';
import { HesabuError } from '../../domain/errors.ts';
import type { FactTopic } from '../../domain/fact.ts';
import { ledgerPartitions, withAdmin } from '../../log/kafka/topic-admin.ts';

export interface TopicWatchOptions {
  readonly kafka: Kafka;
  readonly prefix: string;
  readonly partitions: number;
}

export interface ReadPosition {
  readonly topic: FactTopic;
  readonly partition: number;
  /** The next to be read. */
  readonly offset: bigint;
  /** To where the ledger has read it, which may be further while a task catches up. */
  readonly known: bigint;
}

export class TopicWatch {
  private readonly options: TopicWatchOptions;

  constructor(options: TopicWatchOptions) {
    this.options = options;
  }

  /**
   * How many facts of each topic are still to be read. Throws HESABU_TOPICS_WRONG, HESABU_PARTITIONS_CHANGED,
   * HESABU_TOPIC_TRUNCATED and HESABU_TOPIC_REPLACED.
   */
  async check(positions: readonly ReadPosition[]): Promise<ReadonlyMap<FactTopic, bigint>> {
    const { kafka, prefix, partitions } = this.options;
    const found = await ledgerPartitions(kafka, { prefix });
    if (found !== partitions) {
      const where = `${prefix}orders.v1`;
      throw new HesabuError('HESABU_PARTITIONS_CHANGED', { where, expected: `${partitions}`, found: `${found}` });
    }
    return positions.length === 0 ? new Map() : withAdmin(kafka, (admin) => this.checkAll(admin, positions));
  }

  async checkHeld(topic: FactTopic, partition: number, offset: bigint): Promise<void> {
    await withAdmin(this.options.kafka, (admin) => this.checkAll(admin, [{ topic, partition, offset, known: offset }]));
  }

  private async checkAll(admin: Admin, positions: readonly ReadPosition[]): Promise<ReadonlyMap<FactTopic, bigint>> {
    const lag = new Map<FactTopic, bigint>();
    for (const topic of new Set(positions.map((position) => position.topic))) {
      const offsets = await admin.fetchTopicOffsets(this.options.prefix + topic);
      for (const { partition, offset, known } of positions.filter((position) => position.topic === topic)) {
        const found = offsets.find((place) => place.partition === partition);
        if (found === undefined) continue;
        const where = `${this.options.prefix}${topic}/${partition}`;
        if (BigInt(found.low) > offset) throw gone('HESABU_TOPIC_TRUNCATED', where, `offset ${offset}`, found.low);
        if (BigInt(found.high) < known) {
          throw gone('HESABU_TOPIC_REPLACED', where, `at least offset ${known}`, found.high);
        }
        lag.set(topic, (lag.get(topic) ?? 0n) + BigInt(found.high) - offset);
      }
    }
    return lag;
  }
}

function gone(
  code: 'HESABU_TOPIC_TRUNCATED' | 'HESABU_TOPIC_REPLACED',
  where: string,
  expected: string,
  found: string,
) {
  return new HesabuError(code, { where, expected, found });
}
