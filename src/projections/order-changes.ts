// The read model for messages about orders: the entries by which an order expires, or something that was said is over.
// Most entries are neither, and are not kept from the block that they are read from.

import type { Entry } from '../domain/entry.ts';
import type { EventLog } from '../log/event-log.ts';
import { readEntries } from './entry-feed.ts';

export interface OrderChangePage {
  readonly entries: readonly Entry[];
  /** Where the next page begins. */
  readonly cursor: string;
  /** How many entries were read for it: none at the end of the ledger. */
  readonly read: number;
}

/** Reads at most `limit` entries after a cursor; null for the first page. Throws HESABU_CURSOR_INVALID. */
export function orderChangesAfter(
  log: Pick<EventLog, 'read' | 'end' | 'partitions'>,
  cursor: string | null,
  limit: number,
): OrderChangePage {
  const entries: Entry[] = [];
  let read = 0;
  const next = readEntries(log, cursor, limit, (entry) => {
    read++;
    if (entry.finding.reason === 'ORDER_EXPIRED' || entry.supersedes.length > 0) entries.push(entry);
  });
  return { entries, cursor: next, read };
}
