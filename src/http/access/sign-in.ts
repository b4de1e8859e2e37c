// Signing in: a name or mail address, a password, and for some a code. Whatever is wrong of it, the answer is the same
// and takes as long.

import { HesabuError } from '../../domain/errors.ts';
import type { Clock } from '../../runtime/clock.ts';
import { demandStrong, Passwords } from './password.ts';
import type { PeopleStore } from './people-store.ts';
import { foldedName, needsCode, type Person } from './person.ts';
import { RefusedTries } from './refused-tries.ts';
import { newTotpSecret, totpPeriod, totpUri } from './second-factor.ts';
import type { SessionTable } from './sessions.ts';
import { SignInDelays } from './sign-in-delays.ts';

export interface Credentials {
  /** The name or the mail address. */
  readonly name: string;
  readonly password: string;
  readonly code?: string | undefined;
}

export interface AcceptedInvite {
  readonly invite: string;
  readonly password: string;
  readonly code?: string | undefined;
}

/** The password that counts, and the one that shall. */
export interface ChangedPassword {
  readonly password: string;
  readonly next: string;
}

/** What an invited person needs to know. */
export interface OpenedInvite {
  readonly person: Person;
  /** The secret of the second factor, and what an authenticator app reads; null where none is needed. */
  readonly totp: { readonly secret: string; readonly uri: string } | null;
}

/** Of nobody, so that a code of nobody takes as long as any other. */
const NOBODY_TOTP = newTotpSecret();

export class SignIn {
  /** Of the tries that were refused, those that the audit trail has. */
  readonly refused: RefusedTries;
  private readonly people: PeopleStore;
  private readonly table: Pick<SessionTable, 'usePeriod'>;
  private readonly clock: Clock;
  private readonly passwords: Passwords;
  private readonly delays: SignInDelays;

  constructor(people: PeopleStore, table: Pick<SessionTable, 'usePeriod'>, clock: Clock, passwords = new Passwords()) {
    this.people = people;
    this.table = table;
    this.clock = clock;
    this.passwords = passwords;
    this.delays = new SignInDelays(clock);
    this.refused = new RefusedTries(clock);
  }

  /** `address` is where it comes from. Throws HESABU_SIGN_IN_REFUSED, HESABU_RATE_LIMITED and HESABU_OVERLOADED. */
  async signIn({ name, password, code = '' }: Credentials, address: string): Promise<Person> {
    const named = this.people.named(name);
    const account = named?.id ?? foldedName(name);
    this.delays.begin(account, address);
    const isPassword = await this.passwords.isRight(named?.password ?? null, password);
    // While the password was compared, the person may have been disabled.
    const person = named === undefined ? undefined : this.people.get(named.id);
    const period = totpPeriod(person?.totp ?? NOBODY_TOTP, code, this.clock.now());
    if (person === undefined || person.version !== named?.version || !isPassword || !this.isCodeRight(person, period)) {
      throw new HesabuError('HESABU_SIGN_IN_REFUSED');
    }
    this.delays.succeeded(account, address);
    return person;
  }

  /** Shows an invited person the secret of the second factor, the same one each time. Throws HESABU_INVITE_INVALID. */
  open(invite: string): OpenedInvite {
    const person = this.people.invited(invite, this.clock.now());
    if (person === undefined) throw new HesabuError('HESABU_INVITE_INVALID');
    if (!needsCode(person)) return { person, totp: null };
    const secret = this.people.offerTotp(person.id, newTotpSecret());
    return { person, totp: { secret, uri: totpUri(secret, person.mail ?? person.name) } };
  }

  /** Sets the password, and the second factor where it is needed. Throws as `open` does, and HESABU_PASSWORD_WEAK. */
  async accept({ invite, password, code = '' }: AcceptedInvite): Promise<Person> {
    const { person, totp } = this.open(invite);
    demandStrong(password, person);
    const now = this.clock.now();
    const period = totp === null ? undefined : totpPeriod(totp.secret, code, now);
    if (totp !== null && period === undefined) throw new HesabuError('HESABU_SIGN_IN_REFUSED', { where: 'code' });
    const hash = await this.passwords.hash(password);
    const way = { password: hash, totp: totp?.secret ?? null, login: null };
    const accepted = this.people.accept(invite, way, this.clock.now());
    if (accepted === undefined) throw new HesabuError('HESABU_INVITE_INVALID');
    if (period !== undefined) this.table.usePeriod(person.id, period);
    return accepted;
  }

  /** Sets another password; all sessions of the person end. Throws as `signIn` does, and HESABU_PASSWORD_WEAK. */
  async change(person: Person, { password, next }: ChangedPassword, address: string): Promise<Person> {
    this.delays.begin(person.id, address);
    if (!(await this.passwords.isRight(person.password, password))) throw new HesabuError('HESABU_SIGN_IN_REFUSED');
    this.delays.succeeded(person.id, address);
    demandStrong(next, person);
    const changed = this.people.setPassword(person, await this.passwords.hash(next));
    if (changed === undefined) throw new HesabuError('HESABU_SIGN_IN_REFUSED');
    return changed;
  }

  /** A code counts once, so who looked over a shoulder cannot use it again. */
  private isCodeRight(person: Person, period: number | undefined): boolean {
    if (person.totp === null) return !needsCode(person);
    return period !== undefined && this.table.usePeriod(person.id, period);
  }
}
