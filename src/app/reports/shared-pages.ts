// Pages of rows that are read once for several files: each page goes to all its readers, and the next is read when the
// slowest has used it, so that no more than a page or two are in memory.

export class SharedPages<Row> {
  private readonly source: AsyncIterator<readonly Row[]>;
  private readers: number;
  /** How many readers wait for the next page. */
  private waiting = 0;
  private next = newPage<Row>();
  private hasFailed = false;

  /** `readers` is how often `pages` will be called: no page is read before all of them ask for it. */
  constructor(source: AsyncIterator<readonly Row[]>, readers: number) {
    this.source = source;
    this.readers = readers;
  }

  /** The pages for one reader. Throws what the source throws, and what `fail` was called with. */
  async *pages(): AsyncGenerator<readonly Row[]> {
    try {
      for (let page = await this.ask(); page.done !== true; page = await this.ask()) yield page.value;
    } finally {
      // Who stops early is not waited for.
      this.readers--;
      this.readIfAsked();
    }
  }

  /** One reader may never ask, since it failed before: the others fail too instead of waiting for it. */
  fail(error: unknown): void {
    this.hasFailed = true;
    this.next.reject(error);
    // Nobody may wait for it.
    this.next.promise.catch(() => {});
  }

  private ask(): Promise<IteratorResult<readonly Row[]>> {
    const { promise } = this.next;
    this.waiting++;
    this.readIfAsked();
    return promise;
  }

  private readIfAsked(): void {
    if (this.hasFailed || this.readers === 0 || this.waiting < this.readers) return;
    const { resolve } = this.next;
    this.next = newPage();
    this.waiting = 0;
    resolve(this.source.next());
  }
}

function newPage<Row>(): PromiseWithResolvers<IteratorResult<readonly Row[]>> {
  return Promise.withResolvers();
}
