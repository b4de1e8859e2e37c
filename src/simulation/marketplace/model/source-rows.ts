// All rows of the simulated files, each with the time at which the shop had it.

import type { Instant } from '../../../domain/time.ts';
import { dayAt } from './week.ts';

export type Source = 'orders' | 'callbacks' | 'polls' | 'settlements';

/** The cells of a CSV row, or the object of a JSON line. */
export type Content = { readonly [field: string]: string | Content };

export interface SourceRow {
  readonly source: Source;
  readonly at: Instant;
  /** A text is a line that was cut off in transit. */
  readonly content: Content | string;
}

export class SourceRows {
  readonly rows: SourceRow[] = [];
  private readonly rejectedByDay: number[] = [];
  private numbered = 0;

  add(source: Source, at: Instant, content: Content | string): void {
    this.rows.push({ source, at, content });
  }

  /** Adds an invalid row: it must be among the rejects of its day. */
  addBad(source: Source, at: Instant, content: Content | string): void {
    this.add(source, at, content);
    this.rejectedByDay[dayAt(at)] = this.rejected(dayAt(at)) + 1;
  }

  rejected(day: number): number {
    return this.rejectedByDay[day] ?? 0;
  }

  /** Counts from 1, for everything that needs an id of its own. */
  nextNumber(): number {
    return ++this.numbered;
  }
}
