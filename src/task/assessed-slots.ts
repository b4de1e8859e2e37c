// Which keys of a partition were assessed since somebody asked last: read models are kept up to date by these alone.

/** The read models that ask. */
export type AssessedReader = 'cases' | 'statements';

interface Noted {
  /** The hash of the last block at that time. */
  readonly since: string;
  readonly slots: Set<number>;
}

export class AssessedSlots {
  /** Of those alone who ever asked. */
  private readonly byReader = new Map<AssessedReader, Noted>();

  add(reader: AssessedReader, slot: number): void {
    this.byReader.get(reader)?.slots.add(slot);
  }

  /** Null at the first call. */
  take(reader: AssessedReader, since: string): ReadonlySet<number> | null {
    const taken = this.byReader.get(reader);
    this.byReader.set(reader, { since, slots: new Set() });
    return taken?.slots ?? null;
  }

  sinceOf(reader: AssessedReader): string | undefined {
    return this.byReader.get(reader)?.since;
  }
}
