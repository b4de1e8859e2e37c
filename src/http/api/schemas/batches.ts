// Work on many cases at once: what may be asked for, what it would come to, and what became of it.

import { z } from 'zod';
import { BULK_KINDS, CAUSES, DECISION_VIAS, WAITING_ON } from '../../../domain/decision.ts';
import { ERROR_CODES, type ErrorCode } from '../../../domain/error-codes.ts';
import { PROPOSAL_STATES } from '../../../matching/decisions.ts';
import { ACTS, ROW_STATUSES } from '../batch.ts';
import { amount, count, instant, named, reference } from './basic.ts';
import { CaseFilters } from './cases.ts';
import { AssignmentRequest, caseName, prose, TriedKey } from './decisions.ts';

const EndParts = {
  kind: z.enum(BULK_KINDS),
  cause: z.enum(CAUSES),
  /** Of links, and only of them: the order that the money of all the cases was paid for. */
  to: z.array(z.strictObject({ reference })).length(1, 'expected one order').optional(),
  text: prose.optional(),
};

/** What is to be done with each case. */
export const ActRequest = z.discriminatedUnion('act', [
  AssignmentRequest.extend({ act: z.literal('assign') }),
  z.strictObject({ act: z.literal('note'), text: prose }),
  z.strictObject({ act: z.literal('propose'), ...EndParts }),
  z.strictObject({ act: z.literal('approve'), ...EndParts }),
  z.strictObject({ act: z.literal('reject'), ...EndParts }),
]);

export const PreviewRequest = named(
  'BulkPreviewRequest',
  z.strictObject({
    act: ActRequest,
    /** As of the list; all that fit, also beyond its page. */
    filter: CaseFilters.optional(),
    /** Those that are named, instead of a filter. */
    cases: z.array(caseName).min(1).max(1_000, 'expected at most 1000 cases').optional(),
    /** By their names the `version` of each as it was read: one that has another by now is refused. */
    versions: z.record(caseName, z.string().max(100)).optional(),
  }),
);

export const BulkRequest = named(
  'BulkRequest',
  z.strictObject({
    /** Of a preview that counted something. */
    token: z
      .string()
      .regex(/^[\w-]{32}$/, 'expected the token of a preview')
      .meta({ examples: ['q3v8kXo2m1Rz7cT5yWb9dN4hLs6fJp0A'] }),
  }),
);

export const BatchParams = z.strictObject({
  id: z
    .string()
    .regex(/^b-[0-9a-f]{24}$/, 'expected the id of a batch')
    .meta({ examples: ['b-9f86d081884c7d659a2feaa0'] }),
});

export const BatchQuery = z.strictObject({
  status: z.enum(ROW_STATUSES).optional(),
  after: count(0, 1_000_000, 0),
  limit: count(1, 1_000, 100),
});

const code = z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]]);
const Values = z.array(z.strictObject({ currency: z.string(), amount }));

export const BulkPreview = named(
  'BulkPreview',
  z.strictObject({
    /** How many would be done. */
    count: z.int(),
    /** Of these alone, each currency apart. */
    value: Values,
    /** How many of them would wait for a second person. */
    needs_approval: z.int(),
    unchanged: z.int(),
    refused: z.array(z.strictObject({ code, why: z.string(), count: z.int() })),
    /** Of the cases that are refused, the first hundred by themselves; `refused` counts all of them. */
    refused_cases: z.array(z.strictObject({ case: z.string(), code, why: z.string() })),
    /** Of links to an order, what it would come to once all that would be done holds. */
    order: TriedKey.nullable(),
    /** True of links of more than 100 cases: what their order would come to is not worked out. */
    order_left_out: z.boolean(),
    /** Null where nothing would be done. */
    token: z.string().nullable(),
  }),
);

const ActShown = z.strictObject({
  act: z.enum([...ACTS, 'withdraw']),
  owner: z.string().nullable(),
  due_at: instant.nullable(),
  waiting_on: z.enum(WAITING_ON).nullable(),
  kind: z.enum(BULK_KINDS).nullable(),
  cause: z.enum(CAUSES).nullable(),
  /** Of links: the reference of the order. */
  to: z.string().nullable(),
  /** The batch that is taken back. */
  batch: z.string().nullable(),
});

const batchShape = {
  id: z.string(),
  at: instant,
  by: z.string(),
  via: z.enum(DECISION_VIAS),
  /** Null of a workbook, each row of which says itself what to do. */
  act: ActShown.nullable(),
  /** Null while it is being worked. */
  finished_at: instant.nullable(),
  /** The batch that takes it back. */
  withdrawn_by: z.string().nullable(),
  /** Of the rows that the caller may see. */
  counts: z.record(z.enum(ROW_STATUSES), z.int()),
};

const Row = z.strictObject({
  number: z.int(),
  /** Of a workbook: the row of its sheet. */
  line: z.int().nullable(),
  case: z.string(),
  key: z.string(),
  status: z.enum(ROW_STATUSES),
  code: code.nullable(),
  /** The code in words, with what was expected and found. */
  message: z.string().nullable(),
  /** The decision that it became. */
  decision: z.string().nullable(),
  /** Of a proposal, where it stands now: some wait for a second person. */
  state: z.enum(PROPOSAL_STATES).nullable(),
});

export const Batch = named(
  'Batch',
  z.strictObject({
    ...batchShape,
    rows: z.array(Row),
    /** The `after` of the next page; null on the last one. */
    next: z.int().nullable(),
  }),
);

export const Batches = named(
  'Batches',
  z.strictObject({
    batches: z.array(z.strictObject(batchShape)),
    /** Whether the caller has older ones, which are not listed. */
    older: z.boolean(),
  }),
);
