// Payouts: what their lines come to, what was paid, and what the bank received.

import { z } from 'zod';
import { amount, day, named, text } from './basic.ts';
import { Finding } from './ledger.ts';

export const PAYOUT_STATES = ['matched', 'pending', 'unmatched'] as const;

const state = z.enum(PAYOUT_STATES);

const Amounts = named(
  'PayoutAmounts',
  z.strictObject({
    currency: z.string(),
    /** When it was paid, otherwise the last date of its lines. */
    date: day,
    /** How many lines it has, apart from those that say what was paid. */
    lines: z.int(),
    gross: amount,
    /** May have more decimals than the currency. */
    fees: amount,
    returns: amount,
    other: amount,
    /** gross - fees + returns + other. */
    expected: amount,
    paid: amount.nullable(),
    banked: amount.nullable(),
    /** paid - expected. */
    difference: amount.nullable(),
    state,
  }),
);

const payoutShape = {
  /** As trace takes it: `!provider/account:id`. */
  key: z.string(),
  provider: z.string(),
  account: z.string().nullable(),
  payout_id: z.string(),
  state,
  /** One for each currency. */
  amounts: z.array(Amounts),
};

export const Payout = named('Payout', z.strictObject({ ...payoutShape, findings: z.array(Finding) }));

export const Payouts = named(
  'Payouts',
  z.strictObject({
    payouts: z.array(z.strictObject(payoutShape)),
    /** The `after` of the next page; null on the last one. */
    next: text.nullable(),
  }),
);

export const PayoutMatches = named(
  'PayoutMatches',
  z.strictObject({
    matches: z.array(z.strictObject({ key: z.string(), provider: z.string(), account: z.string().nullable() })),
  }),
);
