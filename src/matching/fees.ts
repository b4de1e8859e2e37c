// The fee that a payment should have by the agreed schedules.

import { type Day, dayOfDate } from '../domain/calendar.ts';
import { currencyExponent } from '../domain/currency.ts';
import {
  addDecimal,
  compareDecimal,
  type Decimal,
  multiplyDecimal,
  parseDecimal,
  roundHalfUp,
} from '../domain/decimal.ts';
import type { FeeRule } from './rule-forms.ts';

export interface CompiledFee {
  readonly provider: string | undefined;
  readonly currency: string | undefined;
  readonly country: string | undefined;
  readonly operator: string | undefined;
  readonly amountFrom: Decimal | undefined;
  readonly amountTo: Decimal | undefined;
  readonly validFrom: Day | undefined;
  readonly validTo: Day | undefined;
  /** How many of the six possible conditions this schedule has. */
  readonly specificity: number;
  /** A fraction: 1.5 percent is 0.015. */
  readonly share: Decimal;
  readonly flat: Decimal;
  readonly min: Decimal | undefined;
  readonly max: Decimal | undefined;
  /** 1 + VAT as a fraction. */
  readonly vatFactor: Decimal;
  readonly tolerance: Decimal;
  readonly borneByPayer: boolean;
}

/** The values that select a schedule. `day` is the payment's day in the rules' zone; null if its time is unknown. */
export interface FeeQuestion {
  readonly provider: string;
  readonly currency: string;
  readonly country: string | null;
  readonly operator: string | null;
  readonly gross: bigint;
  readonly day: Day | null;
}

const ONE: Decimal = { digits: 1n, scale: 0 };

export function compileFee(fee: FeeRule): CompiledFee {
  const narrows = [
    fee.provider,
    fee.currency,
    fee.country,
    fee.operator,
    fee.amount_from ?? fee.amount_to,
    fee.valid_from ?? fee.valid_to,
  ];
  return {
    provider: fee.provider,
    currency: fee.currency,
    country: fee.country,
    operator: fee.operator,
    amountFrom: optionalDecimal(fee.amount_from),
    amountTo: optionalDecimal(fee.amount_to),
    validFrom: fee.valid_from === undefined ? undefined : dayOfDate(fee.valid_from),
    validTo: fee.valid_to === undefined ? undefined : dayOfDate(fee.valid_to),
    specificity: narrows.filter((part) => part !== undefined).length,
    share: hundredth(fee.percent),
    flat: parseDecimal(fee.flat)!,
    min: optionalDecimal(fee.min),
    max: optionalDecimal(fee.max),
    vatFactor: addDecimal(ONE, hundredth(fee.vat)),
    tolerance: parseDecimal(fee.tolerance)!,
    borneByPayer: fee.borne_by === 'payer',
  };
}

function optionalDecimal(text: string | undefined): Decimal | undefined {
  return text === undefined ? undefined : parseDecimal(text);
}

function hundredth(percent: string): Decimal {
  const { digits, scale } = parseDecimal(percent)!;
  return { digits, scale: scale + 2 };
}

/** The most specific schedule that fits; of equally specific ones, the last in the list. Undefined if none fits. */
export function chooseFee(fees: readonly CompiledFee[], question: FeeQuestion): CompiledFee | undefined {
  let best: CompiledFee | undefined;
  for (const fee of fees) {
    if (best !== undefined && fee.specificity < best.specificity) continue;
    if (fits(fee, question)) best = fee;
  }
  return best;
}

function fits(fee: CompiledFee, question: FeeQuestion): boolean {
  if (fee.provider !== undefined && fee.provider !== question.provider) return false;
  if (fee.currency !== undefined && fee.currency !== question.currency) return false;
  if (fee.country !== undefined && fee.country !== question.country) return false;
  if (fee.operator !== undefined && fee.operator !== question.operator) return false;
  if (fee.amountFrom !== undefined || fee.amountTo !== undefined) {
    const gross = { digits: question.gross, scale: currencyExponent(question.currency) ?? 0 };
    if (fee.amountFrom !== undefined && compareDecimal(gross, fee.amountFrom) < 0) return false;
    if (fee.amountTo !== undefined && compareDecimal(gross, fee.amountTo) >= 0) return false;
  }
  if (fee.validFrom === undefined && fee.validTo === undefined) return true;
  if (question.day === null) return false;
  if (fee.validFrom !== undefined && question.day < fee.validFrom) return false;
  return fee.validTo === undefined || question.day < fee.validTo;
}

/** clamp(flat + percent x gross, min, max) x (1 + VAT), rounded once at the end, half-up, in minor units. */
export function expectedFee(fee: CompiledFee, gross: bigint, currency: string): bigint {
  const exponent = currencyExponent(currency) ?? 0;
  let amount = addDecimal(fee.flat, multiplyDecimal({ digits: gross, scale: exponent }, fee.share));
  if (fee.min !== undefined && compareDecimal(amount, fee.min) < 0) amount = fee.min;
  if (fee.max !== undefined && compareDecimal(amount, fee.max) > 0) amount = fee.max;
  return roundHalfUp(multiplyDecimal(amount, fee.vatFactor), exponent);
}

/**
 * The payment's amount if only a line that includes the payer's fee is known: the largest amount whose sum with its fee
 * is at most the line's. The fee never falls as the amount grows, so a binary search finds it.
 */
export function amountBeforeFee(fee: CompiledFee, lineGross: bigint, currency: string): bigint {
  let [low, high] = [0n, lineGross];
  while (low < high) {
    const middle = (low + high + 1n) / 2n;
    if (middle + expectedFee(fee, middle, currency) <= lineGross) low = middle;
    else high = middle - 1n;
  }
  return low;
}
