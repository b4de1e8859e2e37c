// Sessions of people who are signed in. The browser has a random token, the service its hash; a session ends after
// twelve hours, after a while without a request, with a sign-out, and with each change of the person's access.

import { hash, randomBytes } from 'node:crypto';
import type { Instant } from '../../domain/time.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { PeopleStore } from './people-store.ts';
import type { Person } from './person.ts';

export interface StoredSession {
  /** SHA-256 of the token, hex. The token has 256 random bits, so a slow hash would add nothing. */
  readonly hash: string;
  readonly person: string;
  /** The person's version when it began. */
  readonly version: number;
  readonly made_at: Instant;
  readonly seen_at: Instant;
}

/** Sessions as a port: the service stores them in its database, so that a restart signs nobody out. */
export interface SessionTable {
  add(session: StoredSession): void;
  find(hash: string): StoredSession | undefined;
  seen(hash: string, at: Instant): void;
  remove(hash: string): void;
  /** Removes those that began before a time, or were not used since another one. */
  prune(madeBefore: Instant, seenBefore: Instant): void;
  /** Whether a period of the second factor is later than all that the person used; it is used from now on. */
  usePeriod(person: string, period: number): boolean;
}

export interface Session {
  readonly person: Person;
  readonly endsAt: Instant;
}

const SESSION_MILLIS = 12 * 3_600_000;
/** When a session was used last is written no more often than this. */
const SEEN_MILLIS = 60_000;
const TOKEN_BYTES = 32;

export class Sessions {
  private readonly table: SessionTable;
  private readonly people: Pick<PeopleStore, 'get'>;
  private readonly clock: Clock;
  private readonly idleMillis: () => number;

  constructor(table: SessionTable, people: Pick<PeopleStore, 'get'>, clock: Clock, idleMillis: () => number) {
    this.table = table;
    this.people = people;
    this.clock = clock;
    this.idleMillis = idleMillis;
  }

  /** Gives the token of a new session, which is stored nowhere. */
  start({ id, version }: Pick<Person, 'id' | 'version'>): string {
    const now = this.clock.now();
    this.table.prune(now - SESSION_MILLIS, now - this.idleMillis());
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    this.table.add({ hash: hashOf(token), person: id, version, made_at: now, seen_at: now });
    return token;
  }

  /** The session of a token, if it goes on. It goes on for longer if `isUse`: a request of the person's. */
  find(token: string, isUse: boolean): Session | undefined {
    const stored = this.table.find(hashOf(token));
    if (stored === undefined) return undefined;
    const now = this.clock.now();
    const person = this.people.get(stored.person);
    const endsAt = stored.made_at + SESSION_MILLIS;
    const isOver = now >= endsAt || now >= stored.seen_at + this.idleMillis();
    if (isOver || person === undefined || person.disabled_at !== null || person.version !== stored.version) {
      this.table.remove(stored.hash);
      return undefined;
    }
    if (isUse && now >= stored.seen_at + SEEN_MILLIS) this.table.seen(stored.hash, now);
    return { person, endsAt };
  }

  end(token: string): void {
    this.table.remove(hashOf(token));
  }
}

function hashOf(token: string): string {
  return hash('sha256', token, 'hex');
}
