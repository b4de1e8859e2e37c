// Encodes facts at once and collects them by topic and partition into batches for the log.

import type { Fact } from '../../domain/fact.ts';
import { partitionOf } from '../../domain/partition.ts';
import type { Append, Topic } from '../../log/event-log.ts';
import { BatchBuilder } from '../../log/value-frames.ts';

const BATCH_BYTES = 256 * 1024;

export class FactBatches {
  private readonly source: number;
  private readonly partitions: number;
  private readonly builders = new Map<Topic, BatchBuilder[]>();
  private full: Append[] = [];

  constructor(source: number, partitions: number) {
    this.source = source;
    this.partitions = partitions;
  }

  add(topic: Topic, fact: Fact): void {
    const builders = this.buildersOf(topic);
    const partition = partitionOf(fact.transaction_reference, this.partitions);
    const builder = builders[partition]!;
    builder.addFact(fact);
    if (builder.size >= BATCH_BYTES) this.full.push(this.appendOf(topic, partition, builder));
  }

  /** The batches that became full since the last call. */
  takeFull(): readonly Append[] {
    const full = this.full;
    this.full = [];
    return full;
  }

  /** The remaining batches, when the file has ended. */
  takeRest(): readonly Append[] {
    for (const [topic, builders] of this.builders) {
      builders.forEach((builder, partition) => {
        if (builder.count > 0) this.full.push(this.appendOf(topic, partition, builder));
      });
    }
    return this.takeFull();
  }

  private buildersOf(topic: Topic): readonly BatchBuilder[] {
    let builders = this.builders.get(topic);
    if (builders === undefined) {
      builders = Array.from({ length: this.partitions }, () => new BatchBuilder());
      this.builders.set(topic, builders);
    }
    return builders;
  }

  private appendOf(topic: Topic, partition: number, builder: BatchBuilder): Append {
    return { topic, partition, ...builder.take(), source: this.source };
  }
}
