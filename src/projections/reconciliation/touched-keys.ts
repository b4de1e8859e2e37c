// The keys that one block is about: those its values are keyed by, in the order first met, then those that are due.
// Values are linked per key in arrays of numbers, since a block holds up to some hundred thousand of them.

import { ByteReader } from '../../domain/bytes.ts';
import type { Cause } from '../../domain/entry.ts';
import type { Instant } from '../../domain/time.ts';
import type { Batch } from '../../log/event-log.ts';
import { claimStart } from '../../log/fact-codec.ts';
import { forEachValue } from '../../log/framing.ts';
import type { StateTable } from './state-table.ts';

const NONE = -1;

export interface SourceCounts {
  added: number;
  known: number;
}

/** Where a claim's bytes lie. */
export interface ValuePlace {
  readonly payload: Buffer;
  readonly from: number;
  readonly to: number;
}

export class TouchedKeys {
  count = 0;
  readonly counts = new Map<number, SourceCounts>();
  private readonly table: StateTable;
  private readonly batches: Batch[] = [];
  private slots = new Int32Array(1024);
  private first = new Int32Array(1024);
  private last = new Int32Array(1024);
  /** Per slot of the table: its place among the touched. */
  private readonly orderOf = new Map<number, number>();
  private values = 0;
  private next = new Int32Array(4096);
  private batchAt = new Int32Array(4096);
  private indexIn = new Int32Array(4096);
  private from = new Int32Array(4096);
  private to = new Int32Array(4096);

  constructor(table: StateTable) {
    this.table = table;
  }

  readBatch(batch: Batch): void {
    const { payload } = batch;
    const batchAt = this.batches.push(batch) - 1;
    if (!this.counts.has(batch.source)) this.counts.set(batch.source, { added: 0, known: 0 });
    forEachValue(payload, 0, (start, end, index) => {
      const reader = new ByteReader(payload, start, end);
      const key = reader.bytesPlace();
      const slot = this.table.slotOf(payload, key.from, key.to);
      this.addValue(this.orderFor(slot), batchAt, index, claimStart(payload, start), end);
    });
  }

  /** Adds the keys whose deadline has passed, in the order of their slots, up to `most` of them. */
  addDue(asOf: Instant, most: number): void {
    const { deadlines, count } = this.table;
    for (let slot = 0, left = most; slot < count && left > 0; slot++) {
      if (deadlines[slot]! > asOf) continue;
      const before = this.count;
      this.orderFor(slot);
      left -= this.count - before;
    }
  }

  slotAt(order: number): number {
    return this.slots[order]!;
  }

  /** The first value of a touched key, or -1. */
  firstValue(order: number): number {
    return this.first[order]!;
  }

  nextValue(value: number): number {
    return this.next[value]!;
  }

  valueAt(value: number): ValuePlace {
    return { payload: this.batches[this.batchAt[value]!]!.payload, from: this.from[value]!, to: this.to[value]! };
  }

  causeOf(value: number): Cause {
    const { topic, partition, from } = this.batches[this.batchAt[value]!]!;
    return { topic, partition, offset: from + BigInt(this.indexIn[value]!) };
  }

  /** Counts a value for its import: as new, or as known before. */
  tally(value: number, isNew: boolean): void {
    const counts = this.counts.get(this.batches[this.batchAt[value]!]!.source)!;
    if (isNew) counts.added++;
    else counts.known++;
  }

  private orderFor(slot: number): number {
    const known = this.orderOf.get(slot);
    if (known !== undefined) return known;
    if (this.count === this.slots.length) {
      this.slots = doubled(this.slots);
      this.first = doubled(this.first);
      this.last = doubled(this.last);
    }
    const order = this.count++;
    this.slots[order] = slot;
    this.first[order] = NONE;
    this.last[order] = NONE;
    this.orderOf.set(slot, order);
    return order;
  }

  private addValue(order: number, batchAt: number, index: number, from: number, to: number): void {
    if (this.values === this.next.length) {
      this.next = doubled(this.next);
      this.batchAt = doubled(this.batchAt);
      this.indexIn = doubled(this.indexIn);
      this.from = doubled(this.from);
      this.to = doubled(this.to);
    }
    const value = this.values++;
    this.next[value] = NONE;
    this.batchAt[value] = batchAt;
    this.indexIn[value] = index;
    this.from[value] = from;
    this.to[value] = to;
    if (this.first[order] === NONE) this.first[order] = value;
    else this.next[this.last[order]!] = value;
    this.last[order] = value;
  }
}

function doubled(column: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(column.length * 2);
  larger.set(column);
  return larger;
}
