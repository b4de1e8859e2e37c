// How many facts became durable since the service started. The ends of the log count all of them: webhooks, polls,
// imports, settlement reports, and what other processes write to a ledger on Kafka.

import { FACT_TOPICS, type FactTopic } from '../domain/fact.ts';
import type { EventLog } from '../log/event-log.ts';
import type { Meter } from '../runtime/meter.ts';

export class FactCount {
  private readonly log: Pick<EventLog, 'end' | 'partitions'>;
  private readonly meter: Pick<Meter, 'add'>;
  private readonly counted: Map<string, bigint>;

  constructor(log: Pick<EventLog, 'end' | 'partitions'>, meter: Pick<Meter, 'add'>) {
    this.log = log;
    this.meter = meter;
    this.counted = new Map(FACT_TOPICS.map((topic) => [topic, this.endOf(topic)]));
  }

  /** Counts what was appended since the last call. A topic without new facts is shown too. */
  count(): void {
    for (const topic of FACT_TOPICS) {
      const end = this.endOf(topic);
      this.meter.add('hesabu_facts_total', { topic }, Number(end - this.counted.get(topic)!));
      this.counted.set(topic, end);
    }
  }

  private endOf(topic: FactTopic): bigint {
    let sum = 0n;
    for (let partition = 0; partition < this.log.partitions; partition++) sum += this.log.end(topic, partition);
    return sum;
  }
}
