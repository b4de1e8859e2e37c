// How often an account may be called: so many tokens at once, so many new ones a minute.

import type { Instant } from '../../domain/time.ts';
import type { Clock } from '../../log/clock.ts';

const MINUTE_MILLIS = 60_000;

/** New tokens a minute, and how many there may be at once. */
export interface Rate {
  readonly per_minute: number;
  readonly burst: number;
}

export class TokenBucket {
  private readonly clock: Clock;
  private readonly rate: () => Rate;
  private tokens: number;
  private filledAt: Instant;
  private blockedUntil: Instant = Number.NEGATIVE_INFINITY;

  /** The rate is asked for at each look, so that it can be changed while the service runs. */
  constructor(clock: Clock, rate: () => Rate) {
    this.clock = clock;
    this.rate = rate;
    this.tokens = rate().burst;
    this.filledAt = clock.now();
  }

  /** Takes a token, and gives null; or says when there will be one. */
  take(): Instant | null {
    const now = this.fill();
    if (now < this.blockedUntil) return this.blockedUntil;
    if (this.tokens < 1) return now + Math.ceil(((1 - this.tokens) * MINUTE_MILLIS) / this.rate().per_minute);
    this.tokens -= 1;
    return null;
  }

  /** The other side said when it may be called again: until then there is no token, and then not many at once. */
  block(until: Instant): void {
    this.fill();
    this.tokens = Math.min(this.tokens, 1);
    this.blockedUntil = Math.max(this.blockedUntil, until);
  }

  /** The part of the burst that is left, 0 to 1. */
  get headroom(): number {
    const now = this.fill();
    return now < this.blockedUntil ? 0 : this.tokens / this.rate().burst;
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
