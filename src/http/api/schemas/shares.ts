// Shares of merchants in payments for orders of several merchants.

import { z } from 'zod';
import { amount, day, named, text } from './basic.ts';

/** net = gross - returned - commission - provider_fee. */
const sums = { gross: amount, returned: amount, commission: amount };

const Share = named(
  'Share',
  z.strictObject({
    merchant: z.string(),
    /** The whole, under which the payer pays. */
    parent: z.string(),
    transaction_reference: z.string(),
    currency: z.string(),
    ...sums,
    /** Null until the payment is settled, and so `net`. */
    provider_fee: amount.nullable(),
    net: amount.nullable(),
    settled: z.boolean(),
    settlement_date: day.nullable(),
  }),
);

const ShareSums = named(
  'ShareSums',
  z.strictObject({
    merchant: z.string(),
    currency: z.string(),
    shares: z.int(),
    /** How many of them are settled: only these are in `provider_fee` and `net`. */
    settled: z.int(),
    ...sums,
    provider_fee: amount,
    net: amount,
  }),
);

export const Shares = named(
  'Shares',
  z.strictObject({
    /** Over all shares of the merchant, by currency. */
    sums: z.array(ShareSums),
    shares: z.array(Share),
    /** The `after` of the next page; null on the last one. */
    next: text.nullable(),
  }),
);
