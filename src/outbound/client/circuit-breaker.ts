// Stops calling a service that fails repeatedly, and tries it from time to time with one call.

import type { Instant } from '../../domain/time.ts';
import type { Clock } from '../../runtime/clock.ts';

const FAILURES_MAX = 5;
const PAUSE_MILLIS = 30_000;
const PAUSE_MILLIS_MAX = 10 * 60_000;

/** Uses the service's own clock, which the available libraries cannot. */
export class CircuitBreaker {
  private readonly clock: Clock;
  private failures = 0;
  private pauseMillis = PAUSE_MILLIS;
  private openUntil: Instant | null = null;
  private isTrying = false;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  get isOpen(): boolean {
    return this.openUntil !== null;
  }

  /** Null to permit a call, which then reports `succeeded`, `failed` or `left`; otherwise when to try again. */
  enter(): Instant | null {
    if (this.openUntil === null) return null;
    if (this.isTrying || this.clock.now() < this.openUntil) return Math.max(this.openUntil, this.clock.now() + 1_000);
    this.isTrying = true;
    return null;
  }

  /** The permitted call was not made, so it says nothing about the service. */
  left(): void {
    this.isTrying = false;
  }

  succeeded(): void {
    this.failures = 0;
    this.pauseMillis = PAUSE_MILLIS;
    this.openUntil = null;
    this.isTrying = false;
  }

  failed(): void {
    this.failures += 1;
    if (this.isTrying) this.pauseMillis = Math.min(this.pauseMillis * 2, PAUSE_MILLIS_MAX);
    if (this.isTrying || this.failures >= FAILURES_MAX) this.openUntil = this.clock.now() + this.pauseMillis;
    this.isTrying = false;
  }
}
