// Who decides: the person behind a request, with the roles that he has for a merchant. This alone goes into a fact.

import { DECIDER_ROLES, type Decider, type DeciderRole, keyOfNobody } from '../../domain/decision.ts';
import type { Caller } from './caller.ts';
import type { PeopleStore } from './people-store.ts';

/**
 * A key of the API may assign, note and propose; only a person who is signed in approves. A key that names a person
 * speaks as that person, so that nobody approves what his own key proposed.
 */
export function deciderOf(people: Pick<PeopleStore, 'get' | 'idOf'>, caller: Caller, merchant: string): Decider {
  const { id, role, person, signedIn } = caller;
  if (signedIn === null) {
    const known = person === null ? undefined : people.get(people.idOf(person));
    return { person: known?.id ?? keyOfNobody(id), roles: DECIDER_ROLES.filter((one) => one === role), via: 'api' };
  }
  const roles: readonly string[] = signedIn.rolesAt(merchant);
  return { person: signedIn.person, roles: DECIDER_ROLES.filter((one) => roles.includes(one)), via: 'desk' };
}

/**
 * The roles that somebody has for each of several merchants. An approver may do what an operator may: who is the one
 * here and the other there is an operator for all of them, and approves nothing.
 */
export function commonRoles(ofEach: readonly (readonly DeciderRole[])[]): readonly DeciderRole[] {
  const common = DECIDER_ROLES.filter((role) => ofEach.every((roles) => roles.includes(role)));
  return common.length === 0 && ofEach.every((roles) => roles.length > 0) ? ['operator'] : common;
}
