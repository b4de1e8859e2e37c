// A payment that may need polls, as service.db has it.

import type { Instant } from '../../domain/time.ts';

export interface PollRow {
  readonly reference: string;
  /** `provider/account`. */
  readonly account: string;
  /** When the payment started. */
  readonly start: Instant;
  /** Slots up to this instant are used; null if none is. */
  readonly passed: Instant | null;
  readonly due: Instant;
  /** Calls made since it started. */
  readonly calls: number;
  /** One call of the budget is reserved for this instant, beside the slots; null if no deadline ends then. */
  readonly last_look: Instant | null;
  /** When a callback that nobody signed came, and was not asked about yet; null if there is none. */
  readonly hint: Instant | null;
  /** How many calls were made because of such callbacks: they take nothing of the budget. */
  readonly hints: number;
  /** The facts of the last of them, as a list in JSON: one that comes again is not asked about again. */
  readonly hint_ids: string;
  /** 1 if only such callbacks name the payment: what others name comes before it. */
  readonly is_guess: 0 | 1;
}
