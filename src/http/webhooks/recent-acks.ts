// Webhooks that were acknowledged recently, or are about to be: a repeated one, or fifty at once, makes one fact. To
// forget some, here or at a restart, does no harm: the ledger counts a claim once, however often it comes.

import { AckTable } from './ack-table.ts';

type Names = readonly string[];

/** At least this many are remembered, and at most twice as many; fewer only of very long ones. */
const KNOWN_MIN = 50_000;
const BYTES_MAX = 32 * 2 ** 20;

export class RecentAcks {
  /** Those whose facts are on their way to disk, with the names of their payments. */
  private readonly pending = new Map<string, { readonly names: Names; readonly written: Promise<void> }>();
  private recent = new AckTable(KNOWN_MIN);
  /** Forgotten all at once: removing the oldest one by one took half of all time when measured. */
  private older = new AckTable(KNOWN_MIN);

  /**
   * By the SHA-256 of the body, its bytes as characters, and where it came to: the same bytes may mean something else
   * at another URL.
   */
  get(where: string, digest: string): Names | Promise<Names> | undefined {
    const pending = this.pending.get(keyOf(where, digest));
    if (pending !== undefined) return pending.written.then(() => pending.names);
    return this.recent.get(where, digest) ?? this.older.get(where, digest);
  }

  /** Resolves when `written` does. If that fails, nothing was acknowledged and the next webhook tries again. */
  async add(where: string, digest: string, names: Names, written: Promise<void>): Promise<void> {
    const key = keyOf(where, digest);
    this.pending.set(key, { names, written });
    try {
      await written;
    } finally {
      this.pending.delete(key);
    }
    this.makeRoom();
    this.recent.add(where, digest, names);
  }

  private makeRoom(): void {
    if (this.recent.count < KNOWN_MIN && this.recent.bytes < BYTES_MAX) return;
    [this.recent, this.older] = [this.older, this.recent];
    this.recent.clear();
  }
}

function keyOf(where: string, digest: string): string {
  return digest + where;
}
