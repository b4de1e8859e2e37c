// Claims as they lie in the log, found by their places: whole batches are read, and the last ones kept unpacked.

import { HesabuError } from '../domain/errors.ts';
import type { TaskTopic } from '../domain/fact.ts';
import type { Batch, EventLog } from '../log/event-log.ts';
import { claimStart } from '../log/fact-codec.ts';
import { type LogPlace, offsetAt, topicAt } from '../log/log-place.ts';
import { forEachValue } from '../log/value-frames.ts';
import { giveBackBatches } from './block-inputs.ts';
import type { ClaimSource } from './claims-ahead.ts';

/** So much is kept unpacked, at most: enough for the batches that a few keys of one time lie in. */
const KEPT_BYTES_MAX = 8 * 1024 * 1024;
const KEPT_MAX = 64;

interface Kept {
  readonly topic: TaskTopic;
  readonly partition: number;
  readonly from: number;
  readonly to: number;
  readonly batch: Batch;
  /** Where each value begins and ends. */
  readonly values: Uint32Array;
}

/** The claims of all partitions of a log. */
export class LogClaims {
  private readonly log: Pick<EventLog, 'read'>;
  /** In the order of use. */
  private readonly kept: Kept[] = [];
  private bytes = 0;

  constructor(log: Pick<EventLog, 'read'>) {
    this.log = log;
  }

  ofPartition(partition: number): ClaimSource {
    return (place) => this.claimAt(partition, place);
  }

  private claimAt(partition: number, place: LogPlace) {
    const topic = topicAt(place);
    const offset = offsetAt(place);
    const { batch, from, values } = this.batchWith(topic, partition, offset);
    const { payload } = batch;
    const at = 2 * (offset - from);
    const [start, to] = [values[at]!, values[at + 1]!];
    return { bytes: payload, from: claimStart(payload, start), to };
  }

  private batchWith(topic: TaskTopic, partition: number, offset: number): Kept {
    const { kept } = this;
    const isIt = (one: Kept) =>
      one.topic === topic && one.partition === partition && one.from <= offset && offset < one.to;
    const at = kept.findLastIndex(isIt);
    if (at === kept.length - 1 && at >= 0) return kept[at]!;
    const found = at < 0 ? this.read(topic, partition, offset) : kept.splice(at, 1)[0]!;
    kept.push(found);
    while (kept.length > 1 && (this.bytes > KEPT_BYTES_MAX || kept.length > KEPT_MAX)) {
      const { batch } = kept.shift()!;
      this.bytes -= batch.payload.length;
      giveBackBatches([batch]);
    }
    return found;
  }

  private read(topic: TaskTopic, partition: number, offset: number): Kept {
    for (const batch of this.log.read(topic, partition, BigInt(offset))) {
      const { payload, from, to } = batch;
      const values = new Uint32Array(2 * Number(to - from));
      forEachValue(payload, 0, (start, end, index) => {
        values[2 * index] = start;
        values[2 * index + 1] = end;
      });
      this.bytes += payload.length;
      return { topic, partition, from: Number(from), to: Number(to), batch, values };
    }
    const where = `${topic} partition ${partition} offset ${offset}`;
    throw new HesabuError('HESABU_LOG_DAMAGED', { where, found: 'no batch, but a claim was read there' });
  }
}
