// A limited number of writes in flight while the caller prepares the next ones.

export class WriteWindow {
  private readonly limit: number;
  private readonly inFlight: Promise<void>[] = [];

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Takes a write; resolves when there is room for the next. Rejects if a write failed, and so does `drain`. */
  async add(write: Promise<void>): Promise<void> {
    this.push(write);
    while (this.inFlight.length > this.limit) await this.inFlight.shift();
  }

  /** Takes a write without waiting; the caller will `drain` later. */
  push(write: Promise<void>): void {
    // Its failure is reported when it is awaited, not as an unhandled rejection.
    write.catch(() => {});
    this.inFlight.push(write);
  }

  /** Resolves when every write is done. */
  async drain(): Promise<void> {
    while (this.inFlight.length > 0) await this.inFlight.shift();
  }
}
