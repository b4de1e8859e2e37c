// Which reads were noted lately. A page that asks again and again would fill the trail with what it says already.

import type { Instant } from '../../../domain/time.ts';

const REPEAT_MILLIS = 15 * 60_000;
const READS_MAX = 20_000;

export class ReadRepeats {
  /** When each was noted, the oldest first. */
  private readonly noted = new Map<string, Instant>();

  /** Whether this read was noted within the last quarter of an hour; if not, it is from now on. */
  has(read: string, at: Instant): boolean {
    const before = this.noted.get(read);
    if (before !== undefined && at - before < REPEAT_MILLIS && at >= before) return true;
    this.noted.delete(read);
    for (const [oldest, since] of this.noted) {
      if (this.noted.size < READS_MAX && at - since < REPEAT_MILLIS) break;
      this.noted.delete(oldest);
    }
    this.noted.set(read, at);
    return false;
  }
}
