// The state of the service at one moment. Alerts depend on nothing else.

import type { Instant } from '../../domain/time.ts';
import { addSums } from '../../task/break-value.ts';
import type { DecisionSigns } from '../cases/decision-signs.ts';
import type { LedgerSums } from '../ledger-sums.ts';

export interface Vitals {
  readonly at: Instant;
  /** Null if it could not be determined; the same below. An unknown value neither raises nor clears an alert. */
  readonly ledger: LedgerVitals | null;
  /** How long the oldest unread fact has waited for the ledger. */
  readonly lagMillis: number;
  /** How far the ledger's time is ahead of the clock; 0 if it is not. */
  readonly ledgerAheadMillis: number;
  /** By how much the machine's clock jumped, either way, if that is not followed now or was not just before. */
  readonly clockJumpMillis: number;
  readonly traffic: TrafficVitals;
  /** Reports that are due and missing. */
  readonly missingReports: readonly { readonly account: string; readonly date: string }[];
  /** By account: minutes within the last week's findings that nobody can be asked about any more. */
  readonly lostMinutes: ReadonlyMap<string, number>;
  /** Acknowledged facts that the log had lost at the last start, and that were taken in again from the archive. */
  readonly restoredFacts: number;
  /** Where what is stored was read and found damaged since the start. */
  readonly damaged: readonly string[];
  /** Some keys whose movements do not come to what they are left with: what no statement may have. */
  readonly uneven: readonly string[];
  readonly certificates: readonly CertificateVitals[] | null;
  readonly diskFreeRatio: number | null;
  /** Messages given up within the last day, by target. */
  readonly deadMessages: ReadonlyMap<string, number>;
  /** What people decided that should be looked at. */
  readonly decisions: DecisionSigns;
  /** Message targets that told us to stop. */
  readonly goneTargets: readonly string[];
}

export interface LedgerVitals {
  readonly keys: number;
  /** Keys with the standing unmatched. */
  readonly unmatched: number;
  /** The value of their breaks, in minor units by currency. */
  readonly values: ReadonlyMap<string, bigint>;
  /** Payments by provider of which only callbacks speak that nobody signed, and that no query confirmed in time. */
  readonly unsigned: ReadonlyMap<string, number>;
}

/** By account, as named in the meters. */
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
  /** Since the last callback; since the start of monitoring if there was none. */
  readonly silentMillis: number;
  readonly isEverSeen: boolean;
  /** The median number of callbacks at this hour of a day; null if there are too few days. */
  readonly usual: number | null;
  /** The longest time without one in the last two weeks; null if there are too few days. */
  readonly longestMillis: number | null;
  /** How long monitoring has run without a gap. */
  readonly watchedMillis: number;
}

export interface CertificateVitals {
  readonly host: string;
  /** Whole days, negative if expired; null if it could not be read. */
  readonly daysLeft: number | null;
}

/** The ledger's part of the vitals. */
export function ledgerVitals({ all: { standing }, values: byReason, unsigned }: LedgerSums): LedgerVitals {
  const values = new Map<string, bigint>();
  for (const sums of byReason.values()) addSums(values, sums);
  const keys = Object.values(standing).reduce((sum, count) => sum + count, 0);
  return { keys, unmatched: standing.unmatched, values, unsigned };
}
