// Reads a partition's topics and records what it reached: each batch is counted once, however often it is read, and it
// must hold as many values as its offsets say.

import { HesabuError } from '../../domain/errors.ts';
import type { Batch, Topic } from '../../log/event-log.ts';
import type { LogReader } from '../../log/log-reader.ts';
import { forEachValue } from '../../log/value-frames.ts';
import { type Fault, faultOf, tampered } from '../directory/verification-fault.ts';

interface Reached {
  batches: number;
  end: bigint;
}

export class TopicScan {
  readonly partition: number;
  private readonly reader: LogReader;
  private readonly reached = new Map<string, Reached>();

  constructor(reader: LogReader, partition: number) {
    this.reader = reader;
    this.partition = partition;
  }

  /** See EventLog.read. Throws HESABU_LOG_DAMAGED also if a batch does not hold the values that its offsets say. */
  *read(topic: Topic, partition: number, from: bigint): Iterable<Batch> {
    for (const batch of this.reader.read(topic, partition, from)) {
      this.count(batch);
      yield batch;
    }
  }

  /** Reads the rest of a topic from an offset on. */
  finish(topic: Topic, from: bigint, faults: Fault[]): void {
    try {
      for (const _ of this.read(topic, this.partition, from));
    } catch (error) {
      faults.push(faultOf(error, `${topic} partition ${this.partition}`));
    }
  }

  /** How many values of a topic were reached. */
  valuesOf(topic: Topic): number {
    return Number(this.reached.get(topic)?.end ?? 0n);
  }

  /** Faults for stored batches that reading never reaches. */
  unreached(topics: readonly Topic[]): Fault[] {
    const stored = this.reader.places().filter(({ partition }) => partition === this.partition);
    return topics.flatMap((topic) => {
      const batches = stored.find((place) => place.topic === topic)?.batches ?? 0;
      const read = this.reached.get(topic)?.batches ?? 0;
      if (batches === read) return [];
      return [tampered(`${topic} partition ${this.partition}`, `${batches} batches are stored, ${read} can be read`)];
    });
  }

  private count(batch: Batch): void {
    const reached = this.reached.get(batch.topic) ?? { batches: 0, end: 0n };
    this.reached.set(batch.topic, reached);
    if (batch.from < reached.end) return;
    reached.batches++;
    reached.end = batch.to;
    const values = forEachValue(batch.payload, Number.POSITIVE_INFINITY, () => {});
    if (BigInt(values) === batch.to - batch.from) return;
    const { topic, partition, from, to } = batch;
    const found = `offsets ${from} to ${to} hold ${values} values`;
    throw new HesabuError('HESABU_LOG_DAMAGED', { where: `${topic} partition ${partition}`, found });
  }
}
