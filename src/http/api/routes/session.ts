// The routes by which people sign in and out, take an invite, and see who they are.

import type { z } from 'zod';
import { HesabuError } from '../../../domain/errors.ts';
import { tokenHeader } from '../../access/caller.ts';
import { PERSON_ROLES, type Person } from '../../access/person.ts';
import { meView, newSession, noteSignIn } from '../new-session.ts';
import { type Answer, type Call, json, type Route, route } from '../route.ts';
import { InviteOpened, InviteRequest, Me, NewPassword, SignedOut, SignInRequest } from '../schemas/people.ts';

export const SESSION_ROUTES: readonly Route[] = [
  route({
    method: 'POST',
    url: '/v1/session',
    summary: 'Sign in',
    description:
      'By a name or mail address, the password and, for approvers and admins, a code, which counts once. What of it ' +
      'is wrong is not said. The answer has the cookie of a new session.',
    roles: 'public',
    scope: 'all',
    body: SignInRequest,
    example: { name: 'asha@example.com', password: 'a long sentence of hers', code: '123456' },
    answers: { 201: json('The person, who is signed in', Me) },
    handle: trySignIn,
  }),
  route({
    method: 'DELETE',
    url: '/v1/session',
    summary: 'Sign out',
    roles: 'public',
    scope: 'all',
    answers: { 200: json('The session has ended, if there was one', SignedOut) },
    handle: async ({ parts, token }) => {
      if (token !== null) parts.sessions.end(token);
      return { status: 200, body: {}, headers: tokenHeader(parts, null) };
    },
  }),
  route({
    method: 'POST',
    url: '/v1/session/invite',
    summary: 'Take an invite: see whose it is, and set the password',
    description:
      'Without a password, the answer has what an authenticator app needs, for approvers and admins. With a ' +
      'password, and a code of that app, the person is signed in, and the invite is used up.',
    roles: 'public',
    scope: 'all',
    body: InviteRequest,
    example: { invite: 'hsi_0f3a9c51be77_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', password: 'a long sentence of hers' },
    answers: { 200: json('Whose invite it is', InviteOpened), 201: json('The person, who is signed in', Me) },
    handle: takeInvite,
  }),
  route({
    method: 'GET',
    url: '/v1/me',
    summary: 'Who is signed in, with what roles, and until when',
    roles: [],
    people: PERSON_ROLES,
    scope: 'all',
    answers: { 200: json('The person', Me) },
    handle: async (call) => {
      const { person, endsAt } = personOf(call);
      return { status: 200, body: meView(person, endsAt) };
    },
  }),
  route({
    method: 'POST',
    url: '/v1/me/password',
    summary: 'Change the password; all sessions of the person end, and a new one begins',
    roles: [],
    people: PERSON_ROLES,
    scope: 'all',
    isSecret: true,
    body: NewPassword,
    example: { password: 'a long sentence of hers', new_password: 'another long sentence' },
    answers: { 200: json('The person, who is signed in', Me) },
    handle: async (call) => {
      const { password, new_password: next } = call.body;
      const person = await call.parts.signIn.change(personOf(call).person, { password, next }, call.address);
      return { status: 200, ...newSession(call, person) };
    },
  }),
];

type SignInCall = Call<unknown, unknown, z.output<typeof SignInRequest>>;

/** The trail has who was named, if it is anybody, and never what was typed: it may be a password. */
async function trySignIn(call: SignInCall): Promise<Answer> {
  const { body, address, parts } = call;
  const { signIn, people } = parts;
  const person = await signIn.signIn(body, address).catch(async (error: Error) => {
    const isRefused = error instanceof HesabuError && error.code === 'HESABU_SIGN_IN_REFUSED';
    const leftOut = isRefused ? signIn.refused.take(address) : null;
    const more = leftOut === 0 ? '' : JSON.stringify({ left_out: leftOut });
    if (leftOut !== null) await noteSignIn(call, people.named(body.name) ?? null, error, more);
    throw error;
  });
  return signedIn(call, person);
}

async function takeInvite(call: Call<unknown, unknown, z.output<typeof InviteRequest>>): Promise<Answer> {
  const { parts, body } = call;
  const { invite, password, code } = body;
  if (password !== undefined) return signedIn(call, await parts.signIn.accept({ invite, password, code }));
  const { person, totp } = parts.signIn.open(invite);
  return { status: 200, body: { name: person.name, language: person.language, totp } };
}

async function signedIn(call: Call, person: Person): Promise<Answer> {
  await noteSignIn(call, person, null);
  return { status: 201, ...newSession(call, person) };
}

/** Who asks. Throws HESABU_UNAUTHORISED. */
function personOf({ parts, caller: { signedIn: session } }: Call): { person: Person; endsAt: number } {
  const person = parts.people.get(session?.person ?? '');
  if (session === null || person === undefined) throw new HesabuError('HESABU_UNAUTHORISED');
  return { person, endsAt: session.endsAt };
}
