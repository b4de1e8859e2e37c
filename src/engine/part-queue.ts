// The parts of files that wait for an executor. Several files may be cut at the same time.

/** Reads one part with an executor that is free. */
export type PartWork<Reader> = (reader: Reader) => Promise<void>;

export class PartQueue<Reader> {
  private readonly waiting: PartWork<Reader>[] = [];
  private readonly takers: ((work: PartWork<Reader> | undefined) => void)[] = [];
  private cutting = 0;

  /** A file is begun that may give parts, until `end`. */
  begin(): void {
    this.cutting++;
  }

  end(): void {
    if (--this.cutting > 0) return;
    for (const take of this.takers.splice(0)) take(undefined);
  }

  add(work: PartWork<Reader>): void {
    const taker = this.takers.shift();
    if (taker === undefined) this.waiting.push(work);
    else taker(work);
  }

  /** The part that has waited longest, as soon as there is one; undefined if none can come. */
  async take(): Promise<PartWork<Reader> | undefined> {
    const next = this.waiting.shift();
    if (next !== undefined || this.cutting === 0) return next;
    return new Promise((resolve) => this.takers.push(resolve));
  }
}
