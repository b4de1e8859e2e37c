// What the page for people needs besides its lists: the ledger's time, the zone of its days, from which amount on two
// persons decide, and whose the ids of people are.

import { formatInstant } from '../../../domain/time.ts';
import { alwaysOn, thresholdsOn } from '../../../matching/review.ts';
import { hasAllMerchants } from '../../access/api-key.ts';
import type { Caller } from '../../access/caller.ts';
import { PERSON_ROLES, type Person } from '../../access/person.ts';
import { json, type Route, route } from '../route.ts';
import { Desk } from '../schemas/people.ts';

export const DESK_ROUTE: Route = route({
  method: 'GET',
  url: '/v1/desk',
  summary: "The ledger's time and zone, the thresholds of review, and the names of those one works with",
  description: 'Of people, those who have a role for a merchant of the caller; what they decided has their id alone.',
  roles: [],
  people: PERSON_ROLES,
  scope: 'merchant',
  answers: { 200: json('What the page shows everywhere', Desk) },
  handle: async ({ parts, caller }) => {
    const { loop, reader } = parts.ledger;
    const people = parts.people.list().filter((person) => isNear(caller, person));
    const body = {
      ...{ as_of: formatInstant(reader.asOf), now: formatInstant(parts.clock.now()) },
      ...{ zone: loop.rules.zone },
      ...{ thresholds: thresholdsOn(loop.rules), always: alwaysOn(loop.rules) },
      people: people.map(({ id, name, grants, disabled_at }) => {
        const roles = PERSON_ROLES.filter((role) => grants.some((grant) => grant.role === role));
        return { id, name, roles, disabled: disabled_at !== null };
      }),
    };
    return { status: 200, body };
  },
});

/** Whether a person has a role where the caller has one. */
function isNear({ signedIn, ...caller }: Caller, { id, grants }: Person): boolean {
  if (hasAllMerchants(caller) || id === signedIn?.person) return true;
  return grants.some(({ merchant }) => merchant === '*' || caller.merchants.includes(merchant));
}
