// The routes of notices: a test of a channel, which shows the other side's own words, and what a person wants by mail.

import { z } from 'zod';
import { HesabuError } from '../../../domain/errors.ts';
import { PERSON_ROLES } from '../../access/person.ts';
import { NoticePreferencesForm } from '../../notice-port.ts';
import { type Call, json, type Route, route } from '../route.ts';
import { named, text } from '../schemas/basic.ts';

const TestRequest = named(
  'NoticeTestRequest',
  z.union([
    z.strictObject({ channel: text }),
    /** To the own address of the person who asks. */
    z.strictObject({ mail: z.literal(true) }),
  ]),
);
const Tested = named('NoticeTested', z.strictObject({ taken: z.boolean(), words: z.string() }));
const Preferences = named('NoticePreferences', NoticePreferencesForm);

export const NOTICE_ROUTES: readonly Route[] = [
  route({
    method: 'POST',
    url: '/v1/notify/test',
    summary: "Send a test to a channel, and see the other side's own words",
    roles: ['admin'],
    people: ['admin'],
    scope: 'organisation',
    body: TestRequest,
    example: { channel: 'finance' },
    answers: { 200: json('What it was answered', Tested) },
    handle: async (call) => {
      const { body, parts } = call;
      const target = 'channel' in body ? body : { person: personOf(call) };
      return { status: 200, body: await parts.notices.test(target) };
    },
  }),
  route({
    method: 'GET',
    url: '/v1/me/notices',
    summary: 'What the person who asks wants by mail',
    roles: [],
    people: PERSON_ROLES,
    scope: 'all',
    answers: { 200: json('The wishes', Preferences) },
    handle: async (call) => ({ status: 200, body: call.parts.notices.preferencesOf(personOf(call)) }),
  }),
  route({
    method: 'POST',
    url: '/v1/me/notices',
    summary: 'Say what one wants by mail',
    roles: [],
    people: PERSON_ROLES,
    scope: 'all',
    body: Preferences,
    example: { mail: 'digest', detail: 'reference' },
    answers: { 200: json('The wishes from now on', Preferences) },
    handle: async (call) => {
      call.parts.notices.setPreferences(personOf(call), call.body);
      return { status: 200, body: call.body };
    },
  }),
];

/** Throws HESABU_UNAUTHORISED for a key of nobody. */
function personOf({ parts, caller }: Pick<Call, 'parts' | 'caller'>): string {
  if (caller.signedIn !== null) return caller.signedIn.person;
  if (caller.person === null) throw new HesabuError('HESABU_UNAUTHORISED');
  return parts.people.idOf(caller.person);
}
