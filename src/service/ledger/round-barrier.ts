// Who waits for the ledger to have read what is in the log: a round reads all facts that were written before it began.

interface Waiter {
  /** The last round that had begun when the waiting did: it may have read past the fact already. */
  readonly after: number;
  resolve(): void;
  reject(error: Error): void;
}

export class RoundBarrier {
  private begun = 0;
  private readonly waiters = new Set<Waiter>();

  /** Resolves when a round is done that began after now. */
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
