// Wakes readers that wait for new blocks each time the loop has committed some.

export class BlockSignal {
  private readonly waiters = new Set<() => void>();
  private isClosed = false;

  /** Resolves when blocks were committed after the call, when the signal aborts, or when no more blocks come. */
  next(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.waiters.delete(done);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      if (signal?.aborted === true || this.isClosed) return resolve();
      this.waiters.add(done);
      signal?.addEventListener('abort', done, { once: true });
    });
  }

  /** Blocks were committed. */
  fire(): void {
    for (const waiter of [...this.waiters]) waiter();
  }

  /** No more blocks come: from now on `next` resolves at once. */
  close(): void {
    this.isClosed = true;
    this.fire();
  }
}
