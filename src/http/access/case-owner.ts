// Whether somebody may be given a case: a team, or a person who may see it and work it. Otherwise it would stand in
// nobody's queue, and nobody would be told.

import { isPersonId } from '../../domain/decision.ts';
import { ALL_MERCHANTS } from './api-key.ts';
import type { PeopleStore } from './people-store.ts';

export function mayOwn(people: Pick<PeopleStore, 'get'>, owner: string | null, merchant: string): boolean {
  if (owner === null || !isPersonId(owner)) return true;
  const person = people.get(owner);
  if (person === undefined || person.disabled_at !== null) return false;
  return person.grants.some((grant) => {
    const isWorker = grant.role === 'operator' || grant.role === 'approver';
    return isWorker && (grant.merchant === ALL_MERCHANTS || grant.merchant === merchant);
  });
}

export function ownerWanted(merchant: string): string {
  return `a team, or a person who works cases of ${merchant === '' ? 'all merchants' : merchant}`;
}
