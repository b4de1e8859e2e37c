// The simulated marketplace: its shops in seven currencies, and what the gateway charges them.
// The fees are computed here from the price list alone, so that the truth does not depend on the code it checks.

import { currencyExponent } from '../../../domain/currency.ts';
import { type Decimal, formatDecimal, roundHalfUp } from '../../../domain/decimal.ts';
import { formatMinor } from '../../../domain/money.ts';
import { HOLIDAY, ZONE } from './week.ts';

export const PROVIDER = 'mfs-africa';

export interface Store {
  /** The first part of the store's references. */
  readonly code: string;
  readonly merchant: string;
  readonly country: string;
  readonly currency: string;
  readonly dialling: string;
  readonly operators: readonly string[];
  /** Order amounts are `low` to `high` minor units in whole steps. */
  readonly low: number;
  readonly high: number;
  readonly step: number;
  /** The payout currency and its rate per unit of the store's currency, if these differ. */
  readonly payout: { readonly currency: string; readonly rate: Decimal } | null;
}

type Place = Pick<Store, 'country' | 'currency' | 'dialling' | 'operators' | 'low' | 'high' | 'step' | 'payout'>;

const KENYA: Place = {
  ...{ country: 'KE', currency: 'KES', dialling: '+254', operators: ['MPESA', 'AIRTEL'] },
  ...{ low: 20_000, high: 2_500_000, step: 50, payout: null },
};
const GHANA: Place = {
  ...{ country: 'GH', currency: 'GHS', dialling: '+233', operators: ['MTN', 'TELECEL'] },
  ...{ low: 2_000, high: 200_000, step: 200, payout: null },
};
const NIGERIA: Place = {
  ...{ country: 'NG', currency: 'NGN', dialling: '+234', operators: ['OPAY', 'MTN'] },
  ...{ low: 150_000, high: 40_000_000, step: 5_000, payout: null },
};
const UGANDA: Place = {
  ...{ country: 'UG', currency: 'UGX', dialling: '+256', operators: ['MTN', 'AIRTEL'] },
  ...{ low: 10_000, high: 900_000, step: 500, payout: null },
};
const RWANDA: Place = {
  ...{ country: 'RW', currency: 'RWF', dialling: '+250', operators: ['MTN', 'AIRTEL'] },
  ...{ low: 2_000, high: 200_000, step: 100, payout: null },
};
// The CFA franc is fixed at 655.957 to the euro; its inverse is cut to eight decimals, as payout advices do.
const SENEGAL: Place = {
  ...{ country: 'SN', currency: 'XOF', dialling: '+221', operators: ['ORANGE', 'WAVE'] },
  ...{ low: 5_000, high: 150_000, step: 25, payout: { currency: 'EUR', rate: { digits: 152_449n, scale: 8 } } },
};
const IVORY_COAST: Place = { ...SENEGAL, country: 'CI', dialling: '+225', operators: ['ORANGE', 'MTN'] };
const TUNISIA: Place = {
  ...{ country: 'TN', currency: 'TND', dialling: '+216', operators: ['D17', 'FLOUCI'] },
  ...{ low: 20_000, high: 600_000, step: 100, payout: { currency: 'EUR', rate: { digits: 2_965n, scale: 4 } } },
};

export const STORES: readonly Store[] = [
  { code: 'DK1', merchant: 'duka-direct-ke', ...KENYA },
  { code: 'DU1', merchant: 'duka-direct-ug', ...UGANDA },
  { code: 'DR1', merchant: 'duka-direct-rw', ...RWANDA },
  { code: 'LK1', merchant: 'lagos-gadgets-ke', ...KENYA },
  { code: 'LN1', merchant: 'lagos-gadgets-ng', ...NIGERIA },
  { code: 'LG1', merchant: 'lagos-gadgets-gh', ...GHANA },
  { code: 'BS1', merchant: 'baobab-mode-sn', ...SENEGAL },
  { code: 'BC1', merchant: 'baobab-mode-ci', ...IVORY_COAST },
  { code: 'BG1', merchant: 'baobab-mode-gh', ...GHANA },
  { code: 'MT1', merchant: 'medina-home-tn', ...TUNISIA },
];

