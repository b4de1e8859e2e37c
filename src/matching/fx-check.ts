// Compares the amount that a line paid out in another currency with the rate on the same line.

import { currencyExponent } from '../domain/currency.ts';
import { addDecimal, type Decimal, multiplyDecimal, parseDecimal, roundHalfUp } from '../domain/decimal.ts';
import type { SettlementLineReported } from '../domain/fact.ts';
import { minorOf } from '../domain/money.ts';
import type { Line } from './claims.ts';
import { absolute, type Findings } from './findings.ts';
import { lineTime } from './lines.ts';
import type { CompiledRules } from './rules.ts';

/** What a line says of the exchange of its amount. */
export type Exchange = Pick<
  SettlementLineReported,
  'gross' | 'fee' | 'fx_rate' | 'settlement_amount' | 'settlement_currency'
>;

export function checkFx(found: Findings, rules: CompiledRules, line: Line): void {
  const delta = rateDelta(line.body, rules);
  if (delta === null) return;
  const about = { subject: line.id, openedAt: lineTime(line, rules.calendar) };
  found.amounts('FX_RATE_DELTA', about, delta.expected, delta.observed, line.body.settlement_currency);
}

/**
 * What should have been paid out, and what was; null where both agree. Expects half-up((gross - fee) x rate), within
 * one minor unit or the rules' percentage, whichever is larger.
 */
export function rateDelta(exchange: Exchange, { fxPercent }: CompiledRules) {
  const { fx_rate, settlement_amount, settlement_currency, gross, fee } = exchange;
  if (fx_rate === null || settlement_amount === null || settlement_currency === null) return null;
  const exponent = currencyExponent(settlement_currency) ?? 0;
  const net = addDecimal(parseDecimal(gross)!, negative(parseDecimal(fee ?? '0')!));
  const expected = roundHalfUp(multiplyDecimal(net, parseDecimal(fx_rate)!), exponent);
  const observed = minorOf(settlement_amount, settlement_currency);
  const difference = absolute(observed - expected);
  // difference > expected x percent / 100, without dividing
  const { digits, scale } = fxPercent;
  const withinShare = difference * 100n * 10n ** BigInt(scale) <= absolute(expected) * digits;
  return difference <= 1n || withinShare ? null : { expected, observed };
}

function negative(value: Decimal): Decimal {
  return { digits: -value.digits, scale: value.scale };
}
