// The people of a data directory: DIR/keys/people.json, which only its owner may read. Commands and the service write
// it, and the service reads it again after a change: who is disabled, or has other roles, is signed out at once.

import { z } from 'zod';
import { isZone } from '../../domain/calendar.ts';
import { HesabuError } from '../../domain/errors.ts';
import { LANGUAGES } from '../../domain/language.ts';
import type { Instant } from '../../domain/time.ts';
import { KeyFile } from './key-file.ts';
import {
  checkedGrants,
  foldedName,
  type Grant,
  isInvite,
  makeInvite,
  makePerson,
  needsCode,
  PERSON_ROLES,
  type Person,
  type PersonRequest,
  personOfLogin,
  splitInvite,
} from './person.ts';

const FILE = z.strictObject({
  people: z.array(
    z.strictObject({
      id: z.string().regex(/^p-[0-9a-f]{12}$/),
      name: z.string().min(1),
      mail: z.string().nullable(),
      language: z.enum(LANGUAGES),
      zone: z.string().refine(isZone),
      grants: z.array(z.strictObject({ role: z.enum(PERSON_ROLES), merchant: z.string().min(1) })),
      created_at: z.int(),
      disabled_at: z.int().nullable(),
      password: z.string().nullable(),
      totp: z.string().nullable(),
      login: z.strictObject({ issuer: z.string(), subject: z.string() }).nullable().default(null),
      invite: z
        .strictObject({
          hash: z.string().regex(/^[0-9a-f]{64}$/),
          expires_at: z.int(),
          totp: z.string().nullable(),
        })
        .nullable(),
      version: z.int(),
    }),
  ),
});

/** A person after a change, and the text of a new invite, if the change needs one. */
export interface ChangedPerson {
  readonly person: Person;
  readonly invite: string | null;
}

export class PeopleStore {
  private readonly file: KeyFile<{ readonly people: readonly Person[] }>;
  private known: readonly Person[] | undefined;
  private byId: ReadonlyMap<string, Person> = new Map();

  constructor(dir: string) {
    this.file = new KeyFile(dir, {
      name: 'people.json',
      schema: FILE,
      empty: { people: [] },
      title: 'the file of people',
      remedy: 'Restore the file from a backup, or remove it and create the people anew.',
    });
  }

  /** All people, including disabled ones, in the order of their creation. */
  list(): readonly Person[] {
    return this.file.read().people;
  }

  get(id: string): Person | undefined {
    const people = this.list();
    if (people !== this.known) {
      this.known = people;
      this.byId = new Map(people.map((person) => [person.id, person]));
    }
    return this.byId.get(id);
  }

  /** Who signs in with a name or a mail address. */
  named(text: string): Person | undefined {
    return named(this.list(), text);
  }

  /** The id of the person whose id, name or mail address this is; of nobody's, the text in one form. */
  idOf(text: string): string {
    const folded = foldedName(text);
    return this.get(folded)?.id ?? named(this.list(), text)?.id ?? folded;
  }

  /** Whose invite it is, if it counts. */
  invited(text: string, now: Instant): Person | undefined {
    const given = splitInvite(text);
    const person = given === undefined ? undefined : this.get(given.id);
    return person !== undefined && given !== undefined && isInvite(person, given.secret, now) ? person : undefined;
  }

  /** With an invite, whose text is never shown again. Throws HESABU_PERSON_EXISTS and HESABU_ROLES_CONFLICT. */
  create(request: PersonRequest, now: Instant): ChangedPerson {
    const made = makePerson(request, now);
    const { invite, text } = makeInvite(made.id, now);
    const person = { ...made, invite };
    this.file.change(({ people }) => {
      for (const name of [person.name, person.mail]) {
        const other = name === null ? undefined : named(people, name);
        if (other !== undefined) {
          throw new HesabuError('HESABU_PERSON_EXISTS', { where: other.id, expected: 'another name', found: name! });
        }
      }
      return { people: [...people, person] };
    });
    return { person, invite: text };
  }

