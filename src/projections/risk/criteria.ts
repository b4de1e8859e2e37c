// The risk part of the rules, with everything precomputed that does not depend on an order.

import { type Decimal, parseDecimal } from '../../domain/decimal.ts';
import { parseDuration } from '../../domain/time.ts';
import { minorAtLeast, thresholdsOn } from '../../matching/review.ts';
import { type RiskRules, type Rules, riskRulesOf } from '../../matching/rules.ts';
import { countryAtEnd } from './countries.ts';

/** The number of orders of a shop with a common value, within one window, that is a signal. */
export interface DensityRule {
  readonly ordersMin: number;
  readonly windowMillis: number;
  /** As written in the rules. */
  readonly window: string;
}

/** Amounts in minor units from `from` (inclusive) to `to` (exclusive). */
export interface AmountRange {
  readonly from: bigint;
  readonly to: bigint;
  /** The threshold as written in the rules. */
  readonly text: string;
}

export interface RiskCriteria {
  readonly keepMillis: number;
  readonly windowMillisMax: number;
  readonly device: DensityRule;
  readonly ip: DensityRule;
  readonly phone: DensityRule;
  readonly burst: DensityRule;
  /** By currency: the amounts just below the review threshold. */
  readonly near: ReadonlyMap<string, AmountRange>;
  /** The country of an operator's code; null if it is unknown. */
  readonly countryOf: (operator: string) => string | null;
}

export function riskCriteria(rules: Rules): RiskCriteria {
  const risk = riskRulesOf(rules);
  const densityRule = (ordersMin: number, window = risk.window): DensityRule => {
    return { ordersMin, window, windowMillis: parseDuration(window)! };
  };
  const [common, burst] = [densityRule(risk.same_device), densityRule(risk.burst.orders, risk.burst.window)];
  return {
    keepMillis: parseDuration(risk.keep)!,
    windowMillisMax: Math.max(common.windowMillis, burst.windowMillis),
    device: common,
    ip: densityRule(risk.same_ip),
    phone: densityRule(risk.same_phone),
    burst,
    near: nearRanges(rules, risk),
    countryOf: (operator) => risk.operators[operator] ?? countryAtEnd(operator),
  };
}

function nearRanges(rules: Rules, risk: RiskRules): Map<string, AmountRange> {
  const percent = parseDecimal(risk.near_threshold)!;
  const ranges = Object.entries(thresholdsOn(rules)).map(([currency, text]): [string, AmountRange] => {
    const threshold = parseDecimal(text)!;
    return [
      currency,
      { from: minorAtLeast(reducedBy(threshold, percent), currency), to: minorAtLeast(threshold, currency), text },
    ];
  });
  return new Map(ranges);
}

/** A decimal reduced by a percentage; zero at 100 percent or more. */
function reducedBy({ digits, scale }: Decimal, percent: Decimal): Decimal {
  const hundred = 100n * 10n ** BigInt(percent.scale);
  const rest = hundred > percent.digits ? hundred - percent.digits : 0n;
  return { digits: digits * rest, scale: scale + percent.scale + 2 };
}
