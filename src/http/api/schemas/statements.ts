// Statements of days, and the rows behind their figures.

import { z } from 'zod';
import { MOVEMENT_KINDS } from '../../../matching/movements.ts';
import { amount, day, instant, named, text } from './basic.ts';
import { Actor } from './decisions.ts';

/** A decimal; a fee, and so a sum, may be finer than the currency. */
const figure = amount;

const Figure = named(
  'StatementFigure',
  z.strictObject({
    /** The `line` of the question for its rows. */
    line: z.string(),
    /** Whether it is added or taken off. */
    sign: z.enum(['+', '-']),
    value: figure,
  }),
);

const Late = named(
  'StatementLate',
  z.strictObject({ what: z.enum(MOVEMENT_KINDS), sign: z.enum(['+', '-']), value: figure }),
);

const Closed = named(
  'StatementClosed',
  z.strictObject({
    /** `*` where the day was closed for all merchants. */
    merchant: z.string(),
    /** Of the file that it was frozen in. */
    sha256: z.string(),
    /** The entry that has the hash, for `GET /v1/proofs/:entry` and `hesabu proof`. */
    entry: z.string().nullable(),
    by: Actor,
    approved: Actor,
  }),
);

const Explained = named(
  'StatementExplained',
  z.strictObject({
    /** A reason, `pending`, `tolerance`, or `resolved:` with its cause. */
    line: z.string(),
    /** Still owed, or too much. */
    side: z.enum(['under', 'over']),
    count: z.int(),
    value: figure,
    /** How many are up to 1, 7 and 30 days old, how many older, and of how many nobody knows. */
    ages: z.array(z.int()).length(5),
  }),
);

const Statement = named(
  'Statement',
  z.strictObject({
    /** Empty for keys without an order. */
    merchant: z.string(),
    provider: z.string(),
    currency: z.string(),
    /** closing = opening, late and the moves by their signs; the opening is the closing of the day before. */
    gateway: z.strictObject({ opening: figure, moves: z.array(Figure), closing: figure }),
    /** What moved on closed days and came later: on the first open day, in the opening of no other. */
    late: z.array(Late),
    /** From the beginning to the day's end: the difference is the sum of `agreed` and `explained`. */
    bridge: z.strictObject({
      begins: z.array(Figure),
      difference: figure,
      agreed: z.array(Figure),
      explained: z.array(Explained),
    }),
    /** What moved on the day between the gateway, the merchant and the bank. */
    clearing: z.array(Figure),
    /** The closing by movements less that of the keys: always zero. */
    residual: figure,
    residual_keys: z.array(z.string()),
    /** Null while the day is open. */
    closed: Closed.nullable(),
  }),
);

export const Statements = named(
  'Statements',
  z.strictObject({
    day,
    /** In which the day is one. */
    zone: z.string(),
    /** The ledger's time in the answer, and whether it is past the day. */
    as_of: instant,
    over: z.boolean(),
    statements: z.array(Statement),
  }),
);

const StatementRow = named(
  'StatementRow',
  z.strictObject({
    merchant: z.string(),
    provider: z.string(),
    currency: z.string(),
    /** The reference, or another key. */
    key: z.string(),
    /** The id of the claim that says so; empty where the key as a whole does. */
    fact: z.string(),
    amount: figure,
    /** Of what is left of a key, where it is left: each counts for itself. Null of all else. */
    account: z.enum(['orders', 'gateway']).nullable(),
    /** The import that the fact is from, and its row there; null where it was not asked for, or may not be seen. */
    import: z.int().nullable(),
    row: z.int().nullable(),
    /** The entries with the key's current findings. */
    entries: z.array(z.string()),
  }),
);

export const StatementLines = named(
  'StatementLines',
  z.strictObject({
    day,
    line: z.string(),
    /** Over all rows, by currency. */
    sums: z.array(z.strictObject({ currency: z.string(), sum: figure })),
    rows: z.array(StatementRow),
    /** The `after` of the next page; null on the last one. */
    next: text.nullable(),
  }),
);
