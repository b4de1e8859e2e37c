// The routes by which admins manage people. What they change of others' access is in the audit trail and in the log;
// nobody changes their own.

import { z } from 'zod';
import { isZone } from '../../../domain/calendar.ts';
import { HesabuError } from '../../../domain/errors.ts';
import { quoted } from '../../../domain/quotation.ts';
import { formatInstant, type Instant } from '../../../domain/time.ts';
import type { ChangedPerson } from '../../access/people-store.ts';
import { type Person, personState, signInWay } from '../../access/person.ts';
import { type Answer, type Call, json, type Route, route } from '../route.ts';
import { text } from '../schemas/basic.ts';
import { ChangedPerson as Changed, NewPerson, NewRoles, People } from '../schemas/people.ts';

const IdParams = z.strictObject({ id: text.meta({ examples: ['p-0f3a9c51be77'] }) });
type IdCall = Call<z.output<typeof IdParams>>;

const ADMINS = { roles: [], people: ['admin'], scope: 'organisation' } as const;
const INVITED = json('The person, and the text of an invite, if there is one: it is never shown again', Changed);
const ROLES = [{ role: 'operator', merchant: 'savanna-crafts' } as const];

export const PEOPLE_ROUTES: readonly Route[] = [
  route({
    ...ADMINS,
    method: 'GET',
    url: '/v1/people',
    summary: 'All people with their roles, in the order in which they were created',
    answers: { 200: json('The people', People) },
    handle: async ({ parts }) => {
      const now = parts.clock.now();
      return { status: 200, body: { people: parts.people.list().map((person) => personView(person, now)) } };
    },
  }),
  route({
    ...ADMINS,
    method: 'POST',
    url: '/v1/people',
    summary: 'Create a person, with an invite',
    isSecret: true,
    body: NewPerson,
    example: { name: 'Asha Mushi', mail: 'asha@example.com', roles: ROLES },
    answers: { 201: INVITED },
    handle: async (call) => {
      const { roles: grants, ...request } = call.body;
      if (!isZone(request.zone)) {
        const expected = 'an IANA time zone such as Africa/Nairobi';
        throw new HesabuError('HESABU_FIELD_INVALID', { where: 'zone', expected, found: quoted(request.zone) });
      }
      const changed = call.parts.people.create({ ...request, grants }, call.parts.clock.now());
      return { ...answerOf(call, 'created', changed), status: 201 };
    },
  }),
  route({
    ...ADMINS,
    method: 'POST',
    url: '/v1/people/:id/roles',
    summary: 'Give a person these roles, and no others; their sessions end',
    isSecret: true,
    params: IdParams,
    body: NewRoles,
    example: { roles: ROLES },
    answers: { 200: INVITED },
    handle: async (call) => {
      const { parts, body } = call;
      return answerOf(call, 'roles', parts.people.grant(otherOf(call), body.roles, parts.clock.now()));
    },
  }),
  route({
    ...ADMINS,
    method: 'POST',
    url: '/v1/people/:id/reset',
    summary: 'Take every way to sign in of a person away, with a new invite; their sessions end',
    isSecret: true,
    params: IdParams,
    answers: { 200: INVITED },
    handle: async (call) => answerOf(call, 'reset', call.parts.people.invite(otherOf(call), call.parts.clock.now())),
  }),
  route({
    ...ADMINS,
    method: 'POST',
    url: '/v1/people/:id/disable',
    summary: 'Disable a person; their sessions end, and what they decided stays',
    params: IdParams,
    answers: { 200: json('The person', Changed) },
    handle: async (call) => {
      const person = call.parts.people.disable(otherOf(call), call.parts.clock.now());
      return answerOf(call, 'disabled', { person, invite: null });
    },
  }),
];

/** The person that is meant. Throws HESABU_FORBIDDEN if it is the one who asks. */
function otherOf({ params: { id }, caller }: IdCall): string {
  if (id !== caller.signedIn?.person) return id;
  throw new HesabuError('HESABU_FORBIDDEN', { where: id, expected: 'another admin', found: 'the person themself' });
}

function answerOf({ parts, caller, names }: Call, change: string, { person, invite }: ChangedPerson): Answer {
  const roles = person.grants.map(({ role, merchant }) => `${role}@${merchant}`);
  names.push(person.id);
  parts.logger.warn({ person: person.id, by: caller.person, change, roles }, "a person's access was changed");
  return { status: 200, body: { person: personView(person, parts.clock.now()), invite } };
}

function personView(person: Person, now: Instant): object {
  const { id, name, mail, language, zone, grants, created_at } = person;
  const about = { id, name, mail, language, zone, roles: grants };
  const state = { state: personState(person, now), sign_in: signInWay(person) };
  return { ...about, ...state, created_at: formatInstant(created_at) };
}
