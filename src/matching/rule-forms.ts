// The schemas of the parts of rules: decimals, durations, dates, currencies, and a fee schedule.

import { z } from 'zod';
import { currencyExponent } from '../domain/currency.ts';
import { parseDecimal } from '../domain/decimal.ts';
import { MERCHANT_NAME } from '../domain/fact.ts';
import { REASON_CODES } from '../domain/reasons.ts';
import { isDate, parseDuration } from '../domain/time.ts';

// YAML gives an unquoted 1.5 as a number; its shortest text is the text in the file, so both forms mean the same.
export const decimal = z
  .union([z.string(), z.number()])
  .transform(String)
  .refine((text) => (parseDecimal(text)?.digits ?? -1n) >= 0n, 'expected a plain decimal, zero or more, such as "1.5"');
export const duration = z
  .string()
  .refine((text) => parseDuration(text) !== undefined, 'expected an ISO 8601 duration of fixed length, such as PT15M');
const DAYS = /^P(\d{1,3})D$/;

export const days = z.string().regex(DAYS, 'expected whole days, such as P2D');

export function readDays(text: string): number {
  return parseInt(DAYS.exec(text)![1]!, 10);
}

export const date = z.string().refine(isDate, 'expected a date, such as 2026-01-31');
export const currency = z
  .string()
  .refine((code) => currencyExponent(code) !== undefined, 'expected an ISO 4217 currency code, such as KES');

export const fee = z.strictObject({
  provider: z.string().optional(),
  currency: currency.optional(),
  country: z.string().optional(),
  operator: z.string().optional(),
  amount_from: decimal.optional(),
  amount_to: decimal.optional(),
  valid_from: date.optional(),
  valid_to: date.optional(),
  percent: decimal.default('0'),
  flat: decimal.default('0'),
  min: decimal.optional(),
  max: decimal.optional(),
  vat: decimal.default('0'),
  tolerance: decimal.default('0'),
  borne_by: z.enum(['merchant', 'payer']).default('merchant'),
});

export type FeeRule = z.output<typeof fee>;

/** What a marketplace keeps of a merchant's sales: a fee schedule for a merchant, or for all. */
export const commission = fee
  .pick({ currency: true, amount_from: true, amount_to: true, valid_from: true, valid_to: true })
  .extend(fee.pick({ percent: true, flat: true, min: true, max: true, vat: true }).shape)
  .extend({ merchant: z.string().regex(MERCHANT_NAME, 'expected a name without blanks around it').optional() });

/** From which amounts on a resolution needs a second person, from a day on. */
const reviewPeriod = z.strictObject({
  valid_from: date.optional(),
  threshold: z.record(currency, decimal).default({}),
  /** In currencies that have no threshold. */
  otherwise: z.literal('always').optional(),
  /** The reasons that always need one. */
  always: z.array(z.enum(REASON_CODES)).optional(),
});

export type ReviewPeriod = z.output<typeof reviewPeriod>;

/** For all days, as it was before there were periods: rules from then keep their hash. */
export const review = reviewPeriod.omit({ valid_from: true }).prefault({});
/** By the day from which each holds. */
export const reviews = z.array(reviewPeriod).min(1);

export type CommissionRule = z.output<typeof commission>;
