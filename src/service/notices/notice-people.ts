// Whom a notice concerns: people by their id, and those with a role for a merchant.

import { ALL_MERCHANTS } from '../../http/access/api-key.ts';
import type { PeopleStore } from '../../http/access/people-store.ts';
import type { Person, PersonRole } from '../../http/access/person.ts';

export class NoticePeople {
  private readonly store: Pick<PeopleStore, 'list' | 'get' | 'idOf'>;

  constructor(store: Pick<PeopleStore, 'list' | 'get' | 'idOf'>) {
    this.store = store;
  }

  /** Everybody who was not disabled. */
  live(): readonly Person[] {
    return this.store.list().filter(({ disabled_at }) => disabled_at === null);
  }

  /** Nobody for a team, or for an id that nobody has. */
  named(id: string | null): readonly Person[] {
    const person = id === null ? undefined : this.store.get(this.store.idOf(id));
    return person === undefined || person.disabled_at !== null ? [] : [person];
  }

  /** The merchants for which somebody has the role, by name. */
  merchantsWith(role: PersonRole): readonly string[] {
    const grants = this.live().flatMap((person) => person.grants.filter((grant) => grant.role === role));
    return [...new Set(grants.map(({ merchant }) => merchant))].sort();
  }

  /** Those who have the role for the merchant; of `*`, for all merchants. */
  with(role: PersonRole, merchant: string): readonly Person[] {
    return this.live().filter(({ grants }) =>
      grants.some((grant) => grant.role === role && (grant.merchant === ALL_MERCHANTS || grant.merchant === merchant)),
    );
  }
}
