// Days that are closed, and proposals to close them.

import { z } from 'zod';
import { CLOSE_CONDITIONS } from '../../../domain/decision.ts';
import { EVERY_MERCHANT } from '../../../domain/key.ts';
import { PROPOSAL_STATES } from '../../../matching/decisions.ts';
import { MOVEMENT_KINDS } from '../../../matching/movements.ts';
import { amount, currency, day, instant, merchantName, named } from './basic.ts';
import { Actor, prose, sha256 } from './decisions.ts';

export const DayParams = z.strictObject({ day });

export const PeriodsQuery = z.strictObject({
  /** This month, where it is left out. */
  month: z
    .string()
    .regex(/^\d{4}-(?:0[1-9]|1[0-2])$/, 'expected a month such as 2026-03')
    .meta({ examples: ['2026-06'] })
    .optional(),
  /** `*`, of all merchants, where it is left out. */
  merchant: merchantName.default(EVERY_MERCHANT),
});

export const CloseRequest = named(
  'CloseRequest',
  z.strictObject({
    /** `*`, all merchants, where it is left out. */
    merchant: merchantName.default(EVERY_MERCHANT),
    /** Whether an approver closes the day though conditions are not met; then `text` says why. */
    overrule: z.boolean().default(false),
    text: prose.optional(),
  }),
);

export const CloseProposal = named(
  'CloseProposal',
  z.strictObject({
    id: z.string(),
    day,
    merchant: z.string(),
    /** What an approval names: the hash of the proposal's content. */
    content: sha256,
    /** `effective`: the day is closed by it; `stale`: by another one. */
    state: z.enum(PROPOSAL_STATES),
    statements: z.array(
      z.strictObject({
        provider: z.string(),
        currency,
        /** Of the file in `statements/` of the data directory. */
        sha256,
        opening: amount,
        closing: amount,
      }),
    ),
    /** Where the partitions of the ledger stood: the leaves of the tree, and its root. */
    heads: z.array(z.strictObject({ partition: z.int(), size: z.int(), root: sha256 })),
    overruled: z.array(z.enum(CLOSE_CONDITIONS)),
    /** What its maker wrote, and why conditions may be unmet; null where it was erased. */
    text: z.string().nullable(),
    by: Actor,
    approved: Actor.nullable(),
    rejected: Actor.nullable(),
  }),
);

export const LateFacts = named(
  'LateFacts',
  z.strictObject({
    zone: z.string(),
    merchant: z.string(),
    /** Whether all of the log was read; otherwise the same question reads on. */
    is_whole: z.boolean(),
    /** By day, merchant and the day whose statement has them. */
    late: z.array(
      z.strictObject({
        day,
        /** Empty for keys without an order. */
        merchant: z.string(),
        /** The first day that was open when they came: under `late` of its statement, or in its figures. */
        booked_on: day,
        count: z.int(),
        /** What they moved on the days that were closed, by kind and currency; null where they are very many. */
        moved: z.array(z.strictObject({ what: z.enum(MOVEMENT_KINDS), currency: z.string(), amount })).nullable(),
        /** The latest of them. */
        facts: z.array(z.strictObject({ key: z.string(), fact: z.string(), received_at: instant })),
      }),
    ),
  }),
);

export const DAY_STATES = ['open', 'over', 'proposed', 'closed', 'before'] as const;

export const Periods = named(
  'Periods',
  z.strictObject({
    /** In which the days are ones. */
    zone: z.string(),
    merchant: z.string(),
    /** The day after the last closed one; null where none is closed: then any may be the first. */
    next: day.nullable(),
    days: z.array(
      z.strictObject({
        day,
        /** `open`: not over; `over`: not closed; `before`: before the first one that was closed, and in its opening. */
        state: z.enum(DAY_STATES),
        /** Of the next day to close: the conditions that are not met; null of others. */
        unmet: z.array(z.enum(CLOSE_CONDITIONS)).nullable(),
        proposals: z.array(CloseProposal),
      }),
    ),
  }),
);
