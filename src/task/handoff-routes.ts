// The handoffs of blocks by the partition of the key that is told.

import { HANDOFFS_TOPIC } from '../domain/handoff.ts';
import { partitionHash } from '../domain/partition.ts';
import type { Append } from '../log/event-log.ts';
import { locateFact } from '../log/fact-codec.ts';
import { BatchBuilder, forEachValue } from '../log/value-frames.ts';
import type { Handoffs } from './handoff-writer.ts';

/** Of blocks that are committed together: what they tell one partition is one batch. */
export function routed(handoffs: readonly Handoffs[], partitions: number): Append[] {
  const builders = new Map<number, BatchBuilder>();
  const place = { keyFrom: 0, keyTo: 0, claimFrom: 0 };
  const bytes = handoffs.reduce((sum, { payload }) => sum + payload.length, 0);
  const capacity = Math.ceil(bytes / partitions) + 1024;
  for (const { payload } of handoffs) {
    forEachValue(payload, 0, (start, end) => {
      locateFact(payload, start, place);
      const partition = (partitionHash(payload, place.keyFrom, place.keyTo) & 0x7fffffff) % partitions;
      let builder = builders.get(partition);
      if (builder === undefined) {
        builder = new BatchBuilder(capacity);
        builders.set(partition, builder);
      }
      builder.addPart(payload, start, end);
    });
  }
  return [...builders].map(([partition, builder]) => ({
    ...{ topic: HANDOFFS_TOPIC, partition, source: 0 },
    ...builder.take(),
  }));
}
