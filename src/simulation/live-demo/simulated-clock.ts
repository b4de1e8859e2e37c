// The clock of the live demo, which all sides of it share: it runs fast, and waits where the machine does. If this
// process could not run for a moment, that moment counts for next to nothing, so that a busy machine makes the demo
// longer, and no call of it late by hours.

import { setImmediate } from 'node:timers/promises';
import type { Instant } from '../../domain/time.ts';
import type { Clock } from '../../runtime/clock.ts';

/** In real milliseconds: how often sleepers are woken, and how much of a longer pause counts. */
const TICK_MILLIS = 4;
const PAUSE_MILLIS_MAX = 6;

interface Sleeper {
  readonly until: Instant;
  readonly wake: () => void;
}

export class SimulatedClock implements Clock {
  private readonly speed: number;
  private at: number;
  private lastTick = performance.now();
  private readonly sleepers = new Set<Sleeper>();
  private readonly timer: NodeJS.Timeout;

  constructor(from: Instant, speed: number) {
    this.at = from;
    this.speed = speed;
    this.timer = setInterval(() => this.tick(), TICK_MILLIS);
  }

  now(): Instant {
    return Math.floor(this.at + this.sinceTick());
  }

  async sleep(millis: number, signal?: AbortSignal): Promise<void> {
    const until = this.now() + millis;
    if (millis <= 0 || signal?.aborted === true) return void (await setImmediate());
    await new Promise<void>((resolve) => {
      const sleeper = { until, wake: resolve };
      this.sleepers.add(sleeper);
      signal?.addEventListener('abort', () => this.wake(sleeper), { once: true });
    });
  }

  /** It stands still from now on, and nobody sleeps any more. */
  stop(): void {
    clearInterval(this.timer);
    for (const sleeper of this.sleepers) this.wake(sleeper);
  }

  private tick(): void {
    this.at += this.sinceTick();
    this.lastTick = performance.now();
    for (const sleeper of this.sleepers) if (sleeper.until <= this.at) this.wake(sleeper);
  }

  private wake(sleeper: Sleeper): void {
    this.sleepers.delete(sleeper);
    sleeper.wake();
  }

  private sinceTick(): number {
    return Math.min(PAUSE_MILLIS_MAX, performance.now() - this.lastTick) * this.speed;
  }
}
