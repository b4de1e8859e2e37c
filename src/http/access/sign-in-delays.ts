// How long the next try to sign in must wait, by account and by address, of IPv6 by network: one customer has 2^64 of
// those. Each try counts before its outcome is known, so many at once gain nothing. No account can be locked: where its
// person signed in before, only the address counts.

import type { Instant } from '../../domain/time.ts';
import type { Clock } from '../../runtime/clock.ts';
import { RateLimited } from './rate-limits.ts';
import { sourceOf } from './source-address.ts';

/** Tries that need not wait. Many people may have one address. */
const FREE: Readonly<Record<Counted, number>> = { account: 3, address: 20 };
const SECOND_MILLIS = 1_000;
const WAIT_MAX: Readonly<Record<Counted, number>> = { account: 60_000, address: 300_000 };
/** After so long without a try, those before are forgotten. */
const FORGOTTEN_MILLIS = 3_600_000;
/** Names that are remembered of each kind. Strangers have many addresses. */
const NAMES_MAX = 20_000;

type Counted = 'account' | 'address';

interface Tries {
  readonly count: number;
  readonly at: Instant;
}

export class SignInDelays {
  private readonly clock: Clock;
  private readonly tries: Readonly<Record<Counted, Map<string, Tries>>> = { account: new Map(), address: new Map() };
  /** Accounts with the addresses from which somebody signed in to them. */
  private readonly known = new Set<string>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /**
   * Counts a try, which fails unless `succeeded` is called. Without an account, only its address counts. Throws a
   * HESABU_RATE_LIMITED if it came too early.
   */
  begin(account: string | null, address: string): void {
    const counted = account === null || this.known.has(placeOf(account, address)) ? null : account;
    const source = sourceOf(address);
    this.demand('address', source);
    if (counted !== null) this.demand('account', counted);
    this.count('address', source);
    if (counted !== null) this.count('account', counted);
  }

  /** Those from the address that failed before still count: they may be of somebody else. */
  succeeded(account: string, address: string): void {
    this.tries.account.delete(account);
    const source = sourceOf(address);
    const tries = this.tries.address.get(source);
    if (tries !== undefined) this.tries.address.set(source, { ...tries, count: tries.count - 1 });
    if (this.known.size >= NAMES_MAX) this.known.clear();
    this.known.add(placeOf(account, address));
  }

  private demand(kind: Counted, name: string): void {
    const before = this.tries[kind].get(name);
    if (before === undefined || before.count < FREE[kind]) return;
    const wait = Math.min(SECOND_MILLIS * 2 ** (before.count - FREE[kind]), WAIT_MAX[kind]);
    const left = before.at + wait - this.clock.now();
    if (left <= 0) return;
    const detail = { where: 'sign-in', expected: 'a longer wait after each try that fails' };
    throw new RateLimited(detail, left, () => ({}));
  }

  private count(kind: Counted, name: string): void {
    const now = this.clock.now();
    const tries = this.tries[kind];
    const before = tries.get(name);
    const count = before === undefined || now - before.at > FORGOTTEN_MILLIS ? 0 : before.count;
    // The oldest come first: a name moves to the end with each try.
    tries.delete(name);
    for (const oldest of tries.keys()) {
      if (tries.size < NAMES_MAX) break;
      tries.delete(oldest);
    }
    tries.set(name, { count: count + 1, at: now });
  }
}

function placeOf(account: string, address: string): string {
  return `${account} ${sourceOf(address)}`;
}
