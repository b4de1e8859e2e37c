// The list of cases: what may be asked of it, and what it answers.

import { z } from 'zod';
import { WAITING_ON } from '../../../domain/decision.ts';
import { SIGNS } from '../../../domain/hints.ts';
import { ENTRY_KINDS, STAGES } from '../../../domain/reasons.ts';
import { CASE_STATES } from '../../../matching/case-state.ts';
import { AGES, DUES } from '../../../projections/cases/case-ages.ts';
import { CASE_SEARCHES, CASE_SORTS, FACETS } from '../../../projections/cases/case-question.ts';
import { REFUND_SIGNS } from '../../../projections/cases/case-refunds.ts';
import {
  amount,
  count,
  currency,
  fileRowCount,
  instant,
  merchantName,
  message,
  named,
  reason,
  standing,
  text,
} from './basic.ts';
import { Proposal, SETTLED } from './decisions.ts';
import { Transaction } from './ledger.ts';
import { CloseProposal } from './periods.ts';
import { Exchanges } from './service.ts';

const bound = z
  .string('expected an amount')
  .regex(/^\d{1,15}(\.\d{1,4})?$/, 'expected an amount such as 1250.00')
  .meta({ examples: ['1250.00'] });

const VALUES_MAX = 50;

/** A filter that may be named again and again: what fits one of its values fits. */
function several<Schema extends z.ZodType>(one: Schema) {
  return z.array(one).min(1).max(VALUES_MAX, `expected at most ${VALUES_MAX} values`).optional();
}

export const CaseFilters = z.strictObject({
  /** All that are not resolved where absent. */
  status: several(z.enum([...CASE_STATES, 'all'])),
  reason: several(reason),
  stage: several(z.enum(STAGES)),
  merchant: several(merchantName),
  provider: several(text),
  /** The mobile network of the payment as the gateway names it; `-` where nobody said. */
  operator: several(text),
  /** A person's or a team's id; `me`; `-` for nobody. */
  owner: several(text),
  /** The team that has it, or that the configuration gives it to while a person works it; `-` for none. */
  team: several(text),
  /** `-` for those that are about other things than money. */
  currency: several(z.union([currency, z.literal('-')])),
  age: several(z.enum(AGES)),
  due: several(z.enum(DUES)),
  /** What became of its refund; `-` for those of which nothing was sent and nothing will be. */
  refund: several(z.enum([...REFUND_SIGNS, '-'])),
  value_from: bound.optional(),
  value_to: bound.optional(),
  q: text.optional(),
});

export const CasesQuery = CaseFilters.extend({
  sort: z.enum(CASE_SORTS).default('oldest'),
  after: z.string().max(4_000).optional(),
  limit: count(1, 1_000, 100),
});

const caseShape = {
  id: z.string(),
  /** A reference, or the key of a payment or a payout that has none. */
  key: z.string(),
  merchant: z.string(),
  provider: z.string(),
  /** The mobile network of its payment; null where nobody said. */
  operator: z.string().nullable(),
  standing,
  stage: z.enum(STAGES),
  kind: z.enum(ENTRY_KINDS),
  reason,
  subject: z.string(),
  message,
  expected: z.string().nullable(),
  observed: z.string().nullable(),
  difference: z.string().nullable(),
  currency: z.string().nullable(),
  /** What is at stake: the difference, or what was received where there is none. */
  value: z.array(z.strictObject({ currency: z.string(), amount })),
  opened_at: instant.nullable(),
  /** In business days. */
  age: z.int().nullable(),
  status: z.enum(CASE_STATES),
  /** What became of the refund that was proposed last; null where nothing was sent and nothing will be. */
  refund: z.enum(REFUND_SIGNS).nullable(),
  /** How it was resolved. */
  resolution: reason.nullable(),
  owner: z.string().nullable(),
  /** The team whose work it is, also while a person of it is the owner. */
  team: z.string().nullable(),
  due_at: instant.nullable(),
  waiting_on: z.enum(WAITING_ON).nullable(),
  notes: z.int(),
  /** The fingerprint of the finding, which a proposal names. */
  finding: z.string(),
  /** The entry of the finding, or of what resolved it. */
  entry: z.string(),
  /** The ETag of `GET /v1/cases/:id`, for `If-Match` of what is done with it. */
  version: z.string(),
};

const ListedCase = named('ListedCase', z.strictObject(caseShape));

/** What ended a case without a word of anybody. */
const CASE_ENDS = ['returned_to_customer'] as const;

/** What a timeline tells. */
export const HAPPENINGS = [
  'fact',
  'entry',
  'assignment',
  'note',
  'proposal',
  'approval',
  'rejection',
  'settled',
] as const;

const Happening = named(
  'Happening',
  z.strictObject({
    /** Null where a source gave no time. */
    at: instant.nullable(),
    what: z.enum(HAPPENINGS),
    /** Of a fact, an entry or a decision; where evidence settled a proposal, of the entry that ended the case. */
    id: z.string(),
    /** A person, or of a fact its provider and account. */
    by: z.string().nullable(),
    /** What a person wrote, or whom an assignment names; null where there is none, or the text was erased. */
    text: z.string().nullable(),
    /** The entry that replaced an entry; null of what holds, and of all else. */
    replaced_by: z.string().nullable(),
    /** The files of a note. */
    attachments: z.array(z.strictObject({ sha256: z.string(), size: z.int(), media: z.string() })),
  }),
);