  /** Disabling twice changes nothing. Throws HESABU_PERSON_UNKNOWN. */
  disable(id: string, now: Instant): Person {
    return this.changed(id, (person) =>
      person.disabled_at === null ? { ...person, disabled_at: now, invite: null, version: person.version + 1 } : person,
    );
  }

  /**
   * The person has these roles, and no others. With an invite if they ask for a second factor that is not there yet;
   * of who signs in at the issuer, that is asked for at each sign-in. Throws HESABU_PERSON_UNKNOWN and
   * HESABU_ROLES_CONFLICT.
   */
  grant(id: string, grants: readonly Grant[], now: Instant): ChangedPerson {
    const checked = checkedGrants(grants);
    const person = this.changed(id, (before) => ({ ...before, grants: checked, version: before.version + 1 }));
    const { totp, login, disabled_at } = person;
    const isEnough = !needsCode(person) || totp !== null || login !== null || disabled_at !== null;
    return isEnough ? { person, invite: null } : this.invite(id, now);
  }

  /** Takes every way to sign in away, and gives an invite. Throws HESABU_PERSON_UNKNOWN. */
  invite(id: string, now: Instant): ChangedPerson {
    const { invite, text } = makeInvite(id, now);
    const person = this.changed(id, (before) => {
      if (before.disabled_at !== null) throw unknown(id);
      return { ...before, password: null, totp: null, login: null, invite, version: before.version + 1 };
    });
    return { person, invite: text };
  }

  /** Undefined if the person's access was changed since. */
  setPassword({ id, version }: Person, password: string): Person | undefined {
    let isSame = false;
    const person = this.changed(id, (before) => {
      isSame = before.version === version && before.disabled_at === null;
      return isSame ? { ...before, password, version: version + 1 } : before;
    });
    return isSame ? person : undefined;
  }

  /** Keeps the secret of the second factor that an invited person is shown; gives the one that was shown before. */
  offerTotp(id: string, secret: string): string {
    const known = this.get(id)?.invite?.totp;
    if (known !== undefined && known !== null) return known;
    const { invite } = this.changed(id, (person) => {
      const before = person.invite;
      return before === null ? person : { ...person, invite: { ...before, totp: before.totp ?? secret } };
    });
    return invite?.totp ?? secret;
  }

  /**
   * Uses up an invite: from now on the person signs in that way. Undefined if the invite no longer counts, or shows
   * another second factor. Throws HESABU_LOGIN_TAKEN.
   */
  accept(text: string, way: Pick<Person, 'password' | 'totp' | 'login'>, now: Instant): Person | undefined {
    const given = splitInvite(text);
    if (given === undefined) return undefined;
    let isAccepted = false;
    const person = this.changed(given.id, (before, people) => {
      const isShown = way.login !== null || before.invite?.totp === way.totp;
      isAccepted = isInvite(before, given.secret, now) && isShown;
      if (!isAccepted) return before;
      const other = way.login === null ? undefined : personOfLogin(people, way.login);
      if (other !== undefined && other.id !== before.id) throw new HesabuError('HESABU_LOGIN_TAKEN');
      return { ...before, ...way, invite: null, version: before.version + 1 };
    });
    return isAccepted ? person : undefined;
  }

  private changed(id: string, change: (person: Person, people: readonly Person[]) => Person): Person {
    let changed: Person | undefined;
    this.file.change(({ people }) => {
      const known = people.find((person) => person.id === id);
      if (known === undefined) throw unknown(id);
      changed = change(known, people);
      return { people: people.map((person) => (person.id === id ? changed! : person)) };
    });
    return changed!;
  }
}

/** Who signs in with a name or a mail address. Each belongs to one person who is not disabled. */
function named(people: readonly Person[], text: string): Person | undefined {
  const folded = foldedName(text);
  return people.find(
    ({ name, mail, disabled_at }) => disabled_at === null && (foldedName(name) === folded || mail === folded),
  );
}

function unknown(id: string): HesabuError {
  return new HesabuError('HESABU_PERSON_UNKNOWN', { where: id });
}
