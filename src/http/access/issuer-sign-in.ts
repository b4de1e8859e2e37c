// Signing in by an outside issuer. A person is known by the issuer's name and the subject there, which an invite binds
// to the person once; roles are ours alone. An answer counts once, for ten minutes, in the browser that began.

import { randomBytes, timingSafeEqual } from 'node:crypto';
import { HesabuError } from '../../domain/errors.ts';
import type { VouchedLogin } from '../../domain/login.ts';
import type { Instant } from '../../domain/time.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { IssuerPort } from './issuer-port.ts';
import type { PeopleStore } from './people-store.ts';
import { needsCode, type Person, personOfLogin } from './person.ts';
import { SignInDelays } from './sign-in-delays.ts';
import { TICKET_MILLIS, type Ticket, TicketSeal } from './ticket.ts';

/** A sign-in that began: where the browser goes, and what it has to bring back. */
export interface BegunSignIn {
  readonly url: string;
  readonly state: string;
  readonly sealed: string;
}

/** A browser that came back. */
export interface Arrival {
  /** The address of the page to go on at. */
  readonly to: string;
  /** Who it is, where that is known, also if the person is not let in. */
  readonly person: Person | null;
  /** The token of the session that the browser had when it began: led here by another site, it does not send that. */
  readonly session: string | null;
  /** Whether it began here: of all others there may be any number, and nobody needs to know of each. */
  readonly isBegun: boolean;
  /** Whether the issuer vouched for somebody. */
  readonly isVouched: boolean;
  /** Why nobody is let in; null if the person is. */
  readonly fault: HesabuError | null;
}

export const HOME = '/desk/';
const RANDOM_BYTES = 32;
/** States that were used, each for as long as its ticket may count. */
const USED_MAX = 20_000;

export class IssuerSignIn {
  private readonly people: PeopleStore;
  private readonly clock: Clock;
  private readonly issuer: IssuerPort;
  private readonly seal = new TicketSeal();
  private readonly delays: SignInDelays;
  private readonly used = new Map<string, Instant>();

  constructor(people: PeopleStore, clock: Clock, issuer: IssuerPort) {
    this.people = people;
    this.clock = clock;
    this.issuer = issuer;
    this.delays = new SignInDelays(clock);
  }

  /** What people call the issuer; null if there is none. */
  get label(): string | null {
    return this.issuer.label;
  }

  /**
   * `session` is the token that the browser has, if any. Throws HESABU_NOT_FOUND without an issuer,
   * HESABU_INVITE_INVALID, and what the issuer throws.
   */
  async begin(invite: string | null, to: string, session: string | null): Promise<BegunSignIn> {
    if (this.issuer.label === null) throw new HesabuError('HESABU_NOT_FOUND', { where: 'an issuer of sign-ins' });
    const at = this.clock.now();
    if (invite !== null && this.people.invited(invite, at) === undefined) {
      throw new HesabuError('HESABU_INVITE_INVALID');
    }
    const flow = { state: random(), nonce: random(), verifier: random() };
    const url = await this.issuer.begin(flow);
    return { url, state: flow.state, sealed: this.seal.close({ ...flow, at, to, invite, session }) };
  }

  /** `sealed` is the ticket that the browser has for the answer's state; `address` is where it comes from. */
  async arrive(answer: URLSearchParams, sealed: string | undefined, address: string): Promise<Arrival> {
    let ticket: Ticket | undefined;
    let vouched: VouchedLogin | undefined;
    let person: Person | undefined;
    let fault: HesabuError | null = null;
    try {
      ticket = this.taken(answer.get('state') ?? '', sealed);
      this.delays.begin(null, address);
      vouched = await this.issuer.identify(answer, ticket);
      person = this.personOf(vouched, ticket);
      person = this.admitted(person, vouched, ticket);
      this.delays.succeeded(person.id, address);
    } catch (error) {
      if (!(error instanceof HesabuError)) throw error;
      fault = error;
    }
    const known = { isBegun: ticket !== undefined, isVouched: vouched !== undefined };
    const { to = HOME, session = null } = ticket ?? {};
    return { to, session, person: person ?? null, ...known, fault };
  }

  /** The ticket, which counts no more from now on. Throws HESABU_SIGN_IN_EXPIRED. */
  private taken(state: string, sealed: string | undefined): Ticket {
    const ticket = sealed === undefined ? undefined : this.seal.open(sealed);
    const now = this.clock.now();
    if (ticket === undefined) throw expired('no sign-in that this browser began');
    if (!isSame(ticket.state, state)) throw expired('the answer to another one');
    if (now >= ticket.at + TICKET_MILLIS) throw expired('one that took too long');
    if (this.used.has(state)) throw expired('an answer that came before');
    for (const [old, at] of this.used) {
      if (now < at + TICKET_MILLIS && this.used.size < USED_MAX) break;
      this.used.delete(old);
    }
    this.used.set(state, now);
    return ticket;
  }

  /** Throws HESABU_LOGIN_UNKNOWN and HESABU_INVITE_INVALID. */
  private personOf(login: VouchedLogin, { invite }: Ticket): Person {
    if (invite !== null) {
      const invited = this.people.invited(invite, this.clock.now());
      if (invited === undefined) throw new HesabuError('HESABU_INVITE_INVALID');
      return invited;
    }
    const person = personOfLogin(this.people.list(), login);
    if (person === undefined) throw new HesabuError('HESABU_LOGIN_UNKNOWN');
    return person;
  }

  /** Uses up the invite. Throws HESABU_FACTOR_MISSING, HESABU_LOGIN_TAKEN and HESABU_INVITE_INVALID. */
  private admitted(person: Person, { issuer, subject, hasSecondFactor }: VouchedLogin, { invite }: Ticket): Person {
    if (needsCode(person) && !hasSecondFactor) throw new HesabuError('HESABU_FACTOR_MISSING');
    if (invite === null) return person;
    const kept = { password: null, totp: null, login: { issuer, subject } };
    const accepted = this.people.accept(invite, kept, this.clock.now());
    if (accepted === undefined) throw new HesabuError('HESABU_INVITE_INVALID');
    return accepted;
  }
}

function expired(found: string): HesabuError {
  return new HesabuError('HESABU_SIGN_IN_EXPIRED', { found });
}

function random(): string {
  return randomBytes(RANDOM_BYTES).toString('base64url');
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
