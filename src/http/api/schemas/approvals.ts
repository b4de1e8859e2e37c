// Requests that wait for a second person.

import { z } from 'zod';
import { FILE_KINDS } from '../../../producers/formats/format.ts';
import { APPROVAL_STATUSES } from '../approvals.ts';
import { amount, currency, instant, named, text } from './basic.ts';

const Actor = z.strictObject({ key: z.string(), person: z.string().nullable() });

export const Approval = named(
  'Approval',
  z.strictObject({
    id: z.string(),
    kind: z.enum(['refund', 'import']),
    /** `approved`: its effect is not known yet; approve it again to ask again. `failed`: it had no effect. */
    status: z.enum(APPROVAL_STATUSES),
    /** Empty for a file, which may be about many. */
    merchant: z.string(),
    refund: z
      .strictObject({
        transaction_reference: z.string(),
        payment: z.string(),
        amount,
        currency,
        reason: z.string().nullable(),
      })
      .nullable(),
    import: z
      .strictObject({
        kind: z.enum(FILE_KINDS),
        name: z.string(),
        provider: z.string(),
        account: z.string().nullable(),
        expect: z.string().nullable(),
        has_mapping: z.boolean(),
        mapping_name: z.string().nullable(),
        bytes: z.int(),
        sha256: z.string(),
      })
      .nullable(),
    asked_at: instant,
    asked_by: Actor,
    expires_at: instant,
    decided_at: instant.nullable(),
    decided_by: Actor.nullable(),
    why: z.string().nullable(),
    /** The gateway's id of the refund, the number of the import, or the code of the error. */
    result: z.string().nullable(),
  }),
);

export const ApprovalList = named(
  'Approvals',
  z.strictObject({
    approvals: z.array(Approval),
    /** The `after` of the next, older page; null on the last one. */
    next: z.string().nullable(),
  }),
);

export const DecisionRequest = named(
  'DecisionRequest',
  z.strictObject({ decision: z.enum(['approve', 'refuse']), why: text.optional() }),
);

/** From an answer that says that something waits. */
export const APPROVAL_LINKS = {
  approval: { to: 'GET /v1/approvals/:id', by: { id: '$response.body#/id' } },
  decision: { to: 'POST /v1/approvals/:id', by: { id: '$response.body#/id' } },
};
