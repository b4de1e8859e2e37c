// What really happened, and what a reconciliation under the published rules must find after every delivery.

import type { Standing } from '../../domain/assessment.ts';
import { formatMinor } from '../../domain/money.ts';
import type { ReasonCode } from '../../domain/reasons.ts';
import { formatInstant, type Instant } from '../../domain/time.ts';
import type { Faults } from './faults.ts';
import { changeAt, type Payment } from './payment.ts';
import type { OutcomeOf, PaymentOutcome, ToldOtherwise } from './payment-outcome.ts';
import type { Personality } from './personality.ts';
import { FEE_PERCENT, feeOf } from './settlement.ts';

export interface Expected {
  readonly standing: Standing;
  /** The breaks, sorted by name. */
  readonly reasons: readonly ReasonCode[];
}

export interface TrueReference {
  readonly amount: string;
  readonly currency: string;
  readonly outcome: string;
  readonly payments: readonly {
    readonly id: string;
    readonly status: string;
    readonly paid_at: string | null;
    readonly agreed_fee: string | null;
    readonly returned: string;
  }[];
  readonly expected: Expected;
}

export interface SandboxRules {
  readonly zone: string;
  readonly settlement: {
    readonly days: number;
    readonly weekend: readonly number[];
    readonly unreported?: readonly string[];
    readonly unreported_returns?: readonly string[];
  };
  readonly fees: readonly object[];
}

export interface Truth {
  readonly as_of: string;
  readonly seed: number;
  readonly faults: readonly string[];
  /** The rules under which the expected results hold. */
  readonly rules: SandboxRules;
  readonly references: Readonly<Record<string, TrueReference>>;
}

export interface TruthContext {
  readonly seed: number;
  readonly faults: Faults;
  readonly outcomeOf: OutcomeOf;
  readonly toldOtherwise?: ToldOtherwise | undefined;
  readonly rules: SandboxRules;
  readonly now: Instant;
}

type RuledBy = Pick<Personality, 'name' | 'currencies' | 'unreported'>;
const UNREPORTED = { payments: 'unreported', returns: 'unreported_returns' } as const;

/**
 * Every day is a business day, so that due dates do not depend on the day of the trial. Two days allow a late report.
 */
export function sandboxRules({ name: provider, currencies, unreported }: RuledBy): SandboxRules {
  const unasked = unreported === undefined ? {} : { [UNREPORTED[unreported]]: [provider] };
  return {
    zone: 'Africa/Nairobi',
    settlement: { days: 2, weekend: [], ...unasked },
    fees: currencies.map((currency) => ({ provider, currency, percent: FEE_PERCENT })),
  };
}

export function truthOf(
  references: ReadonlyMap<string, readonly Payment[]>,
  { seed, faults, outcomeOf, toldOtherwise = {}, rules, now }: TruthContext,
): Truth {
  const trueReferences: Record<string, TrueReference> = {};
  for (const [reference, payments] of references) {
    const outcome = outcomeOf(reference);
    const [{ minor, currency }] = payments as [Payment];
    trueReferences[reference] = {
      amount: formatMinor(minor, currency),
      currency,
      outcome: outcome.name,
      payments: payments.map((payment) => ({
        id: payment.id,
        status: changeAt(payment, now).status,
        paid_at: payment.paidAt === null ? null : formatInstant(payment.paidAt),
        agreed_fee: payment.paidAt === null ? null : formatMinor(feeOf(payment.minor, currency), currency),
        returned: formatMinor(
          payment.refunds.reduce((sum, refund) => sum + refund.minor, 0n),
          currency,
        ),
      })),
      expected: expectedOf(outcome, toldOtherwise),
    };
  }
  return { as_of: formatInstant(now), seed, faults: [...faults].sort(), rules, references: trueReferences };
}

function expectedOf(outcome: PaymentOutcome, told: ToldOtherwise): Expected {
  const fault = outcome.contradiction ?? outcome.line;
  const otherwise = fault === null ? undefined : told[fault];
  const reason = otherwise === undefined ? breakOf(outcome) : otherwise;
  if (reason !== null) return { standing: 'unmatched', reasons: [reason] };
  const isPaid = outcome.name !== 'failed' && outcome.name !== 'abandoned';
  return { standing: isPaid ? 'matched' : 'closed', reasons: [] };
}

/** An outcome has at most one fault that reconciliation must report; it must tolerate the others. */
function breakOf({ name, contradiction, wrongFee, line }: PaymentOutcome): ReasonCode | null {
  if (name === 'twice') return 'DUPLICATE_PAYMENT';
  if (contradiction === 'failed-settled') return 'SETTLED_NOT_PAID';
  if (contradiction === 'failed-then-paid') return 'STATUS_CONFLICT';
  if (wrongFee) return 'FEE_VARIANCE';
  if (line === 'missing') return 'SETTLEMENT_MISSING';
  if (line === 'doubled') return 'DUPLICATE_SETTLEMENT';
  return line === 'amount' ? 'SETTLEMENT_AMOUNT' : null;
}

/** The truth as `GET /truth` shows it. */
export function truthJson({ references, ...truth }: Truth): object {
  const shown = Object.entries(references).map(([reference, { amount, currency, outcome, ...rest }]) => {
    return [reference, { amount, currency, fate: outcome, ...rest }];
  });
  return { ...truth, references: Object.fromEntries(shown) };
}
