// What the reference finds: breaks and notices, what is still awaited, and the instants at which that may change.

import type { Standing } from '../../src/domain/assessment.ts';
import type { ReasonCode, Stage } from '../../src/domain/reasons.ts';
import { written } from './values.ts';

/** A finding with a reason. */
export interface Told {
  readonly stage: Stage;
  readonly reason: ReasonCode;
  /** Every name by which it may go: the ids of a payment or return, a claim id, an account; '' for the key. */
  readonly names: readonly string[];
  readonly expected: string | null;
  readonly observed: string | null;
  readonly difference: string | null;
  readonly currency: string | null;
  readonly opened_at: number | null;
}

export type About = Pick<Told, 'names' | 'opened_at'>;

export class Verdict {
  readonly told: Told[] = [];
  readonly deadlines: number[] = [];
  readonly asOf: number;
  readonly waits: Record<Stage, boolean> = { payment: false, settlement: false, payout: false };
  readonly breaks: Record<Stage, boolean> = { payment: false, settlement: false, payout: false };

  constructor(asOf: number) {
    this.asOf = asOf;
  }

  /** Whether an instant is there. If not, the result may change then. */
  reached(at: number): boolean {
    if (this.asOf >= at) return true;
    this.deadlines.push(at);
    return false;
  }

  /** Whether a deadline has passed. Until then the stage waits; without a time it waits for ever. */
  passed(stage: Stage, deadline: number | null): boolean {
    if (deadline !== null && this.reached(deadline)) return true;
    this.waits[stage] = true;
    return false;
  }

  money(stage: Stage, reason: ReasonCode, about: About, sums: Sums): void {
    const { currency } = sums;
    const text = (value: bigint | null) => (value === null || currency === null ? null : written(value, currency));
    const isKnown = currency !== null && sums.expected !== null && sums.observed !== null;
    const [expected, observed] = isKnown ? [sums.expected, sums.observed] : [null, null];
    const difference = expected === null || observed === null ? null : observed - expected;
    this.#tell({
      ...about,
      stage,
      reason,
      expected: text(expected),
      observed: text(observed),
      difference: text(difference),
      currency: isKnown ? currency : null,
    });
  }

  words(stage: Stage, reason: ReasonCode, about: About, words: Words): void {
    this.#tell({ ...about, stage, reason, ...words, difference: null });
  }

  #tell(told: Told): void {
    this.told.push(told);
    // A notice leaves the stage, and so does what another account said; an end is the stage's own.
    const leaves = ['SETTLEMENT_LATE', 'FOREIGN_ACCOUNT', 'ORDER_EXPIRED', 'ORDER_CANCELLED'];
    if (!leaves.includes(told.reason)) this.breaks[told.stage] = true;
  }

  standing(stage: Stage, otherwise: Standing): Standing {
    if (this.breaks[stage]) return 'unmatched';
    return this.waits[stage] ? 'pending' : otherwise;
  }
}

export type Words = Pick<Told, 'expected' | 'observed' | 'currency'>;

export interface Sums {
  readonly expected: bigint | null;
  readonly observed: bigint | null;
  readonly currency: string | null;
}

export const texts = (expected: string | null, observed: string | null, currency: string | null = null): Words => ({
  expected,
  observed,
  currency,
});
