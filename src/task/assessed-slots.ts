// Which keys of a partition were assessed since somebody asked last: read models are kept up to date by these alone.

/** The read models that ask. */
export type AssessedReader = 'cases' | 'statements';

export interface Assessed {
  /** The hash of the last block before. */
  readonly since: string;
  readonly slots: ReadonlySet<number>;
}

export class AssessedSlots {
  /** Of those alone who ever asked. */
  private readonly byReader = new Map<AssessedReader, Assessed & { readonly slots: Set<number> }>();

  add(reader: AssessedReader, slot: number): void {
    this.byReader.get(reader)?.slots.add(slot);
  }

  /** `since` is the last block's hash. Null at the first call. */
  take(reader: AssessedReader, since: string): Assessed | null {
    const taken = this.byReader.get(reader) ?? null;
    this.byReader.set(reader, { since, slots: new Set() });
    return taken;
  }
}
