// When money needs a second person: from which sum on, by the day on which it was proposed, and for which reasons
// always. Rules that change later reopen nothing.

import { dateOfDay, makeCalendar } from '../domain/calendar.ts';
import { currencyExponent } from '../domain/currency.ts';
import { type Decimal, parseDecimal } from '../domain/decimal.ts';
import type { ReasonCode } from '../domain/reasons.ts';
import type { Instant } from '../domain/time.ts';
import type { ReviewPeriod } from './rule-forms.ts';

/** As the rules have it: one period, or several. */
interface ReviewRules {
  readonly review: Omit<ReviewPeriod, 'valid_from'> | readonly ReviewPeriod[];
}

/** What a day is. */
interface DayRules {
  readonly zone: string;
  readonly settlement: Omit<Parameters<typeof makeCalendar>[0], 'zone'>;
}

/** Reasons of which nobody can say how much money is at stake, or of which the evidence contradicts itself. */
const ALWAYS: readonly ReasonCode[] = ['CONFLICTING_EVIDENCE', 'STATUS_CONFLICT', 'UNCLASSIFIED', 'SETTLED_NOT_PAID'];
/** After every day. */
const LATEST = '9999-12-31';

interface Period {
  /** `YYYY-MM-DD`; empty for the first one. */
  readonly from: string;
  readonly threshold: Readonly<Record<string, string>>;
  /** In minor units. */
  readonly minor: ReadonlyMap<string, bigint>;
  readonly always: ReadonlySet<ReasonCode>;
}

/** In the order of their days. */
export type CompiledReview = readonly Period[];

export function compileReview({ review }: ReviewRules): CompiledReview {
  const given: readonly ReviewPeriod[] = Array.isArray(review) ? review : [review];
  const periods = given.map(({ valid_from = '', threshold, always = ALWAYS }) => ({
    from: valid_from,
    threshold,
    minor: new Map(Object.entries(threshold).map(([code, text]) => [code, minorAtLeast(parseDecimal(text)!, code)])),
    always: new Set(always),
  }));
  // Of several of one day the last listed holds.
  return periods.sort((left, right) => (left.from < right.from ? -1 : left.from > right.from ? 1 : 0));
}

/** The thresholds on a day, as decimals by currency; on the latest if none is given. */
export function thresholdsOn(rules: ReviewRules, day = LATEST): Readonly<Record<string, string>> {
  return periodOn(compileReview(rules), day)?.threshold ?? {};
}

/** The reasons for which a second person decides whatever the amount; on the latest day if none is given. */
export function alwaysOn(rules: ReviewRules, day = LATEST): readonly ReasonCode[] {
  return [...(periodOn(compileReview(rules), day)?.always ?? [])];
}

function periodOn(review: CompiledReview, day: string): Period | undefined {
  return review.findLast(({ from }) => from <= day);
}

/** Whether a refund in minor units, asked for at this time, reaches its currency's threshold; without one none does. */
export function needsReview(rules: ReviewRules & DayRules, at: Instant, currency: string, minor: bigint): boolean {
  const day = makeCalendar({ zone: rules.zone, ...rules.settlement }).dayOf(at);
  const threshold = thresholdsOn(rules, dateOfDay(day))[currency];
  return threshold !== undefined && minor >= minorAtLeast(parseDecimal(threshold)!, currency);
}

/** What is at stake: minor units by currency; null where nobody knows how much it is. */
export type Stakes = ReadonlyMap<string, bigint> | null;

/** Whether a second person must approve what was proposed on a day for a finding of this reason. */
export function needsApproval(review: CompiledReview, day: string, reason: ReasonCode, stakes: Stakes): boolean {
  const period = periodOn(review, day);
  // Before the first period there was no threshold.
  if (period === undefined || stakes === null || period.always.has(reason)) return true;
  for (const [currency, sum] of stakes) {
    const threshold = period.minor.get(currency);
    if (threshold === undefined || sum >= threshold) return true;
  }
  return false;
}

/** The smallest amount in minor units that is not below a decimal. */
export function minorAtLeast({ digits, scale }: Decimal, currency: string): bigint {
  const divisor = 10n ** BigInt(scale);
  return (digits * 10n ** BigInt(currencyExponent(currency)!) + divisor - 1n) / divisor;
}
