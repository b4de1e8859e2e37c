// The fee schedules of rules in whole minor units as numbers, where these are exact: see fees.ts and fee-check.ts in
// the matching, which decide on fees in decimals of any size.

import { currencyExponent } from '../../domain/currency.ts';
import { type Decimal, EXACT_MAX } from '../../domain/decimal.ts';
import { type CompiledFee, chooseFee } from '../../matching/fees.ts';
import type { CompiledRules } from '../../matching/rules.ts';
import type { ByteNames } from './byte-names.ts';

/** The numbers of names that a schedule may be for are below this. */
export const FEE_NAMES_MAX = 4095;

/** By what a payment's schedule is chosen, besides amount and day: the numbers of names. */
export interface FeeParties {
  provider: number;
  currency: number;
  /** -1 where there is none; so for the operator. */
  country: number;
  operator: number;
}

/** A schedule for a payment of such parties, by the amounts and days that it is for. */
interface PlainFee {
  /** From this amount on, in minor units, and below the other. */
  readonly from: number;
  readonly to: number;
  readonly firstDay: number;
  /** The first day that it is no longer for. */
  readonly endDay: number;
  /** Null where the payer bears the fee, or its numbers are too large. */
  readonly terms: FeeTerms | null;
}

/** Of what comes out `divisor` is one minor unit. */
interface FeeTerms {
  readonly share: number;
  readonly flat: number;
  readonly min: number;
  readonly max: number;
  readonly vat: number;
  readonly divisor: number;
  /** In whole minor units: a part of one more is more. */
  readonly tolerance: number;
}

/** How many parties are remembered, at most. */
const PARTIES_MAX = 4096;
/** More than the numbers of names, with one for none. */
const NUMBERS = FEE_NAMES_MAX + 1;

export class PlainFees {
  private readonly fees: readonly CompiledFee[];
  private readonly names: Pick<ByteNames, 'textOf'>;
  /** By provider and currency, then by country and operator. */
  private readonly known = new Map<number, Map<number, readonly PlainFee[]>>();
  private count = 0;

  constructor({ fees }: Pick<CompiledRules, 'fees'>, names: Pick<ByteNames, 'textOf'>) {
    this.fees = fees;
    this.names = names;
  }

  /** Forgets the numbers of names. */
  clear(): void {
    this.known.clear();
    this.count = 0;
  }

  /**
   * Whether a payment's fee is as agreed: `taken` on its line, -1 where the line has none. False too where it cannot be
   * told in whole numbers, or the payer bears it. A day that is not known, NaN, has the schedules of all days.
   */
  isAsAgreed(parties: FeeParties, minor: number, day: number, taken: number): boolean {
    for (const fee of this.schedulesOf(parties)) {
      if (minor < fee.from || minor >= fee.to || !isOfDay(fee, day)) continue;
      return fee.terms !== null && isAsTerms(fee.terms, minor, taken);
    }
    // No schedule is for it: nobody agreed on a fee.
    return true;
  }

  private schedulesOf(parties: FeeParties): readonly PlainFee[] {
    const { provider, currency, country, operator } = parties;
    const first = provider * NUMBERS + currency;
    const second = (country + 1) * NUMBERS + operator + 1;
    const known = this.known.get(first)?.get(second);
    if (known !== undefined) return known;
    if (this.count >= PARTIES_MAX) this.clear();
    this.count++;
    const schedules = this.compile(parties);
    let byPlace = this.known.get(first);
    if (byPlace === undefined) {
      byPlace = new Map();
      this.known.set(first, byPlace);
    }
    byPlace.set(second, schedules);
    return schedules;
  }

  /** The schedules for these parties, the one that is chosen before others first. */
  private compile(parties: FeeParties): readonly PlainFee[] {
    const { names } = this;
    const currency = names.textOf(parties.currency);
    const asked = {
      provider: names.textOf(parties.provider),
      currency,
      country: parties.country < 0 ? null : names.textOf(parties.country),
      operator: parties.operator < 0 ? null : names.textOf(parties.operator),
    };
    const fitting = this.fees.filter((fee) => chooseFee([withoutBounds(fee)], { ...asked, gross: 0n, day: null }));
    const order = fitting.map((fee, at) => ({ fee, at }));
    order.sort((left, right) => right.fee.specificity - left.fee.specificity || right.at - left.at);
    return order.map(({ fee }) => plainFee(fee, currencyExponent(currency)!));
  }
}

function withoutBounds(fee: CompiledFee): CompiledFee {
  return { ...fee, amountFrom: undefined, amountTo: undefined, validFrom: undefined, validTo: undefined };
}

function plainFee(fee: CompiledFee, exponent: number): PlainFee {
  return {
    from: fee.amountFrom === undefined ? 0 : minorFrom(fee.amountFrom, exponent),
    to: fee.amountTo === undefined ? Number.POSITIVE_INFINITY : minorFrom(fee.amountTo, exponent),
    firstDay: fee.validFrom ?? Number.NEGATIVE_INFINITY,
    endDay: fee.validTo ?? Number.POSITIVE_INFINITY,
    terms: fee.borneByPayer ? null : termsOf(fee, exponent),
  };
}

function isOfDay({ firstDay, endDay }: PlainFee, day: number): boolean {
  return Number.isNaN(day)
    ? firstDay === Number.NEGATIVE_INFINITY && endDay === Number.POSITIVE_INFINITY
    : day >= firstDay && day < endDay;
}

/** The least amount in minor units that is not below this one. */
function minorFrom({ digits, scale }: Decimal, exponent: number): number {
  const divisor = 10n ** BigInt(scale);
  return Number((digits * 10n ** BigInt(exponent) + divisor - 1n) / divisor);
}

/** All amounts at the scale of the finest one, so that they are whole; null where one of them is too large. */
function termsOf(fee: CompiledFee, exponent: number): FeeTerms | null {
  const { share, flat, min, max, vatFactor, tolerance } = fee;
  const scale = Math.max(exponent + share.scale, flat.scale, min?.scale ?? 0, max?.scale ?? 0);
  const at = ({ digits }: Decimal, own: number) => Number(digits * 10n ** BigInt(scale - own));
  const terms: FeeTerms = {
    share: at(share, exponent + share.scale),
    flat: at(flat, flat.scale),
    min: min === undefined ? 0 : at(min, min.scale),
    max: max === undefined ? Number.POSITIVE_INFINITY : at(max, max.scale),
    vat: Number(vatFactor.digits),
    divisor: Number(10n ** BigInt(scale + vatFactor.scale - exponent)),
    tolerance: Number((tolerance.digits * 10n ** BigInt(exponent)) / 10n ** BigInt(tolerance.scale)),
  };
  const isExact = Object.values(terms).every((value) => value < EXACT_MAX || value === Number.POSITIVE_INFINITY);
  return isExact ? terms : null;
}

/** clamp(flat + share x amount, min, max) x VAT, rounded half up: see `expectedFee`. */
function isAsTerms(terms: FeeTerms, minor: number, taken: number): boolean {
  let amount = terms.flat + minor * terms.share;
  if (amount < terms.min) amount = terms.min;
  // Where it is not exact it is above every bound that is.
  if (amount > terms.max) amount = terms.max;
  amount = 2 * amount * terms.vat + terms.divisor;
  if (!(amount < EXACT_MAX)) return false;
  const expected = Math.floor(amount / (2 * terms.divisor));
  // A line without a fee says that there is none.
  return Math.abs(Math.max(taken, 0) - expected) <= (taken < 0 ? 0 : terms.tolerance);
}
