// Which refused tries to sign in the audit trail has: few of a minute, so that somebody who tries passwords is seen
// there and cannot fill the disk with it. The others are counted with the next one that it has.

import type { Instant } from '../../domain/time.ts';
import type { Clock } from '../../runtime/clock.ts';
import { sourceOf } from './source-address.ts';

const MINUTE_MILLIS = 60_000;
/** Tries of a minute, from one source and from all of them. */
const SOURCE_MAX = 5;
const ALL_MAX = 60;

export class RefusedTries {
  private readonly clock: Pick<Clock, 'now'>;
  private minute: Instant = 0;
  private all = 0;
  private readonly bySource = new Map<string, number>();
  private leftOut = 0;

  constructor(clock: Pick<Clock, 'now'>) {
    this.clock = clock;
  }

  /** How many were left out since the last one that has a place; null where this one has none. */
  take(address: string): number | null {
    const minute = Math.floor(this.clock.now() / MINUTE_MILLIS);
    if (minute !== this.minute) {
      this.minute = minute;
      this.all = 0;
      this.bySource.clear();
    }
    const source = sourceOf(address);
    const tries = this.bySource.get(source) ?? 0;
    if (tries >= SOURCE_MAX || this.all >= ALL_MAX) {
      this.leftOut++;
      return null;
    }
    this.all++;
    this.bySource.set(source, tries + 1);
    const leftOut = this.leftOut;
    this.leftOut = 0;
    return leftOut;
  }
}
