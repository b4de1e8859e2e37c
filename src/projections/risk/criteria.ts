// The risk part of the rules, with everything worked out that does not depend on an order.

import { currencyExponent } from '../../domain/currency.ts';
import { type Decimal, parseDecimal } from '../../domain/decimal.ts';
import { parseDuration } from '../../domain/time.ts';
import { type RiskRules, type Rules, riskRulesOf } from '../../matching/rules.ts';
import { countryAtEnd } from './countries.ts';

/** So many orders of a shop that have something in common, within one window. */
export interface Crowd {
  readonly ordersMin: number;
  readonly windowMillis: number;
  /** As the rules write it. */
  readonly window: string;
}

/** Amounts in minor units from `from`, included, to `to`, excluded. */
export interface Band {
  readonly from: bigint;
  readonly to: bigint;
  /** The threshold as the rules write it. */
  readonly text: string;
}

export interface RiskCriteria {
  readonly keepMillis: number;
  readonly windowMillisMax: number;
  readonly device: Crowd;
  readonly ip: Crowd;
  readonly phone: Crowd;
  readonly burst: Crowd;
  /** By currency: what lies just below the threshold of review. */
  readonly near: ReadonlyMap<string, Band>;
  /** The country of an operator's code; null where nothing tells it. */
  readonly countryOf: (operator: string) => string | null;
}

export function riskCriteria(rules: Rules): RiskCriteria {
  const risk = riskRulesOf(rules);
  const crowd = (ordersMin: number, window = risk.window): Crowd => {
    return { ordersMin, window, windowMillis: parseDuration(window)! };
  };
  const [common, burst] = [crowd(risk.same_device), crowd(risk.burst.orders, risk.burst.window)];
  return {
    keepMillis: parseDuration(risk.keep)!,
    windowMillisMax: Math.max(common.windowMillis, burst.windowMillis),
    device: common,
    ip: crowd(risk.same_ip),
    phone: crowd(risk.same_phone),
    burst,
    near: nearBands(rules, risk),
    countryOf: (operator) => risk.operators[operator] ?? countryAtEnd(operator),
  };
}

function nearBands({ review }: Rules, risk: RiskRules): Map<string, Band> {
  const percent = parseDecimal(risk.near_threshold)!;
  const bands = Object.entries(review.threshold).map(([currency, text]): [string, Band] => {
    const threshold = parseDecimal(text)!;
    return [
      currency,
      { from: minorAbove(less(threshold, percent), currency), to: minorAbove(threshold, currency), text },
    ];
  });
  return new Map(bands);
}

/** A decimal less so many percent of itself; zero where that is all of it. */
function less({ digits, scale }: Decimal, percent: Decimal): Decimal {
  const hundred = 100n * 10n ** BigInt(percent.scale);
  const rest = hundred > percent.digits ? hundred - percent.digits : 0n;
  return { digits: digits * rest, scale: scale + percent.scale + 2 };
}

/** The least amount in minor units that is not below a decimal. */
function minorAbove({ digits, scale }: Decimal, currency: string): bigint {
  const divisor = 10n ** BigInt(scale);
  return (digits * 10n ** BigInt(currencyExponent(currency)!) + divisor - 1n) / divisor;
}
