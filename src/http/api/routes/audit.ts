// The route of the audit trail: who asked for what, and what became of it.

import { z } from 'zod';
import { Redactor } from '../../../archive/privacy/redactor.ts';
import { HesabuError } from '../../../domain/errors.ts';
import { quoted } from '../../../domain/quotation.ts';
import { formatInstant, type Instant, parseInstant } from '../../../domain/time.ts';
import { readPerson } from '../../access/api-key.ts';
import { CALL_ENDS, CALL_KIND_NAMES } from '../call-kinds.ts';
import { isForgottenName, type TrailCursor, type TrailEntry, trailName } from '../call-trail.ts';
import { type Answer, type Call, json, type Route, route } from '../route.ts';
import { Audit } from '../schemas/audit.ts';
import { count, text, time } from '../schemas/basic.ts';

const CURSOR = /^(\d{1,15})-(\d{1,15})$/;

const AuditQuery = z.strictObject({
  /** The id of an API key. */
  key: text.optional(),
  person: text.optional(),
  /** Any name in the request or its outcome: a reference, an id of the network, an approval, the name of a file. */
  reference: text.optional(),
  /** The id of the request, which is also that of its archived exchange. */
  request: text.optional(),
  /**
   * What signed-in people read, or what may change something; of these the decisions on cases and days, the files that
   * went out, and the ways in and out. All of them if absent.
   */
  what: z.enum(CALL_KIND_NAMES).optional(),
  /** What was done, or what was refused or failed. */
  outcome: z.enum(CALL_ENDS).optional(),
  since: time.optional(),
  /** Exclusive. */
  until: time.optional(),
  /** The cursor of the next page. */
  after: text.meta({ pattern: CURSOR.source }).optional(),
  limit: count(1, 1_000, 100),
});

export const AUDIT_ROUTE: Route = route({
  method: 'GET',
  url: '/v1/audit',
  summary: 'Who asked for what, and who read what, the newest first',
  description:
    'Each request that may move or tell money is there before anything is done for it, also if it is refused; and ' +
    'each that a signed-in person reads by, once in a quarter of an hour. An outcome that is null is not known: ' +
    'the request is running, or the service ended before its end.',
  roles: ['auditor', 'admin'],
  people: ['auditor', 'admin'],
  scope: 'organisation',
  query: AuditQuery,
  answers: { 200: json('A page of the audit trail', Audit) },
  handle: showTrail,
});

async function showTrail({ parts, query }: Call<unknown, z.output<typeof AuditQuery>>): Promise<Answer> {
  const { key, person, reference, request, what, outcome, since, until, after, limit } = query;
  const name = reference === undefined ? undefined : trailName(new Redactor(parts.pseudonym), reference);
  if (name !== undefined && isForgottenName(name)) return { status: 200, body: { calls: [], next: null } };
  const found = parts.tables.trail.find({
    ...{ key, request, what, end: outcome, since: instantOf(since), until: instantOf(until) },
    person: person === undefined ? undefined : (readPerson(person) ?? person),
    reference: name,
    after: after === undefined ? undefined : cursorOf(after),
    limit: limit + 1,
  });
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  const next = found.length > limit && last !== undefined ? `${last.at}-${last.id}` : null;
  return { status: 200, body: { calls: shown.map(entryView), next } };
}

/** Throws HESABU_CURSOR_INVALID. */
function cursorOf(written: string): TrailCursor {
  const [, at, id] = CURSOR.exec(written) ?? [];
  if (at !== undefined && id !== undefined) return { at: Number(at), id: Number(id) };
  throw new HesabuError('HESABU_CURSOR_INVALID', { where: 'query.after', found: quoted(written) });
}

function instantOf(written: string | undefined): Instant | undefined {
  return written === undefined ? undefined : parseInstant(written);
}

/** An entry as it is shown. */
export function entryView({ id: _, request, at, names, outcome, ...call }: TrailEntry): object {
  return {
    ...{ request_id: request, at: formatInstant(at), ...call, names: [...names, ...(outcome?.names ?? [])] },
    outcome:
      outcome === null
        ? null
        : {
            ...{ at: formatInstant(outcome.at), status: outcome.status },
            ...{ code: outcome.code, replayed: outcome.replayed },
          },
  };
}
