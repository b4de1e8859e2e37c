// What the HTTP side needs to know of changes: pages after a cursor, and a sign that there are more.

import type { ChangePage } from '../domain/change.ts';
import type { RulesHistoryPage } from '../projections/rules-history.ts';

export interface ChangePort {
  /** The cursor behind all that has changed by now. */
  readonly end: string;
  /** At most `limit` changes after a cursor. Throws HESABU_CURSOR_INVALID. */
  after(cursor: string, limit: number): Promise<ChangePage>;
  /** Which rules were in force since when; each question reads on until it is whole. */
  rulesHistory(): Promise<RulesHistoryPage>;
  /** Resolves when there may be more than at the call, or when the signal aborts. */
  next(signal: AbortSignal): Promise<void>;
}
