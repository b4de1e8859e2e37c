// The desk on which the simulated papers land: every row of every file, with the time at which it became known.

import type { Instant } from '../../domain/time.ts';
import { dayAt } from './week.ts';

export type Source = 'orders' | 'callbacks' | 'polls' | 'settlements';

/** The cells of a CSV row, or the object of a JSON line. */
export type Content = { readonly [field: string]: string | Content };

export interface Paper {
  readonly source: Source;
  readonly at: Instant;
  /** Text stands for a line that was cut off on its way. */
  readonly content: Content | string;
}

export class PaperTrail {
  readonly papers: Paper[] = [];
  private readonly rejectedByDay: number[] = [];
  private numbered = 0;

  add(source: Source, at: Instant, content: Content | string): void {
    this.papers.push({ source, at, content });
  }

  /** Adds a row that cannot be taken: it must show among the rejects of its day. */
  addBad(source: Source, at: Instant, content: Content | string): void {
    this.add(source, at, content);
    this.rejectedByDay[dayAt(at)] = this.rejected(dayAt(at)) + 1;
  }

  rejected(day: number): number {
    return this.rejectedByDay[day] ?? 0;
  }

  /** Counts from 1, so that whatever needs an id of its own has one. */
  nextNumber(): number {
    return ++this.numbered;
  }
}
