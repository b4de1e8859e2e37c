// Sends each record exactly once, to all replicas. After a failed send the producer is discarded: it would reuse the
// sequence numbers of records that may have arrived, and the broker would drop the new ones as duplicates.

import { Partitioners, type Producer, type ProducerRecord, type RecordMetadata } from 'kafkajs';
import { HesabuError } from '../../domain/errors.ts';
import { clusterFault } from './cluster-errors.ts';
import { within } from './time-limit.ts';
import type { WatchedKafka } from './watched-kafka.ts';

export class IdempotentProducer {
  private readonly kafka: WatchedKafka;
  private producer: Promise<Producer> | undefined;
  private isClosed = false;

  constructor(kafka: WatchedKafka) {
    this.kafka = kafka;
  }

  /** Throws HESABU_KAFKA_UNREACHABLE and HESABU_KAFKA_DENIED. */
  async connect(): Promise<void> {
    await this.call(async () => void (await this.connected()));
  }

  /** Sends must not overlap. After an error the records may be there or not. Throws as `connect`. */
  send(record: ProducerRecord): Promise<RecordMetadata[]> {
    return this.call(async () => (await this.connected()).send(record));
  }

  /** Does not wait for a cluster that is away. Later sends are refused. */
  async close(): Promise<void> {
    this.isClosed = true;
    await within(this.discard());
  }

  private async call<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.isClosed) throw new HesabuError('HESABU_LOG_FAILED', { where: 'closing' });
    try {
      return await this.kafka.presence.during(work);
    } catch (error) {
      void this.discard();
      throw clusterFault(error);
    }
  }

  private async discard(): Promise<void> {
    const { producer } = this;
    this.producer = undefined;
    await producer?.then((made) => made.disconnect()).catch(() => {});
  }

  private connected(): Promise<Producer> {
    this.producer ??= this.make();
    return this.producer;
  }

  private async make(): Promise<Producer> {
    const producer = this.kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      createPartitioner: Partitioners.DefaultPartitioner,
    });
    await producer.connect();
    return producer;
  }
}
