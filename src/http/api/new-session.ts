// What every way to sign in ends with: a session of a browser, and a record of it in the audit trail.

import { HesabuError } from '../../domain/errors.ts';
import { formatInstant } from '../../domain/time.ts';
import { tokenHeader } from '../access/caller.ts';
import { type Person, signInWay } from '../access/person.ts';
import { problemOf } from '../problem.ts';
import type { Answer, Call } from './route.ts';

/** The person whose session it is, and the header that gives the browser its token. */
interface NewSession extends Pick<Answer, 'body'> {
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Whatever the browser had before ends, and nobody else knows the new token. Throws HESABU_SIGN_IN_REFUSED for a person
 * who was disabled or reset meanwhile.
 */
export function newSession({ parts, token: before }: Call, person: Person): NewSession {
  if (before !== null) parts.sessions.end(before);
  const token = parts.sessions.start(person);
  const session = parts.sessions.find(token, false);
  if (session === undefined) throw new HesabuError('HESABU_SIGN_IN_REFUSED');
  return { body: meView(person, session.endsAt), headers: tokenHeader(parts, token) };
}

/**
 * Resolves when the trail has it on the disk: who was let in, or by `fault` was not. It is a change, also where a
 * browser came back by a GET, so it stands under the route by which the sign-in began. `body` is what is said of it.
 */
export async function noteSignIn(call: Call, person: Person | null, fault: Error | null, body = ''): Promise<void> {
  const { parts, names } = call;
  if (person !== null) names.push(person.id);
  const now = parts.clock.now();
  const known = person === null ? [] : [person.id];
  const [role = 'auditor'] = person?.grants.map((grant) => grant.role) ?? [];
  const refused = fault === null ? null : problemOf(fault, call.exchange, call.route, now);
  await parts.tables.trail.asked(
    {
      ...{ request: call.exchange, at: now, key: person === null ? '' : `person:${person.id}`, role },
      ...{ person: person?.id ?? null, address: call.address, route: call.route.replace(/^GET /, 'POST ') },
      ...{ names: known, query: '', body },
    },
    {
      ...{ at: now, status: refused?.status ?? 201, code: refused?.body.code ?? null, replayed: false },
      names: known,
    },
  );
}

export function meView(person: Person, endsAt: number): object {
  const { id, name, mail, language, zone, grants } = person;
  const about = { id, name, mail, language, zone };
  return {
    ...{ person: about, roles: grants, sign_in: signInWay(person) ?? 'password' },
    session_ends_at: formatInstant(endsAt),
  };
}
