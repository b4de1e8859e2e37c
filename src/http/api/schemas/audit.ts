// The audit trail.

import { z } from 'zod';
import { ROLES } from '../../access/api-key.ts';
import { SERVICE_ROLE } from '../call-trail.ts';
import { instant, named } from './basic.ts';

const AuditedCall = named(
  'AuditedCall',
  z.strictObject({
    /** It is also the id of the archived exchange. */
    request_id: z.string(),
    at: instant,
    /** The id of the API key, whose it is, and what it may do; `service` where it asks a gateway by itself. */
    key: z.string(),
    person: z.string().nullable(),
    role: z.enum([...ROLES, SERVICE_ROLE]),
    /** The client's address. */
    address: z.string(),
    route: z.string(),
    /** References and ids that it is about. */
    names: z.array(z.string()),
    /** What was asked, redacted and shortened. */
    query: z.string(),
    body: z.string(),
    outcome: z
      .strictObject({
        at: instant,
        status: z.int(),
        code: z.string().nullable(),
        /** Whether the answer is the one to an earlier request under the same Idempotency-Key. */
        replayed: z.boolean(),
      })
      .nullable(),
  }),
);

export const Audit = named(
  'Audit',
  z.strictObject({
    calls: z.array(AuditedCall),
    /** The cursor of the next, older page; null on the last one. */
    next: z.string().nullable(),
  }),
);
