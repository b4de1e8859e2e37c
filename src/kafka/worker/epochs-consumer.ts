// The epochs that people decided for a ledger on Kafka: the records of epochs.v1, which has as many partitions as the
// ledger. There are few, so a worker keeps those of all partitions.

import { HesabuError } from '../../domain/errors.ts';
import { decodeEpoch, EPOCHS_TOPIC } from '../../ledger/epoch.ts';
import { MemoryLog } from '../../log/memory.ts';
import { BatchBuilder } from '../../log/value-frames.ts';
import type { ReadLog } from '../../task/task-group.ts';
import type { Kafka } from '../client/kafkajs.ts';
import { checkHeld } from '../client/lost-records.ts';
import { readTo } from '../client/reading-to-end.ts';
import { topicEnds } from '../client/topic-offsets.ts';
import type { Records } from '../client/topic-reader.ts';

export interface EpochsCluster {
  readonly kafka: Kafka;
  readonly prefix: string;
  readonly partitions: number;
}

export class EpochsConsumer {
  private readonly cluster: EpochsCluster;
  private readonly copy: MemoryLog;
  /** One after another, so that each record is taken once. */
  private reading: Promise<void> = Promise.resolve();

  constructor(cluster: EpochsCluster) {
    this.cluster = cluster;
    this.copy = new MemoryLog(cluster.partitions);
  }

  /** The topic as far as it was read. */
  get log(): ReadLog {
    return this.copy;
  }

  /**
   * Reads to the end of the topic. Throws HESABU_LEDGER_TAMPERED for a record that is not an epoch, and
   * HESABU_TOPIC_TRUNCATED or HESABU_TOPIC_REPLACED for a topic that lost records.
   */
  refresh(): Promise<void> {
    const done = this.reading.then(() => this.readOn());
    this.reading = done.catch(() => {});
    return done;
  }

  private async readOn(): Promise<void> {
    const { kafka, prefix, partitions } = this.cluster;
    const topic = prefix + EPOCHS_TOPIC;
    const found = await topicEnds(kafka, [topic]);
    const places = Array.from({ length: partitions }, (_, partition) => {
      return { topic, partition, offset: this.copy.end(EPOCHS_TOPIC, partition) };
    });
    const held = places.map((place) => ({ ...place, known: place.offset }));
    await checkHeld(kafka, held, found);
    await readTo({ kafka, prefix, places, waitMillis: 20, onRecords: (records) => this.take(records) }, found.ends);
  }

  private async take({ partition, records }: Records): Promise<void> {
    for (const { offset, value } of records.messages) {
      const next = this.copy.end(EPOCHS_TOPIC, partition);
      if (BigInt(offset) < next) continue;
      const where = `${EPOCHS_TOPIC}/${partition}`;
      if (BigInt(offset) > next) {
        throw new HesabuError('HESABU_TOPIC_TRUNCATED', { where, expected: `offset ${next}`, found: offset });
      }
      const builder = new BatchBuilder(1024);
      builder.add(requireEpoch(value, `${where}, offset ${offset}`));
      await this.copy.append([{ topic: EPOCHS_TOPIC, partition, source: 0, ...builder.take() }]);
    }
  }
}

function requireEpoch(value: Buffer | null, where: string): Buffer {
  try {
    decodeEpoch(value ?? Buffer.alloc(0));
    return value!;
  } catch (error) {
    throw new HesabuError(
      'HESABU_LEDGER_TAMPERED',
      { where, expected: 'an epoch that hesabu reopen wrote', found: 'another record' },
      error,
    );
  }
}
