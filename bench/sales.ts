// The plain sales of the benchmark: each numbered sale as a pure function of its number.
// Any file can therefore be written in any order without keeping the sales in memory.

/** The fault of a sale; each class causes exactly one reason of the same name. */
export const BREAK_CLASSES = [
  'AMOUNT_UNDER',
  'SETTLEMENT_MISSING',
  'ORDER_MISSING',
  'DUPLICATE_PAYMENT',
  'FEE_VARIANCE',
  'PAYMENT_MISSING',
] as const;
export type BreakClass = (typeof BREAK_CLASSES)[number];
export type SaleClass = BreakClass | 'MATCHED';

/** How many of 10,000 sales are of each class: six classes make 3 %. */
const BREAKS_PER_CLASS = 50;

/** Percentages are in thousandths of a percent, so that fees are computed with whole numbers. */
export const PRICES = [
  { currency: 'KES', exponent: 2, percentMilli: 1500 },
  { currency: 'GHS', exponent: 2, percentMilli: 1000 },
  { currency: 'NGN', exponent: 2, percentMilli: 1400 },
  { currency: 'UGX', exponent: 0, percentMilli: 1200 },
] as const;

export const DAY_MS = 86_400_000;
/** Midnight of Monday, 1 June 2026, in Asia/Shanghai. */
export const START = Date.UTC(2026, 4, 31, 16);
export const DAYS = 5;

export interface Sale {
  readonly kind: SaleClass;
  readonly reference: string;
  readonly merchant: string;
  readonly currency: string;
  /** The order's amount, as a decimal text. */
  readonly amount: string;
  /** The amount paid, in one payment. */
  readonly paid: string;
  /** The fee that the gateway deducted. */
  readonly fee: string;
  readonly placedAt: number;
  readonly paidAt: number;
  readonly transactionId: string;
}

/** Sales of one day, numbered; `count` of them spread evenly over the day's twelve busy hours. */
export interface SaleDay {
  readonly day: number;
  readonly first: number;
  readonly count: number;
}

/** Where the sales come from. */
export interface Sales {
  /** The days of `keys` sales. */
  days(keys: number): SaleDay[];
  /** The sale with this number, on its day. */
  saleOf(number: number, on: SaleDay): Sale;
}

/** The days of `keys` sales, numbered from 0, in `DAYS` equal parts. */
export function saleDays(keys: number): SaleDay[] {
  const cut = (day: number) => Math.floor((keys * day) / DAYS);
  return Array.from({ length: DAYS }, (_, day) => ({ day, first: cut(day), count: cut(day + 1) - cut(day) }));
}

/** The sale with this number, on its day. */
function saleOf(number: number, on: SaleDay, perClass: number): Sale {
  const random = mix(number + 1);
  const kind = classOf(random, perClass);
  const market = 1 + ((random >>> 20) & 7);
  const price = PRICES[market & 3]!;
  // A whole number of fives keeps amounts plausible: 100.00 to 50,000.00, or 1,000 to 500,000 without decimals.
  const minor = price.exponent === 2 ? 10_000 + (mix(random) % 998_001) * 5 : 1_000 + (mix(random) % 99_801) * 5;
  const paid = kind === 'AMOUNT_UNDER' ? minor - 1_000 + (minor % 7) : minor;
  const fee = feeOf(paid, price.percentMilli) + (kind === 'FEE_VARIANCE' ? 25 : 0);
  const offset = Math.floor((12 * 3600 * (number - on.first)) / on.count);
  const placedAt = START + on.day * DAY_MS + (9 * 3600 + offset) * 1000;
  return {
    kind,
    reference: `MK${market}-2026-${pad(number, 7)}`,
    merchant: `market-${market}`,
    currency: price.currency,
    amount: decimal(minor, price.exponent),
    paid: decimal(paid, price.exponent),
    fee: decimal(fee, price.exponent),
    placedAt,
    paidAt: placedAt + (5 + ((random >>> 8) & 511)) * 1000,
    transactionId: `MFS${pad(scatter(number), 10)}`,
  };
}

export function classOf(random: number, perClass = BREAKS_PER_CLASS): SaleClass {
  return BREAK_CLASSES[Math.floor((random % 10_000) / perClass)] ?? 'MATCHED';
}

export const PLAIN_SALES = salesWith(BREAKS_PER_CLASS);

/** `perClass` of 10,000 sales are of each class. */
export function salesWith(perClass: number): Sales {
  return { days: saleDays, saleOf: (number, on) => saleOf(number, on, perClass) };
}

/** Half-up to the minor unit. */
export function feeOf(minor: number, percentMilli: number): number {
  return Math.floor((minor * percentMilli + 50_000) / 100_000);
}

/** A 32-bit mixer: the finaliser of MurmurHash3. */
export function mix(value: number): number {
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

/** A number from 0 to 1, without either. */
export function unit(value: number): number {
  return (mix(value) + 0.5) / 2 ** 32;
}

/** A different number for each number below 2^32: gateways do not count as shops do. */
export function scatter(number: number): number {
  return Math.imul(number, 0x9e3779b1) >>> 0;
}

export function decimal(minor: number, exponent: number): string {
  if (exponent === 0) return `${minor}`;
  const cents = minor % 100;
  return `${(minor - cents) / 100}.${cents < 10 ? '0' : ''}${cents}`;
}

export function pad(value: number, width: number): string {
  return `${value}`.padStart(width, '0');
}

/** Writes an instant as `2026-06-01T09:00:00Z`. The date is cached, because a million sales share a few. */
export function iso(at: number): string {
  const day = Math.floor(at / DAY_MS);
  if (day !== lastDay) [lastDay, lastDate] = [day, new Date(day * DAY_MS).toISOString().slice(0, 11)];
  const second = Math.floor((at - day * DAY_MS) / 1000);
  const [hours, minutes] = [Math.floor(second / 3600), Math.floor(second / 60) % 60];
  return `${lastDate}${two(hours)}:${two(minutes)}:${two(second % 60)}Z`;
}
let lastDay = -1;
let lastDate = '';

function two(value: number): string {
  return value < 10 ? `0${value}` : `${value}`;
}
