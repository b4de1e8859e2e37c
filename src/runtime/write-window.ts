// A limited number of writes in flight while the caller prepares the next ones.

export class WriteWindow {
  private readonly limit: number;
  private readonly sizeMin: number;
  private readonly inFlight: { readonly write: Promise<void>; readonly size: number }[] = [];
  private size = 0;

  /** There may be more writes than `limit` while they are small: as long as their sizes come to `sizeMin` or less. */
  constructor(limit: number, sizeMin = 0) {
    this.limit = limit;
    this.sizeMin = sizeMin;
  }

  /** Takes a write; resolves when there is room for the next. Rejects if a write failed, and so does `drain`. */
  async add(write: Promise<void>, size = 1): Promise<void> {
    this.push(write, size);
    while (this.inFlight.length > this.limit && this.size > this.sizeMin) await this.first();
  }

  /** Takes a write without waiting; the caller will `drain` later. */
  push(write: Promise<void>, size = 1): void {
    // Its failure is reported when it is awaited, not as an unhandled rejection.
    write.catch(() => {});
    this.inFlight.push({ write, size });
    this.size += size;
  }

  /** Resolves when every write is done. */
  async drain(): Promise<void> {
    while (this.inFlight.length > 0) await this.first();
  }

  private async first(): Promise<void> {
    const { write, size } = this.inFlight.shift()!;
    this.size -= size;
    await write;
  }
}
