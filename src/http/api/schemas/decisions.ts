// What people decide of a case, as the API takes and shows it.

import { z } from 'zod';
import { CAUSES, DECISION_VIAS, RESOLUTION_KINDS, WAITING_ON } from '../../../domain/decision.ts';
import { LINK_TARGETS_MAX } from '../../../domain/link.ts';
import { ENTRY_KINDS, STAGES } from '../../../domain/reasons.ts';
import { PROPOSAL_STATES } from '../../../matching/decisions.ts';
import { REFUND_STATES } from '../refund-proposals.ts';
import {
  amount,
  askedAmount,
  currency,
  instant,
  message,
  named,
  reason,
  reference,
  standing,
  text,
  time,
} from './basic.ts';

/** A key and a subject of 256 characters each, of three bytes, in base64. */
const CASE_ID_MAX = 2_400;
const TEXT_MAX = 4_000;
/** What a person writes: kept apart from the ledger, and erasable. */
export const prose = z
  .string('expected a text')
  .min(1, 'expected a text that is not empty')
  .regex(/\S/, 'expected a text that is not blank')
  .max(TEXT_MAX, `expected at most ${TEXT_MAX} characters`);
export const sha256 = z
  .string('expected a hash')
  .regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits')
  .meta({ examples: ['9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'] });

export const caseName = z
  .string()
  .min(1)
  .max(CASE_ID_MAX)
  .meta({ examples: ['WyJTQy0xMDQyIiwicGF5bWVudCIsIkFNT1VOVF9VTkRFUiIsIiJd'] });

export const CaseParams = z.strictObject({ id: caseName });
export const ProposalParams = z.strictObject({
  id: z
    .string()
    .max(CASE_ID_MAX + 65)
    .regex(/^[\w-]+\.[0-9a-f]{64}$/, 'expected the id of a proposal')
    .meta({ examples: [`WyJTQy0xMDQyIiwicGF5bWVudCIsIkFNT1VOVF9VTkRFUiIsIiJd.${'9f86d081'.repeat(8)}`] }),
});

export const AssignmentRequest = named(
  'AssignmentRequest',
  z.strictObject({
    /** The id of a person or a team. */
    owner: text
      .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'expected the id of a person or a team')
      .nullable()
      .default(null),
    due_at: time.nullable().default(null),
    waiting_on: z.enum(WAITING_ON).nullable().default(null),
  }),
);

export const NoteRequest = named(
  'NoteRequest',
  z.strictObject({
    text: prose,
    /** The hashes of files that the same person sent. */
    attachments: z.array(sha256).max(10, 'expected at most 10 files').default([]),
  }),
);

export const ProposalRequest = named(
  'ProposalRequest',
  z.strictObject({
    /** The fingerprint of the finding as it was read. */
    finding: sha256,
    kind: z.enum(RESOLUTION_KINDS),
    cause: z.enum(CAUSES),
    /** Of a write-off or a link exactly the difference, of a refund at most; left out, it is that. */
    amount: askedAmount.optional(),
    currency: currency.optional(),
    /** Of a link: the orders that the money was paid for. The amounts come to the difference; of one it is that. */
    to: z
      .array(z.strictObject({ reference, amount: askedAmount.optional() }))
      .min(1, 'expected an order')
      .max(LINK_TARGETS_MAX, `expected at most ${LINK_TARGETS_MAX} orders`)
      .optional(),
    text: prose.optional(),
  }),
);

/** The content is the hash of what was read. */
export const AnswerRequest = named('AnswerRequest', z.strictObject({ content: sha256, text: prose.optional() }));

export const Actor = z.strictObject({
  person: z.string(),
  via: z.enum(DECISION_VIAS),
  at: instant,
  text: sha256.nullable(),
});

/** Of a proposal that waits for nobody any more: its case is gone. */
export const SETTLED = 'settled_by_evidence';

export const Proposal = named(
  'Proposal',
  z.strictObject({
    id: z.string(),
    case: z.string(),
    /** What an approval names: the hash of the proposal's content. */
    content: sha256,
    /** `settled_by_evidence`: evidence ended the case before anybody answered the proposal; of a refund also later. */
    state: z.enum([...PROPOSAL_STATES, SETTLED]),
    needs_approval: z.boolean(),
    kind: z.enum(RESOLUTION_KINDS),
    cause: z.enum(CAUSES),
    finding: sha256,
    amount: amount.nullable(),
    currency: currency.nullable(),
    /** Of a link: the orders that the money was paid for, with their merchants when it was proposed. */
    to: z.array(z.strictObject({ reference: z.string(), merchant: z.string(), amount })).optional(),
    /** Of a refund: what became of it; null where this service knows nothing of it. */
    refund: z
      .strictObject({
        state: z.enum(REFUND_STATES),
        /** Why it failed, or why nobody knows whether it was sent: a HESABU_* code. */
        code: z.string().nullable(),
        /** Since when it is so. */
        at: instant,
        /** How one that was sent ended, by evidence; null where nothing says it, or not yet. */
        outcome: z.enum(['succeeded', 'failed']).nullable(),
      })
      .nullable()
      .optional(),
    by: Actor,
    approved: Actor.nullable(),
    rejected: Actor.nullable(),
  }),
);

const Stand = z.strictObject({
  standing,
  stages: z.partialRecord(z.enum(STAGES), standing),
  /** Of an order, in its currency. */
  order_amount: amount.nullable(),
  currency: z.string().nullable(),
  /** What counts here: what was paid and not returned, without what is linked away, with what is linked to it. */
  counted: z.string().nullable(),
  /** What the order still needs; below zero where it has too much. */
  left: z.string().nullable(),
  findings: z.array(
    z.strictObject({
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
    }),
  ),
});

/** What a key comes to before and after. */
export const TriedKey = named('TriedKey', z.strictObject({ key: z.string(), before: Stand, after: Stand }));

export const Trial = named(
  'Trial',
  z.strictObject({
    /** Of the proposal once it is made: whether it would wait for a second person. */
    state: z.enum(PROPOSAL_STATES),
    needs_approval: z.boolean(),
    /** Once it holds: first of the key that it is about. */
    keys: z.array(TriedKey),
  }),
);

export const Taken = named(
  'DecisionTaken',
  z.strictObject({ id: z.string(), case: z.string(), at: instant, by: z.string() }),
);
