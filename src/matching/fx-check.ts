// Compares the amount that a line paid out in another currency with the rate on the same line.

import { currencyExponent } from '../domain/currency.ts';
import { addDecimal, type Decimal, multiplyDecimal, parseDecimal, roundHalfUp } from '../domain/decimal.ts';
import { minorOf } from '../domain/money.ts';
import type { Line } from './claims.ts';
import { absolute, type Findings } from './findings.ts';
import { lineTime } from './lines.ts';
import type { CompiledRules } from './rules.ts';

/** Expects half-up((gross - fee) x rate), within one minor unit or the rules' percentage, whichever is larger. */
export function checkFx(found: Findings, rules: CompiledRules, line: Line): void {
  const { fx_rate, settlement_amount, settlement_currency, gross, fee } = line.body;
  if (fx_rate === null || settlement_amount === null || settlement_currency === null) return;
  const exponent = currencyExponent(settlement_currency) ?? 0;
  const net = addDecimal(parseDecimal(gross)!, negative(parseDecimal(fee ?? '0')!));
  const expected = roundHalfUp(multiplyDecimal(net, parseDecimal(fx_rate)!), exponent);
  const observed = minorOf(settlement_amount, settlement_currency);
  const difference = absolute(observed - expected);
  // difference > expected x percent / 100, without dividing
  const { digits, scale } = rules.fxPercent;
  const withinShare = difference * 100n * 10n ** BigInt(scale) <= absolute(expected) * digits;
  if (difference <= 1n || withinShare) return;
  const about = { subject: line.id, openedAt: lineTime(line, rules.calendar) };
  found.amounts('FX_RATE_DELTA', about, expected, observed, settlement_currency);
}

function negative(value: Decimal): Decimal {
  return { digits: -value.digits, scale: value.scale };
}
