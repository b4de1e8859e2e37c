// The event log in memory: for tests, replays and temporary ledgers. Nothing is kept when the process ends.

import { HesabuError } from '../domain/errors.ts';
import { type Append, type Batch, checkAppend, type EventLog, type Topic } from './event-log.ts';

export class MemoryLog implements EventLog {
  readonly partitions: number;
  private readonly batches = new Map<string, Batch[]>();

  constructor(partitions: number) {
    this.partitions = partitions;
  }

  async append(appends: readonly Append[]): Promise<void> {
    const ends = new Map<string, bigint>();
    const added = appends.map((append) => {
      checkAppend(append, this.partitions);
      const name = `${append.topic}/${append.partition}`;
      const from = ends.get(name) ?? this.end(append.topic, append.partition);
      if (append.expectedEnd !== undefined && append.expectedEnd !== from) {
        throw new HesabuError('HESABU_LOG_CONFLICT', {
          where: name,
          expected: `end ${append.expectedEnd}`,
          found: `${from}`,
        });
      }
      const to = from + BigInt(append.count);
      ends.set(name, to);
      const { topic, partition, source } = append;
      return { topic, partition, from, to, payload: Buffer.from(append.payload), source };
    });
    for (const batch of added) this.stored(batch.topic, batch.partition).push(batch);
  }

  *read(topic: Topic, partition: number, from: bigint): Iterable<Batch> {
    const stored = this.stored(topic, partition);
    // A binary search for the batch with `from`; the array may grow during the read.
    let low = 0;
    let high = stored.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (stored[middle]!.to <= from) low = middle + 1;
      else high = middle;
    }
    for (let index = low; index < stored.length; index++) yield stored[index]!;
  }

  beginning(topic: Topic, partition: number, from: bigint): Buffer | undefined {
    for (const batch of this.read(topic, partition, from)) return batch.from === from ? batch.payload : undefined;
    return undefined;
  }

  end(topic: Topic, partition: number): bigint {
    return this.stored(topic, partition).at(-1)?.to ?? 0n;
  }

  async close(): Promise<void> {}

  private stored(topic: Topic, partition: number): Batch[] {
    const name = `${topic}/${partition}`;
    let stored = this.batches.get(name);
    if (stored === undefined) {
      stored = [];
      this.batches.set(name, stored);
    }
    return stored;
  }
}