/** What a payment without an order may be for, or an order without a payment: each sign plainly yes or no. */
const Suggestion = z.strictObject({
  name: z.string(),
  signs: z.array(z.enum(SIGNS)),
  same_amount: z.boolean(),
  same_phone: z.boolean(),
  same_reference: z.boolean(),
  minutes_apart: z.int().nullable(),
});

const FindingRead = named(
  'FindingRead',
  z.strictObject({
    proposal: z.string(),
    reason,
    expected: z.string().nullable(),
    observed: z.string().nullable(),
    difference: z.string().nullable(),
    currency: z.string().nullable(),
    changed_by: z.array(z.string()),
  }),
);

export const WholeCase = named(
  'WholeCase',
  z.strictObject({
    /** Null where the evidence gives no such finding any more, and nobody resolved it. */
    case: ListedCase.nullable(),
    /** The id of the case that stands for it now, where that is another one. */
    standing: z.string().nullable(),
    /** Why a case is gone, where that is known: the refund that somebody proposed of it arrived. */
    end: z.enum(CASE_ENDS).nullable(),
    /** What a break that asks may be about. */
    suggestions: z.strictObject({ named: z.array(Suggestion), others: z.int() }),
    /** The order, its payments and its settlement with how each value was decided; null of a payout. */
    transaction: Transaction.omit({ exchanges: true }).nullable(),
    /** The first one first, with those about a case for which this one stands now. */
    proposals: z.array(Proposal),
    /** What the makers of stale proposals read, where it is found, and the facts without which it would still be so. */
    stale: z.array(FindingRead),
    /** In the order of time; what has none comes first. */
    timeline: z.array(Happening),
    /** The latest raw exchanges about its key, where they were asked for and may be seen; `more` finds them all. */
    exchanges: z.array(Exchanges.shape.exchanges.element).nullable(),
    more: z.string().nullable(),
  }),
);

/** So many exchanges are shown with a case. */
const EXCHANGES_MAX = 20;
export const CaseQuery = z.strictObject({
  /** How many raw exchanges are wanted. */
  exchanges: count(0, EXCHANGES_MAX, 0),
  file_rows: fileRowCount,
});

export const ProposalsQuery = z.strictObject({
  /** Whose own proposals are left out: nobody approves them himself. */
  awaiting: z.enum(['me', 'anybody']).default('anybody'),
  state: z.enum(['awaiting_approval', 'stale', SETTLED]).default('awaiting_approval'),
  after: z.string().max(4_000).optional(),
  limit: count(1, 100, 25),
});

const SettledProposal = named(
  'SettledProposal',
  z.strictObject({
    proposal: Proposal,
    key: z.string(),
    merchant: z.string(),
    provider: z.string(),
    /** The finding as it was last. */
    stage: z.enum(STAGES),
    kind: z.enum(ENTRY_KINDS),
    reason,
    subject: z.string(),
    message,
    expected: z.string().nullable(),
    observed: z.string().nullable(),
    difference: z.string().nullable(),
    currency: z.string().nullable(),
    opened_at: instant.nullable(),
    /** The refund that was proposed arrived, or null: other evidence came. */
    end: z.enum(CASE_ENDS).nullable(),
    /** The entry that ended the case, and its time. */
    entry: z.string(),
    at: instant,
  }),
);

export const AwaitingProposals = named(
  'AwaitingProposals',
  z.strictObject({
    /** Of one that is stale with what its maker read, where it is found. */
    proposals: z.array(z.strictObject({ case: ListedCase, proposal: Proposal, read: FindingRead.nullable() })),
    /** Those to close a day, on every page. */
    closes: z.array(CloseProposal),
    /** With `state=settled_by_evidence` alone: those of thirty days, the latest first, and at most `limit`. */
    settled: z.array(SettledProposal),
    /** How many cases there are, also those that wait for others; or how many proposals were settled. */
    total: z.int(),
    next: z.string().nullable(),
  }),
);

const Counts = z.array(z.strictObject({ value: z.string(), count: z.int() }));

export const Cases = named(
  'Cases',
  z.strictObject({
    cases: z.array(ListedCase),
    total: z.int(),
    /** Of all that match, each currency apart. `other` has no direction, such as a conflict. */
    value: z.array(z.strictObject({ currency: z.string(), over: amount, under: amount, other: amount })),
    /** How many there would be with each value in the place of the filter by it; at most 100 of each. */
    facets: z.record(z.enum(FACETS), Counts),
    /** Of a facet with more values than that, how many are not counted out: those of the fewest cases. */
    facets_left_out: z.partialRecord(z.enum(FACETS), z.int()),
    /** What the search found: whole references, or ids of payments, or parts of references. */
    search: z.enum(CASE_SEARCHES).nullable(),
    /** The `after` of the next page; null on the last one. */
    next: z.string().nullable(),
  }),
);
