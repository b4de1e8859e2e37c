// What changed by day, and its sum up to any day: sums are worked out where somebody asks, from the first day on that
// changed since.

import type { Day } from '../../domain/calendar.ts';
import { addDecimal, type Decimal } from '../../domain/decimal.ts';

export interface Tally {
  readonly count: number;
  readonly amount: Decimal;
}

export type SeriesTexts = readonly (readonly [day: Day, count: number, digits: string, scale: number])[];

const NOTHING: Tally = { count: 0, amount: { digits: 0n, scale: 0 } };

export class DaySeries {
  /** In their order. */
  private readonly days: Day[] = [];
  private readonly changes: Tally[] = [];
  /** The sum up to each day; only the first `summed` are right. */
  private readonly sums: Tally[] = [];
  private summed = 0;

  get isEmpty(): boolean {
    return this.days.length === 0;
  }

  add(day: Day, count: number, amount: Decimal): void {
    if (count === 0 && amount.digits === 0n) return;
    const { days, changes } = this;
    const at = this.placeOf(day);
    this.summed = Math.min(this.summed, at);
    if (days[at] !== day) {
      days.splice(at, 0, day);
      changes.splice(at, 0, { count, amount });
      return;
    }
    const sum = added(changes[at]!, { count, amount });
    if (sum.count === 0 && sum.amount.digits === 0n) {
      days.splice(at, 1);
      changes.splice(at, 1);
    } else changes[at] = sum;
  }

  /** All up to the end of a day. */
  until(day: Day): Tally {
    const { changes, sums } = this;
    const end = this.placeOf(day + 1);
    for (; this.summed < end; this.summed++) {
      sums[this.summed] = added(sums[this.summed - 1] ?? NOTHING, changes[this.summed]!);
    }
    return sums[end - 1] ?? NOTHING;
  }

  /** As text, for a snapshot. */
  get texts(): SeriesTexts {
    return this.changes.map(({ count, amount }, at) => [this.days[at]!, count, String(amount.digits), amount.scale]);
  }

  static of(texts: SeriesTexts): DaySeries {
    const series = new DaySeries();
    for (const [day, count, digits, scale] of texts) series.add(day, count, { digits: BigInt(digits), scale });
    return series;
  }

  /** How many days with changes come before this one. */
  private placeOf(day: Day): number {
    const { days } = this;
    let [from, to] = [0, days.length];
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (days[middle]! < day) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}

function added(left: Tally, right: Tally): Tally {
  return { count: left.count + right.count, amount: addDecimal(left.amount, right.amount) };
}
