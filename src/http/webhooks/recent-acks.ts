// Webhooks that were acknowledged recently, or are about to be: a repeated one, or fifty at once, makes one fact. To
// forget some, here or at a restart, does no harm: the ledger counts a claim once, however often it comes.

type Names = readonly string[];

/** At least this many are remembered, and at most twice as many. */
const KNOWN_MIN = 50_000;

export class RecentAcks {
  /** By content: the names of its payment, or a promise of them until its fact is on disk. */
  private recent = new Map<string, Names | Promise<Names>>();
  /** Forgotten all at once: removing the oldest one by one from a large map took half of all time when measured. */
  private older: ReadonlyMap<string, Names | Promise<Names>> = new Map();

  get(key: string): Names | Promise<Names> | undefined {
    return this.recent.get(key) ?? this.older.get(key);
  }

  /** Resolves when `written` does. If that fails, nothing was acknowledged and the next webhook tries again. */
  async add(key: string, names: Names, written: Promise<void>): Promise<void> {
    const done = written.then(() => names);
    // The waiting callers get the error; it needs no other handler.
    done.catch(() => {});
    if (this.recent.size >= KNOWN_MIN) {
      this.older = this.recent;
      this.recent = new Map();
    }
    const { recent } = this;
    recent.set(key, done);
    try {
      await written;
      recent.set(key, names);
    } catch (error) {
      recent.delete(key);
      throw error;
    }
  }
}
