// Sends records, each once, to all replicas. A producer that was not answered is thrown away: it would number what it
// sends next as it numbered what may have arrived, and the broker would take the one for the other and say yes.

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

  /** One send comes after the other. After an error the records may be there or not. */
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
