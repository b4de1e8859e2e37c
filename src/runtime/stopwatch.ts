// Tells where the time of a run went.

export class Stopwatch {
  /** Whole milliseconds by the name of the lap. */
  readonly laps: Record<string, number> = {};
  private readonly started = performance.now();
  private last = this.started;

  /** Ends a lap that began at the last one's end. */
  lap(name: string): void {
    const now = performance.now();
    this.laps[name] = Math.round(now - this.last);
    this.last = now;
  }

  /** Milliseconds since the beginning. */
  get total(): number {
    return performance.now() - this.started;
  }
}
