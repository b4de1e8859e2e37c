// Which blocks of a partition are of a time.

import type { Instant } from '../domain/time.ts';
import { timeOfBeginning } from '../ledger/block-codec.ts';
import type { EventLog } from '../log/event-log.ts';
import { forEachValue } from '../log/value-frames.ts';

type Log = Pick<EventLog, 'read' | 'end'>;

/**
 * The height of the first block at this time or later; that of the next block where there is none. Blocks follow one
 * another in time, except where an epoch began again before a clock that ran ahead: then it is one of those heights.
 */
export function firstHeightFrom(log: Log, partition: number, at: Instant): number {
  let first = 0;
  let end = Number(log.end('ledger.v1', partition));
  while (first < end) {
    const middle = (first + end) >>> 1;
    if (timeOf(log, partition, middle) < at) first = middle + 1;
    else end = middle;
  }
  return first;
}

function timeOf(log: Log, partition: number, height: number): Instant {
  let time = 0;
  for (const { payload, from } of log.read('ledger.v1', partition, BigInt(height))) {
    const wanted = height - Number(from);
    forEachValue(payload, wanted, (start, end, index) => {
      if (index === wanted) time = timeOfBeginning(payload.subarray(start, end));
    });
    break;
  }
  return time;
}
