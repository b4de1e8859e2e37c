// The handoffs of a block by the partition of the key that is told.

import { HANDOFFS_TOPIC } from '../domain/handoff.ts';
import { partitionHash } from '../domain/partition.ts';
import type { Append } from '../log/event-log.ts';
import { locateFact } from '../log/fact-codec.ts';
import { BatchBuilder, forEachValue } from '../log/value-frames.ts';
import type { Handoffs } from './handoff-writer.ts';

export function routed({ count, payload }: Handoffs, partitions: number): Append[] {
  if (count === 0) return [];
  const builders = new Map<number, BatchBuilder>();
  const place = { keyFrom: 0, keyTo: 0, claimFrom: 0 };
  const capacity = Math.ceil(payload.length / partitions) + 1024;
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
  return [...builders].map(([partition, builder]) => ({
    ...{ topic: HANDOFFS_TOPIC, partition, source: 0 },
    ...builder.take(),
  }));
}
