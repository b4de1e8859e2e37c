// Webhooks that were acknowledged lately, or are about to be: one that comes again, or fifty times at once, is one fact.
// What is forgotten here, or by a restart, the ledger still knows: it counts a claim once however often it is told.

const KNOWN_MAX = 100_000;

export class Acknowledged {
  /** By what came: the names of its payment, or the promise of them while its fact is on the way to the disk. */
  private readonly known = new Map<string, readonly string[] | Promise<readonly string[]>>();

  get(key: string): readonly string[] | Promise<readonly string[]> | undefined {
    return this.known.get(key);
  }

  /** Resolves when `written` does; where that fails, nothing was acknowledged and the next one tries again. */
  async add(key: string, names: readonly string[], written: Promise<void>): Promise<void> {
    const done = written.then(() => names);
    // Those who wait for it are told; nobody else need be.
    done.catch(() => {});
    this.known.set(key, done);
    try {
      await written;
      this.known.set(key, names);
    } catch (error) {
      this.known.delete(key);
      throw error;
    }
    if (this.known.size > KNOWN_MAX) this.forgetOldest();
  }

  private forgetOldest(): void {
    for (const [key, names] of this.known) {
      // What is on its way is younger than all that is done, but for its key.
      if (names instanceof Promise) continue;
      this.known.delete(key);
      return;
    }
  }
}
