// Checks that the topics have not changed since the worker started: the number of partitions, all unread records, and
// the ledger itself. Lost records are never skipped.

import { HesabuError } from '../../domain/errors.ts';
import type { FactTopic } from '../../domain/fact.ts';
import { withAdmin } from '../client/admin.ts';
import type { Admin, Kafka } from '../client/kafkajs.ts';
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
    return positions.length === 0 ? new Map() : withAdmin(kafka, (admin) => this.checkAll(admin, positions));
  }

  private async checkAll(admin: Admin, positions: readonly ReadPosition[]): Promise<ReadonlyMap<FactTopic, bigint>> {
    const lag = new Map<FactTopic, bigint>();
    for (const topic of new Set(positions.map((position) => position.topic))) {
      const offsets = await admin.fetchTopicOffsets(this.options.prefix + topic);
      for (const { partition, offset, known } of positions.filter((position) => position.topic === topic)) {
        const found = offsets.find((place) => place.partition === partition);
        if (found === undefined) continue;
        const where = `${this.options.prefix}${topic}/${partition}`;
        if (BigInt(found.low) > offset) throw gone(topic, where, `offset ${offset}`, `offset ${found.low} first`);
        if (BigInt(found.high) < known) throw replaced(topic, where, `at least offset ${known}`, found.high);
        if (topic !== 'ledger.v1') lag.set(topic, (lag.get(topic) ?? 0n) + BigInt(found.high) - offset);
      }
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
