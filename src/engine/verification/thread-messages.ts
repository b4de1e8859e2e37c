// The messages between the main thread and a verification thread.

import type { PartitionReport, PartitionTerms } from './partition.ts';

export interface PartitionJob {
  readonly partition: number;
  readonly terms: PartitionTerms;
}

/** From a verification thread: the number of leaves verified since its last message, or the report of a partition. */
export type FromThread = { readonly leaves: number } | { readonly report: PartitionReport };
