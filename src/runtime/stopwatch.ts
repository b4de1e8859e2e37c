// Measures which parts of a run take the time.

export class Stopwatch {
  /** Whole milliseconds by the name of the lap. */
  readonly laps: Record<string, number> = {};
  private readonly started = performance.now();
  private last = this.started;

  /** Ends a lap, which began when the previous one ended. */
  lap(name: string): void {
    const now = performance.now();
    this.laps[name] = Math.round(now - this.last);
    this.last = now;
  }

  /** Milliseconds since the start. */
  get total(): number {
    return performance.now() - this.started;
  }
}
