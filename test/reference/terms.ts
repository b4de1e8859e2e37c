// Rules as they are written in a file, with the defaults of the documentation, as the reference reads them.

import { type Days, daysOf } from './days.ts';
import { type Exact, exact, floor } from './values.ts';

export interface WrittenRules {
  readonly zone?: string;
  readonly grace?: Readonly<Partial<Record<'order' | 'payment' | 'inconclusive' | 'return', string>>>;
  readonly settlement?: {
    days?: number;
    weekend?: number[];
    holidays?: string[];
    unreported?: string[];
    unreported_returns?: string[];
  };
  readonly tolerance?: Readonly<Record<string, string>>;
  readonly fees?: readonly Schedule[];
  readonly payouts?: Readonly<Partial<Record<'due' | 'bank', string>>>;
  readonly accounts?: Readonly<Record<string, string[]>>;
}

export type Schedule = Readonly<
  Partial<
    Record<
      | ('provider' | 'currency' | 'country' | 'operator' | 'borne_by')
      | ('amount_from' | 'amount_to' | 'valid_from' | 'valid_to')
      | ('percent' | 'flat' | 'min' | 'max' | 'vat' | 'tolerance'),
      string
    >
  >
>;

export interface Terms {
  readonly days: Days;
  readonly settlementDays: number;
  readonly unreported: readonly string[];
  readonly unreportedReturns: readonly string[];
  readonly grace: Readonly<Record<'order' | 'payment' | 'inconclusive' | 'return', number>>;
  /** Business days; null without such rules. */
  readonly payouts: Readonly<Partial<Record<'due' | 'bank', number>>> | null;
  readonly fees: readonly Schedule[];
  readonly fxPercent: Exact;
  readonly accounts: ReadonlyMap<string, readonly string[]>;
  /** In minor units, rounded down. */
  tolerance(currency: string): bigint;
  /** The end of the last day on which what happened on `day` is settled in time. */
  dueEnd(day: number): number;
}

export function termsOf(rules: WrittenRules): Terms {
  const { zone = 'Asia/Shanghai', grace = {}, settlement = {}, tolerance = {} } = rules;
  const { days: settlementDays = 1, weekend = [6, 7], holidays = [] } = settlement;
  const days = daysOf(zone, weekend, holidays);
  return {
    days,
    settlementDays,
    unreported: settlement.unreported ?? [],
    unreportedReturns: settlement.unreported_returns ?? [],
    grace: {
      order: duration(grace.order ?? 'PT15M'),
      payment: duration(grace.payment ?? 'PT24H'),
      inconclusive: duration(grace.inconclusive ?? 'PT72H'),
      return: duration(grace.return ?? 'P3D'),
    },
    payouts: rules.payouts === undefined ? null : payoutDays(rules.payouts),
    fees: rules.fees ?? [],
    fxPercent: exact(tolerance.fx ?? '0'),
    accounts: new Map(Object.entries(rules.accounts ?? {})),
    tolerance: (currency) => floor(exact(tolerance[currency] ?? '0'), currency),
    dueEnd: (day) => days.midnight(days.dueDay(day, settlementDays) + 1),
  };
}

function duration(text: string): number {
  const [, days = '0', hours = '0', minutes = '0'] = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?$/.exec(text)!;
  return ((+days * 24 + +hours) * 60 + +minutes) * 60_000;
}

function payoutDays({ due, bank }: NonNullable<WrittenRules['payouts']>): NonNullable<Terms['payouts']> {
  const days = (text: string) => Number(/^P(\d+)D$/.exec(text)![1]);
  return { ...(due === undefined ? {} : { due: days(due) }), ...(bank === undefined ? {} : { bank: days(bank) }) };
}
