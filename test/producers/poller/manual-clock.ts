// A clock that stands still until it is moved, and then stops at every moment at which a sleeper wakes.

import type { Clock } from '../../../src/runtime/clock.ts';

interface Sleeper {
  readonly until: number;
  readonly wake: () => void;
}

export class ManualClock implements Clock {
  private at: number;
  private readonly sleepers = new Set<Sleeper>();
  private underWay = 0;

  constructor(at: number) {
    this.at = at;
  }

  now(): number {
    return this.at;
  }

  sleep(millis: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted === true) return resolve();
      const wake = () => {
        this.sleepers.delete(sleeper);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const sleeper = { until: this.at + Math.max(0, Math.ceil(millis)), wake };
      this.sleepers.add(sleeper);
      signal?.addEventListener('abort', wake, { once: true });
    });
  }

  /** Moves on by this many milliseconds, wakes sleepers in order and lets each finish its work. */
  async advance(millis: number): Promise<void> {
    const end = this.at + millis;
    for (;;) {
      await this.settle();
      const next = Math.min(...[...this.sleepers].map(({ until }) => until));
      if (!(next <= end)) break;
      this.at = Math.max(this.at, next);
      for (const sleeper of [...this.sleepers]) if (sleeper.until <= this.at) sleeper.wake();
    }
    this.at = end;
  }

  /** Moves on without waking sleepers, as while the service is stopped. */
  skip(millis: number): void {
    this.at += millis;
  }

  /** Time stands still while this is under way: work for which a real disk or another thread is waited for. */
  async during<Result>(work: Promise<Result>): Promise<Result> {
    this.underWay++;
    try {
      return await work;
    } finally {
      this.underWay--;
    }
  }

  /** Resolves when all work is asleep and nothing moves any more. */
  async settle(): Promise<void> {
    let quiet = 0;
    for (let last = -1; quiet < 4; last = this.sleepers.size) {
      await new Promise((resolve) => setImmediate(resolve));
      const isQuiet = this.underWay === 0 && this.sleepers.size > 0 && this.sleepers.size === last;
      quiet = isQuiet ? quiet + 1 : 0;
    }
  }
}
