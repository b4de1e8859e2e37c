// What goes between the main thread and one that verifies.

import type { PartitionReport, PartitionTerms } from './partition.ts';

export interface PartitionJob {
  readonly partition: number;
  readonly terms: PartitionTerms;
}

/** What a thread tells: entries verified since it told last, or what it found in a partition. */
export type FromThread = { readonly entries: number } | { readonly report: PartitionReport };
