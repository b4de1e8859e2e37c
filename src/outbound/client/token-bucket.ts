// How often an account may be called: so many tokens at once, so many new ones a minute.

import type { Instant } from '../../domain/time.ts';
import type { Clock } from '../../runtime/clock.ts';
import { WAIT_MILLIS_MAX } from './retry-after.ts';

const MINUTE_MILLIS = 60_000;

/** New tokens a minute, and how many there may be at once. */
export interface Rate {
  readonly per_minute: number;
  readonly burst: number;
}

/** What a bucket holds. */
export interface BucketLevel {
  readonly tokens: number;
  /** When it had so many. */
  readonly filledAt: Instant;
  readonly blockedUntil: Instant;
}

/** Where a bucket's level is kept, so that a start does not fill it, nor end a wait that the other side asked for. */
export interface BucketMemory {
  level(): BucketLevel | undefined;
  keep(level: BucketLevel): void;
}

/** For buckets that end with their process. */
const NO_MEMORY: BucketMemory = { level: () => undefined, keep: () => {} };

export class TokenBucket {
  private readonly clock: Clock;
  private readonly rate: () => Rate;
  private readonly memory: BucketMemory;
  private tokens: number;
  private filledAt: Instant;
  private blockedUntil: Instant = 0;

  /** The rate is asked for at each look, so that it can be changed while the service runs. */
  constructor(clock: Clock, rate: () => Rate, memory: BucketMemory = NO_MEMORY) {
    this.clock = clock;
    this.rate = rate;
    this.memory = memory;
    const now = clock.now();
    const kept = memory.level();
    this.tokens = kept?.tokens ?? rate().burst;
    // A clock that showed a later time before the start must not silence an account until it shows that again.
    this.filledAt = Math.min(kept?.filledAt ?? now, now);
    if (kept !== undefined) this.blockedUntil = Math.min(kept.blockedUntil, now + WAIT_MILLIS_MAX);
  }

  /** Takes a token, and gives null; or says when there will be one. It leaves so many, if there can be as many. */
  take(spare = 0): Instant | null {
    const now = this.fill();
    if (now < this.blockedUntil) return this.blockedUntil;
    const { per_minute: perMinute, burst } = this.rate();
    const needed = 1 + Math.min(spare, burst - 1);
    if (this.tokens < needed) return now + Math.ceil(((needed - this.tokens) * MINUTE_MILLIS) / perMinute);
    this.tokens -= 1;
    this.keep();
    return null;
  }

  /** The other side said when it may be called again: until then there is no token, and then not many at once. */
  block(until: Instant): void {
    this.fill();
    this.tokens = Math.min(this.tokens, 1);
    this.blockedUntil = Math.max(this.blockedUntil, until);
    this.keep();
  }

  /** The part that is left, 0 to 1, of what those may take who leave so many tokens. */
  headroom(spare = 0): number {
    const now = this.fill();
    const { burst } = this.rate();
    const left = Math.min(spare, burst - 1);
    return now < this.blockedUntil ? 0 : Math.max(0, this.tokens - left) / (burst - left);
  }

  private keep(): void {
    const { tokens, filledAt, blockedUntil } = this;
    this.memory.keep({ tokens, filledAt, blockedUntil });
  }

  private fill(): Instant {
    const now = this.clock.now();
    // A clock that was put back gives no tokens until it is where it was; and nothing fills up while the other side
    // keeps us out, since what waited must not come all at once.
    const passed = now - Math.max(this.filledAt, this.blockedUntil);
    const { per_minute: perMinute, burst } = this.rate();
    this.tokens = Math.min(burst, this.tokens + (Math.max(0, passed) * perMinute) / MINUTE_MILLIS);
    this.filledAt = Math.max(this.filledAt, now);
    return now;
  }
}
