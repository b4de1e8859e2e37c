// Facts that came from the topics of one partition and are in no block yet, in batches as they came.

import type { FactTopic } from '../../domain/fact.ts';
import { FACT_TOPICS } from '../../domain/fact.ts';
import type { Batch, Topic } from '../../log/event-log.ts';

export class FactBuffer {
  facts = 0;
  bytes = 0;
  private readonly batches = new Map<Topic, Batch[]>();

  add(batch: Batch): void {
    const waiting = this.batches.get(batch.topic);
    if (waiting === undefined) this.batches.set(batch.topic, [batch]);
    else waiting.push(batch);
    this.count(batch, 1);
  }

  /** As of an event log, so that a stored block finds its inputs. */
  read(topic: Topic): readonly Batch[] {
    return this.batches.get(topic) ?? [];
  }

  /** The offset after the last of a topic; undefined where nothing waits. */
  end(topic: Topic): bigint | undefined {
    return this.batches.get(topic)?.at(-1)?.to;
  }

  /**
   * Takes whole batches for a block, of all topics alike, up to about so many facts. They are given topic by topic, as
   * whoever replays the block reads them.
   */
  take(most: number): Batch[] {
    const taken: Batch[] = [];
    const turn: FactTopic[] = [...FACT_TOPICS];
    let facts = 0;
    while (turn.length > 0 && facts < most) {
      const topic = turn.shift()!;
      const batch = this.batches.get(topic)?.shift();
      if (batch === undefined) continue;
      taken.push(batch);
      this.count(batch, -1);
      facts += Number(batch.to - batch.from);
      turn.push(topic);
    }
    return FACT_TOPICS.flatMap((topic) => taken.filter((batch) => batch.topic === topic));
  }

  /** Lets go what stands before an offset. A batch that goes beyond it stays whole: whoever reads it cuts it. */
  dropBefore(topic: Topic, offset: bigint): void {
    const waiting = this.batches.get(topic) ?? [];
    while (waiting.length > 0 && waiting[0]!.to <= offset) this.count(waiting.shift()!, -1);
  }

  private count({ from, to, payload }: Batch, sign: 1 | -1): void {
    this.facts += sign * Number(to - from);
    this.bytes += sign * payload.length;
  }
}
