// How often an account may be called: a number of tokens at once, and a number of new ones per minute.

import type { Instant } from '../../domain/time.ts';
import type { Clock } from '../../runtime/clock.ts';
import { WAIT_MILLIS_MAX } from './retry-after.ts';

const MINUTE_MILLIS = 60_000;

/** New tokens per minute, and the most tokens at once. */
export interface Rate {
  readonly per_minute: number;
  readonly burst: number;
}

/** The state of a bucket. */
export interface BucketLevel {
  readonly tokens: number;
  /** The time of `tokens`. */
  readonly filledAt: Instant;
  readonly blockedUntil: Instant;
}

/** Stores a bucket's level, so that a restart neither fills it nor ends a wait that the other side asked for. */
export interface BucketMemory {
  level(): BucketLevel | undefined;
  save(level: BucketLevel): void;
}

/** For buckets that end with their process. */
const NO_MEMORY: BucketMemory = { level: () => undefined, save: () => {} };

export class TokenBucket {
  private readonly clock: Clock;
  private readonly rate: () => Rate;
  private readonly memory: BucketMemory;
  private tokens: number;
  private filledAt: Instant;
  private blockedUntil: Instant = 0;

  /** The rate is read at each use, so that it can change while the service runs. */
  constructor(clock: Clock, rate: () => Rate, memory: BucketMemory = NO_MEMORY) {
    this.clock = clock;
    this.rate = rate;
    this.memory = memory;
    const now = clock.now();
    const stored = memory.level();
    this.tokens = stored?.tokens ?? rate().burst;
    // After a clock was set back, the account need not wait until the clock reaches the old time again.
    this.filledAt = Math.min(stored?.filledAt ?? now, now);
    if (stored !== undefined) this.blockedUntil = Math.min(stored.blockedUntil, now + WAIT_MILLIS_MAX);
  }

  /** Takes a token and returns null, or returns when to come again. Leaves `spare` tokens if the burst allows it. */
  take(spare = 0): Instant | null {
    const now = this.fill();
    if (now < this.blockedUntil) return this.blockedUntil;
    const { per_minute: perMinute, burst } = this.rate();
    const needed = 1 + Math.min(spare, burst - 1);
    if (this.tokens < needed) return now + Math.ceil(((needed - this.tokens) * MINUTE_MILLIS) / perMinute);
    this.tokens -= 1;
    this.save();
    return null;
  }

  /** The other side asked for a pause: until then there is no token, and afterwards only one at once. */
  block(until: Instant): void {
    this.fill();
    this.tokens = Math.min(this.tokens, 1);
    this.blockedUntil = Math.max(this.blockedUntil, until);
    this.save();
  }

  /** The remaining part, 0 to 1, of the tokens that a call which leaves `spare` tokens may use. */
  headroom(spare = 0): number {
    const now = this.fill();
    const { burst } = this.rate();
    const left = Math.min(spare, burst - 1);
    return now < this.blockedUntil ? 0 : Math.max(0, this.tokens - left) / (burst - left);
  }

  private save(): void {
    const { tokens, filledAt, blockedUntil } = this;
    this.memory.save({ tokens, filledAt, blockedUntil });
  }

  private fill(): Instant {
    const now = this.clock.now();
    // A clock that was set back gives no tokens until it reaches the old time. Nothing fills up while the other side
    // blocks us, because the waiting calls must not come all at once.
    const passed = now - Math.max(this.filledAt, this.blockedUntil);
    const { per_minute: perMinute, burst } = this.rate();
    this.tokens = Math.min(burst, this.tokens + (Math.max(0, passed) * perMinute) / MINUTE_MILLIS);
    this.filledAt = Math.max(this.filledAt, now);
    return now;
  }
}
