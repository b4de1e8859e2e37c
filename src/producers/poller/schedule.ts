// When a silent payment is polled: the gaps between slots grow with its age. Pure, so that a service that starts again
// finds the same slots.

import type { Instant } from '../../domain/time.ts';
import { stableFraction } from '../../runtime/stable-fraction.ts';

/** As in the configuration of an account. */
export interface Polling {
  /** Milliseconds after the start of the payment. */
  readonly schedule: readonly number[];
  /** A slot comes earlier by up to this fraction, 0 to 1, of the gap before it. */
  readonly jitter: number;
  /** How many slots a payment has. */
  readonly budget: number;
}

export class Schedule {
  readonly budget: number;
  private readonly offsets: readonly number[];
  private readonly jitter: number;

  constructor(polling: Polling) {
    this.offsets = [...new Set(polling.schedule)].sort((left, right) => left - right);
    this.jitter = polling.jitter;
    this.budget = polling.budget;
  }

  /** The earliest first slot of a payment, in milliseconds after its start. */
  get firstSlotMillis(): number {
    return this.offset(0) * (1 - this.jitter);
  }

  /**
   * The slot with this index, from 0. A slot only moves towards the one before it and never reaches it, so slots keep
   * their order whatever the jitter.
   */
  slotAt(start: Instant, reference: string, index: number): Instant {
    const gap = this.offset(index) - this.offset(index - 1);
    return start + this.offset(index) - Math.floor(stableFraction(reference, index) * this.jitter * gap);
  }

  /** The first slot after an instant, or the first of all for null; null if the budget has none left. */
  next(start: Instant, reference: string, after: Instant | null): Instant | null {
    for (let index = 0; index < this.budget; index++) {
      // A slot is never later than its offset, so slots that are long past need no hash.
      if (after !== null && start + this.offset(index) <= after) continue;
      const slot = this.slotAt(start, reference, index);
      if (after === null || slot > after) return slot;
    }
    return null;
  }

  /** After the last offset the last gap repeats until the budget ends. */
  private offset(index: number): number {
    if (index < 0) return 0;
    const last = this.offsets.length - 1;
    if (index <= last) return this.offsets[index]!;
    const gap = this.offsets[last]! - (this.offsets[last - 1] ?? 0);
    return this.offsets[last]! + (index - last) * gap;
  }
}
