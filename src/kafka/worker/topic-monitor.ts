// Checks that the topics have not changed since the worker started: the number of partitions, all unread records, and
// the ledger itself. Lost records are never skipped.

import { HesabuError } from '../../domain/errors.ts';
import type { FactTopic } from '../../domain/fact.ts';
import { endBefore } from '../client/high-watermarks.ts';
import type { Kafka } from '../client/kafkajs.ts';
import { topicEnds } from '../client/topic-offsets.ts';
import { ledgerPartitions } from '../topics/topic-admin.ts';

export interface TopicMonitorOptions {
  readonly kafka: Kafka;
  readonly prefix: string;
  readonly partitions: number;
}

export interface ReadPosition {
  readonly topic: FactTopic | 'ledger.v1';
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
  async check(positions: readonly ReadPosition[]): Promise<ReadonlyMap<FactTopic, bigint>> {
    const { kafka, prefix, partitions } = this.options;
    const found = await ledgerPartitions(kafka, { prefix });
    if (found !== partitions) {
      const where = `${prefix}orders.v1`;
      throw new HesabuError('HESABU_PARTITIONS_CHANGED', { where, expected: `${partitions}`, found: `${found}` });
    }
    return positions.length === 0 ? new Map() : this.checkAll(positions);
  }

  private async checkAll(positions: readonly ReadPosition[]): Promise<ReadonlyMap<FactTopic, bigint>> {
    const { kafka, prefix } = this.options;
    const lag = new Map<FactTopic, bigint>();
    const found = await topicEnds(kafka, [...new Set(positions.map(({ topic }) => prefix + topic))]);
    for (const { topic, partition, offset, known } of positions) {
      const where = `${prefix}${topic}/${partition}`;
      const begin = found.begins.find((place) => `${place.topic}/${place.partition}` === where)?.offset;
      const end = found.ends.get(where);
      if (begin === undefined || end === undefined) continue;
      if (begin > offset) throw gone(topic, where, `offset ${offset}`, `offset ${begin} first`);
      // Committed records end earlier while a transaction has no marker yet: that alone says nothing.
      const lost = end < known ? await endBefore(kafka, prefix + topic, partition, known) : undefined;
      if (lost !== undefined) throw replaced(topic, where, `at least offset ${known}`, String(lost));
      if (topic !== 'ledger.v1' && end > offset) lag.set(topic, (lag.get(topic) ?? 0n) + end - offset);
    }
    return lag;
  }
}

function gone(topic: ReadPosition['topic'], where: string, expected: string, found: string): HesabuError {
  const code = topic === 'ledger.v1' ? 'HESABU_LEDGER_GONE' : 'HESABU_TOPIC_TRUNCATED';
  return new HesabuError(code, { where, expected, found });
}

function replaced(topic: ReadPosition['topic'], where: string, expected: string, found: string): HesabuError {
  const code = topic === 'ledger.v1' ? 'HESABU_LEDGER_GONE' : 'HESABU_TOPIC_REPLACED';
  return new HesabuError(code, { where, expected, found });
}
