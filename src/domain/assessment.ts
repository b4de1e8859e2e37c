// What is found about one key: where each stage stands, the findings, and when time alone may change that.

import type { EntryKind, ReasonCode, Stage } from './reasons.ts';
import type { Instant } from './time.ts';

/** From best to worst: a key's standing is the worst of its stages. */
export const STANDINGS = ['closed', 'matched', 'resolved', 'pending', 'unmatched'] as const;
export type Standing = (typeof STANDINGS)[number];

/** How many stand where; `resolved` is left out where nobody decided anything. */
export type StandingCounts = Readonly<Record<Exclude<Standing, 'resolved'>, number>> & { readonly resolved?: number };

/**
 * One thing that is true of a key and becomes a ledger entry: a break, a notice or, without a reason, that a stage is
 * matched or closed or that money was returned. Amounts are decimal texts in `currency`; see REASONS for the unit.
 */
export interface Finding {
  readonly stage: Stage;
  readonly kind: EntryKind;
  readonly reason: ReasonCode | null;
  /** The payment, return, line or claim that the finding is about; empty for the key as a whole. */
  readonly subject: string;
  readonly expected: string | null;
  readonly observed: string | null;
  /** observed - expected, for amounts. */
  readonly difference: string | null;
  readonly currency: string | null;
  /** Since when it is true, by the sources' own times; null where they gave none. */
  readonly opened_at: Instant | null;
}

/** The amounts received and returned in one currency, in minor units. */
export interface MoneyMoved {
  readonly currency: string;
  readonly received: bigint;
  readonly returned: bigint;
}

export interface Assessment {
  readonly merchant: string;
  readonly provider: string;
  readonly payment: Standing;
  readonly settlement: Standing;
  /** Of a payout's key, whose other stages are closed; null for a reference and an identity. */
  readonly payout: Standing | null;
  readonly findings: readonly Finding[];
  readonly money: readonly MoneyMoved[];
  /** The next instant at which the result may change without a new fact; null if never. */
  readonly next_deadline: Instant | null;
  /** Whether a stage still waits for something, whatever else was found. Not kept. */
  readonly waiting: Readonly<Record<Stage, boolean>>;
}

/** The stages that a key of its kind has. */
export function stagesOf({ payment, settlement, payout }: Pick<Assessment, Stage>): Partial<Record<Stage, Standing>> {
  return payout === null ? { payment, settlement } : { payout };
}

export function standingOf({ payment, settlement, payout }: Pick<Assessment, Stage>): Standing {
  if (payout !== null) return payout;
  const worst = Math.max(STANDINGS.indexOf(payment), STANDINGS.indexOf(settlement));
  return STANDINGS[worst]!;
}
