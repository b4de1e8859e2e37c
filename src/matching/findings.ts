// Collects the findings of one assessment, and the earliest deadline that could change it.

import type { Assessment, Finding, Standing } from '../domain/assessment.ts';
import { formatMinor } from '../domain/money.ts';
import { REASONS, type ReasonCode, STAGES, type Stage } from '../domain/reasons.ts';
import { earlier, type Instant } from '../domain/time.ts';

/** The subject of a finding (a payment, return, line or claim, or '' for the key), and since when the finding holds. */
interface Subject {
  readonly subject: string;
  readonly openedAt: Instant | null;
}

export class Findings {
  readonly list: Finding[] = [];
  #nextDeadline: Instant | null = null;
  readonly #asOf: Instant;
  readonly #broken: Record<Stage, boolean> = { payment: false, settlement: false, payout: false };
  readonly #waiting: Record<Stage, boolean> = { payment: false, settlement: false, payout: false };

  constructor(asOf: Instant) {
    this.#asOf = asOf;
  }

  /**
   * Adds what `find` finds apart from all others, and returns it. What it found before is used again while none of its
   * deadlines has passed.
   */
  include(before: Findings | undefined, find: (found: Findings) => void): Findings {
    let found = before;
    if (found === undefined || !found.#holdsAt(this.#asOf)) {
      found = new Findings(this.#asOf);
      find(found);
    }
    for (const finding of found.list) this.list.push(finding);
    this.#nextDeadline = earlier(this.#nextDeadline, found.#nextDeadline);
    for (const stage of STAGES) {
      this.#broken[stage] ||= found.#broken[stage];
      this.#waiting[stage] ||= found.#waiting[stage];
    }
    return found;
  }

  #holdsAt(asOf: Instant): boolean {
    return asOf >= this.#asOf && (this.#nextDeadline === null || asOf < this.#nextDeadline);
  }

  /** Whether a deadline has passed. If not, the stage is pending until then. */
  passed(stage: Stage, deadline: Instant): boolean {
    if (this.reached(deadline)) return true;
    this.wait(stage);
    return false;
  }

  /** Whether a deadline has passed. If not, it is recorded, but the stage does not wait for it. */
  reached(deadline: Instant): boolean {
    if (this.#asOf >= deadline) return true;
    this.#nextDeadline = earlier(this.#nextDeadline, deadline);
    return false;
  }

  /** What is still to come: the next deadline, and which stages wait for something, also beside a break. */
  get awaited(): Pick<Assessment, 'next_deadline' | 'waiting'> {
    return { next_deadline: this.#nextDeadline, waiting: this.#waiting };
  }

  /** Marks a stage that cannot be decided yet: it waits for a fact, and not only for a time. */
  wait(stage: Stage): void {
    this.#waiting[stage] = true;
  }

  /** Null is an amount that no claim names, or its currency. */
  amounts(
    reason: ReasonCode,
    about: Subject,
    expected: bigint | null,
    observed: bigint | null,
    currency: string | null,
  ): void {
    if (expected === null || observed === null || currency === null) {
      this.#add(reason, about, { expected: null, observed: null, difference: null, currency: null });
      return;
    }
    this.#add(reason, about, {
      expected: formatMinor(expected, currency),
      observed: formatMinor(observed, currency),
      difference: formatMinor(observed - expected, currency),
      currency,
    });
  }

  /** `stage` where a reason of the payment stage holds in another one. */
  texts(
    reason: ReasonCode,
    about: Subject,
    expected: string | null,
    observed: string,
    currency: string | null,
    stage: Stage = REASONS[reason].stage,
  ): void {
    this.#add(reason, about, { expected, observed, difference: null, currency }, stage);
  }

  /** Reports a break that leaves the stage where it stands, because what it is about counts for nothing here. */
  aside(reason: ReasonCode, { subject, openedAt }: Subject, expected: string | null, observed: string): void {
    const { stage, kind } = REASONS[reason];
    const values = { expected, observed, difference: null, currency: null };
    this.list.push({ stage, kind, reason, subject, ...values, opened_at: openedAt });
  }

  /** Reports that a stage matched or closed, unless it has a break or still waits. */
  ended(stage: Stage, kind: 'matched' | 'closed', reason: ReasonCode | null, sums: Sums): void {
    if (this.standing(stage, kind) === kind) this.report(stage, kind, reason, sums);
  }

  /** Reports a finding that holds with or without breaks. */
  report(
    stage: Stage,
    kind: 'matched' | 'closed' | 'reversal' | 'decision',
    reason: ReasonCode | null,
    sums: Sums,
  ): void {
    const { subject, openedAt, expected, observed, currency } = sums;
    const expectedText = textOf(expected, currency);
    // Most amounts are equal, and formatting costs more than comparing.
    const agrees = expected === observed;
    this.list.push({
      stage,
      kind,
      reason,
      subject,
      expected: expectedText,
      observed: agrees ? expectedText : textOf(observed, currency),
      difference: expected === null || observed === null ? null : textOf(agrees ? 0n : observed - expected, currency),
      currency,
      opened_at: openedAt,
    });
  }

  /** Unmatched if there is a break, pending while the stage waits, otherwise the caller's final standing. */
  standing(stage: Stage, otherwise: Standing): Standing {
    if (this.#broken[stage]) return 'unmatched';
    return this.#waiting[stage] ? 'pending' : otherwise;
  }

  #add(
    reason: ReasonCode,
    about: Subject,
    values: Pick<Finding, 'expected' | 'observed' | 'difference' | 'currency'>,
    stage: Stage = REASONS[reason].stage,
  ): void {
    const { kind, severity } = REASONS[reason];
    if (severity === 'break') this.#broken[stage] = true;
    this.list.push({ stage, kind, reason, subject: about.subject, ...values, opened_at: about.openedAt });
  }
}

export interface Sums extends Subject {
  readonly expected: bigint | null;
  readonly observed: bigint | null;
  readonly currency: string | null;
}

function textOf(minor: bigint | null, currency: string | null): string | null {
  return minor === null || currency === null ? null : formatMinor(minor, currency);
}

export function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}
