// The read model of imports.v1: which files were imported, which were refused, and the number of each import.

import type { EventLog } from '../log/event-log.ts';
import { BatchBuilder, forEachValue } from '../log/value-frames.ts';

/** `begun` gives an import its number; `done`: its rows are in the log; `refused`: it was imported before. */
export interface ImportRecord {
  readonly status: 'begun' | 'done' | 'refused';
  readonly id: number;
  readonly file: string;
  readonly kind: string;
  readonly bytes: number;
  /** Hex; null in `begun`, because a file is read once and its hash is known only at its end. */
  readonly sha256: string | null;
  readonly rows: number;
  readonly rejected: number;
  /** ISO 8601, UTC. */
  readonly at: string;
}

export class Imports {
  private readonly byId = new Map<number, ImportRecord>();
  private readonly done = new Map<string, ImportRecord>();
  private readonly sizes = new Set<number>();

  constructor(log: Pick<EventLog, 'read'>) {
    for (const batch of log.read('imports.v1', 0, 0n)) {
      forEachValue(batch.payload, 0, (start, end) => {
        this.add(JSON.parse(batch.payload.toString('utf8', start, end)) as ImportRecord);
      });
    }
  }

  /** The number for the next import. */
  get nextId(): number {
    return this.byId.size + 1;
  }

  /** The last record of an import. */
  get(id: number): ImportRecord | undefined {
    return this.byId.get(id);
  }

  all(): Iterable<ImportRecord> {
    return this.byId.values();
  }

  /** Whether a file of that size was imported: only then is a new file hashed before it is read. */
  hasSize(bytes: number): boolean {
    return this.sizes.has(bytes);
  }

  /** The import of a file with this content. */
  withContent(sha256: string): ImportRecord | undefined {
    return this.done.get(sha256);
  }

  async append(records: readonly ImportRecord[], log: EventLog): Promise<void> {
    if (records.length === 0) return;
    const builder = new BatchBuilder(4096);
    for (const record of records) builder.add(Buffer.from(JSON.stringify(record)));
    await log.append([{ topic: 'imports.v1', partition: 0, source: 0, ...builder.take() }]);
    for (const record of records) this.add(record);
  }

  private add(record: ImportRecord): void {
    this.byId.set(record.id, record);
    if (record.status !== 'done' || record.sha256 === null) return;
    this.done.set(record.sha256, record);
    this.sizes.add(record.bytes);
  }
}
