// Ledger entries: one line for each change of a key's assessment.

import type { Finding } from './assessment.ts';
import type { Instant } from './time.ts';

/** The fact that caused an entry; null where a deadline or new rules did. */
export interface Cause {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

/** An entry as a task drafts it, before a block gives it its position. */
export interface EntryDraft {
  readonly key: string;
  /** Counts the key's entries from 1. */
  readonly version: number;
  readonly merchant: string;
  readonly provider: string;
  readonly finding: Finding;
  readonly cause: Cause | null;
  /** Ids of the entries that this one replaces. */
  readonly supersedes: readonly string[];
}

export interface Entry extends EntryDraft {
  readonly partition: number;
  readonly height: number;
  readonly index: number;
  readonly as_of: Instant;
}

/** `partition-height-index`. */
export function entryId(partition: number, height: number, index: number): string {
  return `${partition}-${height}-${index}`;
}
