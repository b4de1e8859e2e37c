// Encodes facts at once and collects them by topic and partition into batches for the log.

import type { ByteWriter } from '../../domain/bytes.ts';
import type { Fact } from '../../domain/fact.ts';
import { partitionOf, partitionOfHash } from '../../domain/partition.ts';
import type { Append, Topic } from '../../log/event-log.ts';
import { BatchBuilder } from '../../log/value-frames.ts';

const BATCH_BYTES = 256 * 1024;

export class FactBatches {
  private readonly source: number;
  private readonly partitions: number;
  private readonly builders = new Map<Topic, BatchBuilder[]>();
  private full: Append[] = [];
  /** Of the fact that is written now; a file has one topic. */
  private topic: Topic | null = null;
  private topicBuilders: readonly BatchBuilder[] | null = null;
  private partition = 0;
  private builder: BatchBuilder | null = null;

  constructor(source: number, partitions: number) {
    this.source = source;
    this.partitions = partitions;
  }

  add(topic: Topic, fact: Fact): void {
    this.open(topic, partitionOf(fact.transaction_reference, this.partitions)).addFact(fact);
    this.close();
  }

  /** Begins a fact whose key has this hash: what is written to the result until `end`, of at most so many bytes. */
  begin(topic: Topic, keyHash: number, size: number): ByteWriter {
    const writer = this.open(topic, partitionOfHash(keyHash, this.partitions)).begin();
    writer.reserve(size);
    return writer;
  }

  end(): void {
    this.builder!.end();
    this.close();
  }

  private open(topic: Topic, partition: number): BatchBuilder {
    if (topic !== this.topic || this.topicBuilders === null) {
      this.topic = topic;
      this.topicBuilders = this.buildersOf(topic);
    }
    this.partition = partition;
    this.builder = this.topicBuilders[partition]!;
    return this.builder;
  }

  private close(): void {
    const builder = this.builder!;
    if (builder.size >= BATCH_BYTES) this.full.push(this.appendOf(this.topic!, this.partition, builder));
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
