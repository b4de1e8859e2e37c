// The next deadline of each key of one partition, as a column of numbers: time is data, and all of them are looked
// through at once.

import { capacityFor, doubled } from './columns.ts';

export class Deadlines {
  /** In ms, by slot; Infinity if there is none. */
  at: Float64Array<ArrayBuffer>;
  /** No deadline is earlier than this: usually this alone shows that none has passed. */
  private floor = Number.NEGATIVE_INFINITY;

  constructor(count: number) {
    this.at = new Float64Array(capacityFor(count)).fill(Number.POSITIVE_INFINITY);
  }

  /** Makes room for twice as many slots. */
  grow(): void {
    const { length } = this.at;
    this.at = doubled(this.at).fill(Number.POSITIVE_INFINITY, length);
  }

  set(slot: number, at: number): void {
    this.at[slot] = at;
    if (at < this.floor) this.floor = at;
  }

  /** Makes the first `count` keys due. */
  expireAll(count: number): void {
    this.at.fill(Number.NEGATIVE_INFINITY, 0, count);
    this.floor = Number.NEGATIVE_INFINITY;
  }

  /** Whether the deadline of any of the first `count` keys has passed. */
  hasDue(count: number, asOf: number): boolean {
    if (asOf < this.floor) return false;
    const { at } = this;
    let first = Number.POSITIVE_INFINITY;
    for (let slot = 0; slot < count; slot++) if (at[slot]! < first) first = at[slot]!;
    this.floor = first;
    return first <= asOf;
  }
}
