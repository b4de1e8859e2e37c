// Parts of payouts: what lines of one currency and date come to. Sums are exact decimals, since fees may be finer than
// the currency, and can be added and taken off.

import { currencyExponent } from '../domain/currency.ts';
import { addDecimal, type Decimal, decimalOf, negated, normalDecimal } from '../domain/decimal.ts';
import type { PayoutPart, SettlementLineReported } from '../domain/fact.ts';

/** The id under which a payout's key has the sum of the parts of one currency and date. */
export function partClaimId(part: Pick<PayoutPart, 'currency' | 'settlement_date'>): string {
  return `~part:${partName(part)}`;
}

export function partName({ currency, settlement_date }: Pick<PayoutPart, 'currency' | 'settlement_date'>): string {
  return `${currency}/${settlement_date}`;
}

/** What one line comes to in its payout, in the currency settled. What was settled in another one has its fee off. */
export function partOfLine(line: SettlementLineReported): PayoutPart {
  const { settlement_date, line_type: type } = line;
  const isChanged =
    line.settlement_amount !== null && line.settlement_currency !== null && line.settlement_currency !== line.currency;
  const currency = isChanged ? line.settlement_currency! : line.currency;
  const amount = decimalOf(isChanged ? line.settlement_amount! : line.gross);
  const fee = isChanged || line.fee === null ? ZERO : decimalOf(line.fee);
  const isFee = type === 'fee' || type === 'tax';
  const isReturn = type === 'refund' || type === 'reversal' || type === 'chargeback' || type === 'return_failed';
  const isOther = !isFee && !isReturn && type !== 'payment' && type !== 'payout';
  return {
    type: 'PayoutPart',
    currency,
    settlement_date,
    lines: type === 'payout' ? 0 : 1,
    gross: textOf(type === 'payment' ? amount : ZERO, currency),
    fees: textOf(isFee ? addDecimal(fee, negated(amount)) : fee, currency),
    returns: textOf(isReturn ? amount : ZERO, currency),
    other: textOf(isOther ? amount : ZERO, currency),
  };
}

/** Two parts of one currency and date as one. */
export function sumOfParts(left: PayoutPart, right: PayoutPart): PayoutPart {
  return combined(left, right, (amount) => amount);
}

/** What must be added to `before` to get `after`: for two parts of one currency and date. */
export function differenceOfParts(after: PayoutPart, before: PayoutPart): PayoutPart {
  return combined(after, before, negated);
}

/** Whether a part changes nothing: its lines came and went. */
export function isEmptyPart({ lines, gross, fees, returns, other }: PayoutPart): boolean {
  return lines === 0 && [gross, fees, returns, other].every((text) => decimalOf(text).digits === 0n);
}

/** A part with nothing in it, of the same currency and date. */
export function emptyPart({ currency, settlement_date }: Pick<PayoutPart, 'currency' | 'settlement_date'>): PayoutPart {
  const zero = textOf(ZERO, currency);
  return {
    type: 'PayoutPart',
    currency,
    settlement_date,
    lines: 0,
    gross: zero,
    fees: zero,
    returns: zero,
    other: zero,
  };
}

function combined(left: PayoutPart, right: PayoutPart, sign: (amount: Decimal) => Decimal): PayoutPart {
  const { type, currency, settlement_date } = left;
  const sum = (name: 'gross' | 'fees' | 'returns' | 'other') =>
    textOf(addDecimal(decimalOf(left[name]), sign(decimalOf(right[name]))), currency);
  const lines = left.lines + Number(sign({ digits: BigInt(right.lines), scale: 0 }).digits);
  const sums = { gross: sum('gross'), fees: sum('fees'), returns: sum('returns'), other: sum('other') };
  return { type, currency, settlement_date, lines, ...sums };
}

const ZERO: Decimal = { digits: 0n, scale: 0 };

/** One value has one text: the currency's decimals, and more only where they say something. */
function textOf(amount: Decimal, currency: string): string {
  return normalDecimal(amount, currencyExponent(currency) ?? 0);
}