interface Price {
  readonly currency: string;
  /** Percentages are in hundredths of a percent; amounts in minor units. */
  readonly percent: bigint;
  readonly flat?: bigint;
  readonly min?: bigint;
  readonly max?: bigint;
  readonly vat?: bigint;
  /** The band of gross amounts: from this one, included, to that one, excluded. */
  readonly from?: bigint;
  readonly to?: bigint;
  readonly payer?: boolean;
  readonly tolerance?: bigint;
}

const PRICES: readonly Price[] = [
  { currency: 'KES', percent: 0n, flat: 1_000n, to: 100_000n },
  { currency: 'KES', percent: 150n, max: 20_000n, from: 100_000n, tolerance: 1n },
  { currency: 'GHS', percent: 100n },
  { currency: 'NGN', percent: 140n, max: 200_000n, vat: 750n },
  { currency: 'UGX', percent: 120n, min: 500n },
  { currency: 'RWF', percent: 200n, payer: true },
  { currency: 'XOF', percent: 180n },
  { currency: 'TND', percent: 150n, flat: 500n },
];

/** Small underpayments are tolerated where small coins are scarce. */
export const TOLERANCE_XOF = 5n;

/** What the gateway charges for a payment, in minor units: half-up, once, at the end. */
export function feeOf(gross: bigint, currency: string): bigint {
  const price = PRICES.find(
    (one) => one.currency === currency && gross >= (one.from ?? 0n) && gross < (one.to ?? gross + 1n),
  )!;
  let fee = (price.flat ?? 0n) * 10_000n + price.percent * gross;
  const [min, max] = [(price.min ?? 0n) * 10_000n, price.max === undefined ? fee : price.max * 10_000n];
  fee = fee < min ? min : fee > max ? max : fee;
  return roundHalfUp({ digits: fee * (10_000n + (price.vat ?? 0n)), scale: 8 }, 0);
}

/** Where the payer pays the fee on top, the gateway receives more than the shop asked for. */
export function isPayerBorne(currency: string): boolean {
  return PRICES.some((price) => price.currency === currency && price.payer === true);
}

/** Minor units of one currency converted at a rate into minor units of another, half-up. */
export function changed(minor: bigint, currency: string, rate: Decimal, into: string): bigint {
  const scale = exponentOf(currency) + rate.scale;
  return roundHalfUp({ digits: minor * rate.digits, scale }, exponentOf(into));
}

function exponentOf(currency: string): number {
  return currencyExponent(currency) ?? 0;
}

/** The rules that fit this market, as a person would write them. */
export function rulesText(): string {
  const tolerance = formatMinor(TOLERANCE_XOF, 'XOF');
  return [
    `zone: ${ZONE}`,
    'grace: { order: PT15M, payment: PT24H, inconclusive: PT72H, resolution: PT1H }',
    "# Wednesday is Martyrs' Day in Uganda, where the gateway has its bank.",
    `settlement: { days: 1, weekend: [6, 7], holidays: [${HOLIDAY}] }`,
    `tolerance: { XOF: "${tolerance}", fx: "0.1" }`,
    'fees:',
    ...PRICES.map(scheduleText),
    'review: { threshold: { KES: "10000", NGN: "150000" } }',
    '',
  ].join('\n');
}

function scheduleText(price: Price): string {
  const fields = [`provider: ${PROVIDER}`, `currency: ${price.currency}`, `percent: ${hundredths(price.percent)}`];
  const amounts = { flat: price.flat, min: price.min, max: price.max, amount_from: price.from, amount_to: price.to };
  for (const [name, minor] of Object.entries({ ...amounts, tolerance: price.tolerance })) {
    if (minor !== undefined) fields.push(`${name}: "${formatMinor(minor, price.currency)}"`);
  }
  if (price.vat !== undefined) fields.push(`vat: ${hundredths(price.vat)}`);
  if (price.payer === true) fields.push('borne_by: payer');
  return `  - { ${fields.join(', ')} }`;
}

function hundredths(value: bigint): string {
  return `"${formatDecimal({ digits: value, scale: 2 })}"`;
}
