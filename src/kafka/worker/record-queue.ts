// Facts from the topics of one partition that are in no block yet, in batches as fetched.

import type { TaskTopic } from '../../domain/fact.ts';
import { TASK_TOPICS } from '../../domain/fact.ts';
import type { Instant } from '../../domain/time.ts';
import type { Batch, Topic } from '../../log/event-log.ts';
import { batchesBetween } from '../../task/block-inputs.ts';
import type { Trace } from '../records/cloud-event.ts';
import type { DeadLetter } from '../records/dead-letter.ts';

/** The result of one fetch of a topic. */
export interface Fetched {
  readonly batch: Batch;
  /** The timestamp of its last record in the topic. */
  readonly time: Instant;
  /** The records that are not valid facts. */
  readonly letters: readonly DeadLetter[];
  /** By offset, for the facts that have one. */
  readonly traces: ReadonlyMap<bigint, Trace>;
}

export interface TakeLimits {
  readonly facts: number;
  readonly bytes: number;
}

/** Approximate overhead of a dead letter or a trace beside its value. */
const ENVELOPE_BYTES = 300;

export class RecordQueue {
  facts = 0;
  /** Includes dead letters and traces. */
  bytes = 0;
  private readonly fetched = new Map<Topic, Fetched[]>();

  add(fetched: Fetched): void {
    const waiting = this.fetched.get(fetched.batch.topic);
    if (waiting === undefined) this.fetched.set(fetched.batch.topic, [fetched]);
    else waiting.push(fetched);
    this.count(fetched, 1);
  }

  /** Like an event log, so that a stored block finds its inputs. */
  read(topic: Topic): readonly Batch[] {
    return (this.fetched.get(topic) ?? []).map(({ batch }) => batch);
  }

  /** The offset after the last of a topic; undefined if nothing waits. */
  end(topic: Topic): bigint | undefined {
    return this.fetched.get(topic)?.at(-1)?.batch.to;
  }

  /**
   * Takes the facts for a block, evenly from all topics, up to about these limits. They are returned topic by topic,
   * the order in which a replay of the block reads them.
   */
  take({ facts: factsMax, bytes: bytesMax }: TakeLimits): Fetched[] {
    const taken: Fetched[] = [];
    const topics: TaskTopic[] = [...TASK_TOPICS];
    let [facts, bytes] = [0, 0];
    while (topics.length > 0 && facts < factsMax && bytes < bytesMax) {
      const topic = topics.shift()!;
      const fetched = this.fetched.get(topic)?.shift();
      if (fetched === undefined) continue;
      taken.push(fetched);
      this.count(fetched, -1);
      facts += factsOf(fetched);
      bytes += bytesOf(fetched);
      topics.push(topic);
    }
    return TASK_TOPICS.flatMap((topic) => taken.filter(({ batch }) => batch.topic === topic));
  }

  /** Drops everything before an offset. */
  dropBefore(topic: Topic, offset: bigint): void {
    const waiting = this.fetched.get(topic) ?? [];
    while (waiting.length > 0 && waiting[0]!.batch.to <= offset) this.count(waiting.shift()!, -1);
    const first = waiting[0];
    if (first === undefined || first.batch.from >= offset) return;
    const { partition, to } = first.batch;
    const [batch] = batchesBetween({ read: () => [first.batch] }, topic, partition, offset, to);
    const cut = {
      ...first,
      batch: batch!,
      letters: first.letters.filter((letter) => letter.offset >= offset),
      traces: new Map([...first.traces].filter(([at]) => at >= offset)),
    };
    waiting[0] = cut;
    this.count(first, -1);
    this.count(cut, 1);
  }

  private count(fetched: Fetched, sign: 1 | -1): void {
    this.facts += sign * factsOf(fetched);
    this.bytes += sign * bytesOf(fetched);
  }
}

/** By `topic/offset`, for the facts that have one. */
export function tracesIn(fetched: readonly Fetched[]): ReadonlyMap<string, Trace> {
  const all = fetched.flatMap(({ batch, traces }) =>
    [...traces].map(([offset, trace]) => [`${batch.topic}/${offset}`, trace] as const),
  );
  return new Map(all);
}

function factsOf({ batch: { from, to } }: Fetched): number {
  return Number(to - from);
}

function bytesOf({ batch, letters, traces }: Fetched): number {
  const values = letters.reduce((sum, { value }) => sum + (value?.length ?? 0), 0);
  return batch.payload.length + values + (letters.length + traces.size) * ENVELOPE_BYTES;
}
