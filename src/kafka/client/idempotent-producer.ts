// Sends each record exactly once, to all replicas. After a failed send the producer is discarded: it would reuse the
// sequence numbers of records that may have arrived, and the broker would drop the new ones as duplicates.

import { type Kafka, Partitioners, type Producer, type ProducerRecord, type RecordMetadata } from 'kafkajs';

export class IdempotentProducer {
  private readonly kafka: Kafka;
  private producer: Promise<Producer> | undefined;

  constructor(kafka: Kafka) {
    this.kafka = kafka;
  }

  async connect(): Promise<void> {
    await this.connected();
  }

  /** Sends must not overlap. After an error the records may be there or not. */
  async send(record: ProducerRecord): Promise<RecordMetadata[]> {
    const producer = await this.connected();
    try {
      return await producer.send(record);
    } catch (error) {
      this.producer = undefined;
      await producer.disconnect().catch(() => {});
      throw error;
    }
  }

  async close(): Promise<void> {
    const producer = await this.producer?.catch(() => undefined);
    await producer?.disconnect().catch(() => {});
  }

  private connected(): Promise<Producer> {
    this.producer ??= this.make();
    this.producer.catch(() => {
      this.producer = undefined;
    });
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
