// Lets callers wait until the ledger has read what is in the log. A round reads all facts written before it began.

interface Waiter {
  /** The last round that had begun when the wait began: it may already have read past the fact. */
  readonly after: number;
  resolve(): void;
  reject(error: Error): void;
}

export class RoundBarrier {
  private begun = 0;
  private readonly waiters = new Set<Waiter>();

  /** Resolves when a round that begins after this call has ended. */
  next(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiters.add({ after: this.begun, resolve, reject });
    });
  }

  /** The number of a round that begins now. */
  begin(): number {
    return ++this.begun;
  }

  end(round: number): void {
    for (const waiter of this.waiters) {
      if (waiter.after >= round) continue;
      this.waiters.delete(waiter);
      waiter.resolve();
    }
  }

  fail(error: Error): void {
    for (const waiter of this.waiters) waiter.reject(error);
    this.waiters.clear();
  }
}
