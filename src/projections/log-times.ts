// Where in the log the facts of a time begin.

import type { FactTopic } from '../domain/fact.ts';
import type { Instant } from '../domain/time.ts';
import type { EventLog } from '../log/event-log.ts';
import { readFact } from '../log/fact-codec.ts';
import { forEachFact } from '../log/value-frames.ts';

type Log = Pick<EventLog, 'read' | 'end'>;

/** The facts of a file are as of its beginning, and stand among those that came while it was read. */
export const FILE_MILLIS = 3_600_000;

/** Of the first fact that was received then or later, nearly: never of a later one. */
export function firstOffsetFrom(log: Log, topic: FactTopic, partition: number, at: Instant): bigint {
  let [first, end] = [0n, log.end(topic, partition)];
  while (first < end) {
    const middle = (first + end) >> 1n;
    if (receivedAt(log, topic, partition, middle) < at) first = middle + 1n;
    else end = middle;
  }
  return first;
}

function receivedAt(log: Log, topic: FactTopic, partition: number, offset: bigint): Instant {
  for (const { payload, from } of log.read(topic, partition, offset)) {
    let time: Instant | undefined;
    forEachFact(payload, Number(offset - from), (start, end) => {
      time ??= readFact(payload, start, end).received_at;
    });
    return time ?? Number.POSITIVE_INFINITY;
  }
  return Number.POSITIVE_INFINITY;
}
