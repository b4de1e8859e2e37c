// Transactions and entries of the ledger.

import { z } from 'zod';
import { FACT_TOPICS } from '../../../domain/fact.ts';
import { SIGNS } from '../../../domain/hints.ts';
import { ENTRY_KINDS, STAGES } from '../../../domain/reasons.ts';
import { RISK_SIGNALS } from '../../../projections/risk/signal.ts';
import { amount, instant, message, named, reason, standing } from './basic.ts';

const findingShape = {
  stage: z.enum(STAGES),
  kind: z.enum(ENTRY_KINDS),
  reason: reason.nullable(),
  subject: z.string(),
  expected: z.string().nullable(),
  observed: z.string().nullable(),
  difference: z.string().nullable(),
  currency: z.string().nullable(),
  opened_at: instant.nullable(),
  message,
};

/** What a break that asks "which order?" may be about, and the signs that speak for it: nothing is joined by them. */
const Hints = named(
  'Hints',
  z.strictObject({
    named: z.array(z.strictObject({ name: z.string(), signs: z.array(z.enum(SIGNS)) })),
    /** How many more there are. */
    others: z.int(),
  }),
);

export const Finding = named(
  'Finding',
  z.strictObject({ ...findingShape, hints: Hints.optional(), entry: z.string().nullable() }),
);

const Decided = named(
  'Decided',
  z.strictObject({
    subject: z.enum(['order', 'payment']),
    name: z.string(),
    decisions: z.array(
      z.strictObject({
        field: z.string(),
        value: z.string().nullable(),
        unit: z.enum(['money', 'word', 'time']),
        currency: z.string().nullable(),
        ground: z.string(),
        /** The ids of the claims that it rests on. */
        by: z.array(z.string()),
      }),
    ),
  }),
);

const Claim = named(
  'Claim',
  z.strictObject({
    id: z.string(),
    topic: z.enum(FACT_TOPICS),
    provider: z.string(),
    /** The provider's account that it came from; null for orders, and where nobody named it. */
    account: z.string().nullable(),
    occurred_at: instant.nullable(),
    forwarded: z.boolean(),
    /** Whether nobody signed it, so that it counts for nothing by itself. */
    unsigned: z.boolean(),
    /** The import of the file that said it, as in `GET /v1/imports`; null for what came in by itself. */
    import: z.int().nullable(),
    /** Its row in the file, as `hesabu trace` names it; null where it was not asked for, or may not be seen. */
    row: z.int().nullable(),
    body: z.record(z.string(), z.union([z.string(), z.null(), z.boolean(), z.record(z.string(), z.string())])),
  }),
);

const Risk = named(
  'Risk',
  z.strictObject({
    signal: z.enum(RISK_SIGNALS),
    /** How many orders came together, including this one; null if the signal is about one order. */
    count: z.int().nullable(),
    observed: z.string(),
    threshold: z.string(),
    /** Within which time they came, an ISO 8601 duration. */
    window: z.string().nullable(),
    since: instant,
    /** The number of other orders. */
    others: z.int(),
    message,
  }),
);

export const Transaction = named(
  'Transaction',
  z.strictObject({
    transaction_reference: z.string(),
    merchant: z.string(),
    provider: z.string(),
    partition: z.int(),
    as_of: instant,
    standing,
    stages: z.strictObject({ payment: standing, settlement: standing }),
    amounts: z.strictObject({
      order_amount: amount.nullable(),
      paid: amount.nullable(),
      returned: amount.nullable(),
      settled: amount.nullable(),
      fee: amount.nullable(),
      currency: z.string().nullable(),
    }),
    paid_at: instant.nullable(),
    settled_on: z.string().nullable(),
    findings: z.array(Finding),
    decided: z.array(Decided),
    claims: z.array(Claim),
    /** How many there are, also where the lists have only the first 1,000. */
    counts: z.strictObject({ claims: z.int(), findings: z.int(), payments: z.int() }),
    next_deadline: instant.nullable(),
    risk: z.array(Risk),
    /** Ids of the archived exchanges about it, the newest first. */
    exchanges: z.array(z.string()),
  }),
);

export const Matches = named(
  'Matches',
  z.strictObject({
    matches: z.array(
      z.strictObject({ transaction_reference: z.string(), merchant: z.string(), provider: z.string(), standing }),
    ),
  }),
);

export const OpenTransactions = named(
  'OpenTransactions',
  z.strictObject({
    transactions: z.array(
      z.strictObject({
        transaction_reference: z.string(),
        merchant: z.string(),
        provider: z.string(),
        standing,
        findings: z.array(Finding),
      }),
    ),
    /** The `after` of the next page; null on the last one. */
    next: z.string().nullable(),
  }),
);

const Entry = named(
  'Entry',
  z.strictObject({
    id: z.string(),
    transaction_reference: z.string(),
    version: z.int(),
    merchant: z.string(),
    provider: z.string(),
    as_of: instant,
    ...findingShape,
    /** The fact that caused it; null if a deadline or new rules did. */
    cause: z.strictObject({ topic: z.string(), partition: z.int(), offset: z.string().regex(/^\d+$/) }).nullable(),
    supersedes: z.array(z.string()),
  }),
);

export const Entries = named(
  'Entries',
  z.strictObject({
    entries: z.array(Entry),
    /** The `after` of the next page. */
    next: z.string(),
    /** Whether these were the last entries at the time of the answer. */
    end: z.boolean(),
  }),
);
