// The people of the simulated shop, by their roles and in both languages.

import type { Language } from '../../domain/language.ts';
import type { Instant } from '../../domain/time.ts';
import { PeopleStore } from '../../http/access/people-store.ts';
import type { PersonRole } from '../../http/access/person.ts';

export const DEMO_ROLES = ['operator', 'approver', 'auditor'] as const satisfies readonly PersonRole[];
export type DemoRole = (typeof DEMO_ROLES)[number];

/** The first of each role signs in at the page of `demo --desk`. */
const NAMES: Readonly<Record<Language, Readonly<Record<DemoRole, readonly string[]>>>> = {
  en: { operator: ['Operator A', 'Operator D'], approver: ['Approver B', 'Approver E'], auditor: ['Auditor C'] },
  'zh-CN': { operator: ['经办A', '经办D'], approver: ['复核B', '复核E'], auditor: ['审计C'] },
};

export interface Invited {
  readonly id: string;
  readonly role: DemoRole;
  readonly name: string;
  readonly invite: string;
}

/** All of a role, each with a new invite, as an admin would give it. Who was there before stays the same person. */
export function invitePeople(ledger: string, role: DemoRole, lang: Language, now: Instant): Invited[] {
  const store = new PeopleStore(ledger);
  return NAMES[lang][role].map((name) => {
    const known = store.named(name);
    const grants = [{ role, merchant: '*' }];
    const request = { name, mail: null, language: 'zh-CN', zone: 'Africa/Nairobi', grants } as const;
    const { person, invite } = known === undefined ? store.create(request, now) : store.invite(known.id, now);
    return { id: person.id, role, name, invite: invite! };
  });
}
