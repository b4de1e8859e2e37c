// How crowded the time around an order was: about all windows that hold it, and not only the one that ends with it, so
// that the answer is the same in whichever order the orders come.

import type { Instant } from '../../domain/time.ts';

export interface OrderDensity {
  /** The most orders in any window that holds the one asked about. */
  readonly count: number;
  /** When the first of them was placed; of several such windows the earliest. */
  readonly since: Instant;
}

/** The times of the orders of one shop that have something in common. */
export class DensityWindows {
  private times: Instant[];
  private isSorted = false;
  /** By place in `times`: where the most crowded window begins, and how many are in it. Null until it is asked for. */
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

  /** `at` is one of the times. A window holds both its ends; one group is asked about one length of window. */
  crowdingAt(at: Instant, windowMillis: number): OrderDensity {
    if (!this.isSorted) this.times.sort((left, right) => left - right);
    this.isSorted = true;
    this.windows ??= crowdedWindows(this.times, windowMillis);
    const place = placeOf(this.times, at);
    return { count: this.windows.counts[place]!, since: this.times[this.windows.starts[place]!]! };
  }
}

/** For each of the sorted times the window with the most of them, among those that begin at a time and hold it. */
function crowdedWindows(times: readonly Instant[], windowMillis: number) {
  const starts = new Uint32Array(times.length);
  const counts = new Uint32Array(times.length);
  const sizes = new Uint32Array(times.length);
  for (let start = 0, end = 0; start < times.length; start++) {
    while (end < times.length && times[end]! - times[start]! <= windowMillis) end++;
    sizes[start] = end - start;
  }
  // Beginnings that may still be the best, the fullest first: a later one with no fewer times would have thrown them
  // out.
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

/** The last place of a time among sorted ones. */
function placeOf(times: readonly Instant[], at: Instant): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle]! <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
