// Webhooks that were acknowledged lately, or are about to be: one that comes again, or fifty times at once, is one
// fact. What is forgotten here, or by a restart, the ledger still knows: it counts a claim once however often it is
// told.

type Names = readonly string[];

/** So many at least are known, and twice as many at most. */
const KNOWN_MIN = 50_000;

export class RecentAcks {
  /** By what came: the names of its payment, or the promise of them while its fact is on the way to the disk. */
  private recent = new Map<string, Names | Promise<Names>>();
  /** Forgotten all at once: taking the oldest out of one large map one by one was measured to take half of all time. */
  private older: ReadonlyMap<string, Names | Promise<Names>> = new Map();

  get(key: string): Names | Promise<Names> | undefined {
    return this.recent.get(key) ?? this.older.get(key);
  }

  /** Resolves when `written` does; where that fails, nothing was acknowledged and the next one tries again. */
  async add(key: string, names: Names, written: Promise<void>): Promise<void> {
    const done = written.then(() => names);
    // Those who wait for it are told; nobody else need be.
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
