// What is watched: how the service is at one moment. Alerts are raised over this alone.

import type { Instant } from '../../domain/time.ts';
import { addSums, breakValues } from '../../task/break-value.ts';
import type { Overview } from '../../task/overview.ts';

export interface Vitals {
  readonly at: Instant;
  /** Null where it could not be learnt; the same below. What is unknown neither raises nor clears an alert. */
  readonly ledger: LedgerVitals | null;
  /** How long the oldest fact waits that the ledger has not read. */
  readonly lagMillis: number;
  readonly traffic: TrafficVitals;
  /** Reports that should be there and are not. */
  readonly missingReports: readonly { readonly account: string; readonly date: string }[];
  readonly certificates: readonly CertificateVitals[] | null;
  readonly diskFreeRatio: number | null;
  /** Messages given up within the last day, by target. */
  readonly deadMessages: ReadonlyMap<string, number>;
  /** Targets of messages that told us to stop. */
  readonly goneTargets: readonly string[];
}

export interface LedgerVitals {
  readonly keys: number;
  /** Keys that stand as unmatched. */
  readonly unmatched: number;
  /** What their breaks put at stake, in minor units by currency. */
  readonly values: ReadonlyMap<string, bigint>;
}

/** By account, as the meters name it. */
export interface TrafficVitals {
  readonly callbacks: ReadonlyMap<string, CallbackVitals>;
  /** Within the last hour. */
  readonly polls: ReadonlyMap<string, { readonly answered: number; readonly failed: number }>;
  /** The unused part of the rate limit, 0 to 1. */
  readonly headroom: ReadonlyMap<string, number>;
  /** Forged or stale webhooks within the last hour. */
  readonly forged: ReadonlyMap<string, number>;
  /** Authentic webhooks within the last day that were not understood. */
  readonly unread: ReadonlyMap<string, number>;
}

export interface CallbackVitals {
  /** Since the last one; since the watch began where none was seen. */
  readonly silentMillis: number;
  readonly isEverSeen: boolean;
  /** How many come at this hour on a middling day; null where there are too few days to say. */
  readonly usual: number | null;
  /** How long the watch lasts without a gap. */
  readonly watchedMillis: number;
}

export interface CertificateVitals {
  readonly host: string;
  /** Whole days, below 0 where it expired; null where it could not be read. */
  readonly daysLeft: number | null;
}

/** What an overview says of the ledger. */
export function ledgerVitals({ all, findings }: Pick<Overview, 'all' | 'findings'>): LedgerVitals {
  const values = new Map<string, bigint>();
  for (const sums of breakValues(findings).values()) addSums(values, sums);
  return { keys: all.keys, unmatched: all.standing.unmatched, values };
}
