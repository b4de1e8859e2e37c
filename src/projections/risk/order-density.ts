// How many orders surround an order in time: in any window that contains it, not only the one that ends with it, so
// that the result does not depend on the order of arrival.

import type { Instant } from '../../domain/time.ts';

export interface OrderDensity {
  /** The most orders in any window that contains the given one. */
  readonly count: number;
  /** When the first of them was placed; of several such windows the earliest. */
  readonly since: Instant;
}

/** The times of the orders of one shop with a common value. */
export class DensityWindows {
  private times: Instant[];
  private isSorted = false;
  /** By index in `times`: the start of the densest window, and its number of orders. Null until needed. */
  private windows: { readonly starts: Uint32Array; readonly counts: Uint32Array } | null = null;

  constructor(times: Instant[]) {
    this.times = times;
  }

  get size(): number {
    return this.times.length;
  }

  add(at: Instant): void {
    this.isSorted &&= this.times.at(-1)! <= at;
    this.times.push(at);
    this.windows = null;
  }

  remove(at: Instant): void {
    const place = this.times.indexOf(at);
    if (place >= 0) this.times.splice(place, 1);
    this.windows = null;
  }

  forget(before: Instant): void {
    if (!this.times.some((at) => at < before)) return;
    this.times = this.times.filter((at) => at >= before);
    this.windows = null;
  }

  /** `at` is one of the times. A window includes both its ends; a group always gets the same window length. */
  densityAt(at: Instant, windowMillis: number): OrderDensity {
    if (!this.isSorted) this.times.sort((left, right) => left - right);
    this.isSorted = true;
    this.windows ??= densestWindows(this.times, windowMillis);
    const place = placeOf(this.times, at);
    return { count: this.windows.counts[place]!, since: this.times[this.windows.starts[place]!]! };
  }
}

/** For each of the sorted times the densest window, among those that begin at a time and contain it. */
function densestWindows(times: readonly Instant[], windowMillis: number) {
  const starts = new Uint32Array(times.length);
  const counts = new Uint32Array(times.length);
  const sizes = new Uint32Array(times.length);
  for (let start = 0, end = 0; start < times.length; start++) {
    while (end < times.length && times[end]! - times[start]! <= windowMillis) end++;
    sizes[start] = end - start;
  }
  // Starts that may still be the best, densest first: a later start with at least as many times would have removed
  // them.
  const best: number[] = [];
  let head = 0;
  for (let place = 0; place < times.length; place++) {
    while (best.length > head && sizes[best.at(-1)!]! < sizes[place]!) best.pop();
    best.push(place);
    while (times[place]! - times[best[head]!]! > windowMillis) head++;
    starts[place] = best[head]!;
    counts[place] = sizes[best[head]!]!;
  }
  return { starts, counts };
}

/** The last index of a time in a sorted list. */
function placeOf(times: readonly Instant[], at: Instant): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle]! <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
