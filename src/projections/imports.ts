// The read model of imports.v1: which files were imported and which were not, and the number of each import.

import type { EventLog } from '../log/event-log.ts';
import { BatchBuilder, forEachValue } from '../log/value-frames.ts';

/**
 * `begun` gives an import its number; `done`: its rows are in the log; `unread`: it could not be read as a whole, or
 * not one row of it could be taken; `refused`: it was imported before.
 */
export interface ImportRecord {
  readonly status: 'begun' | 'done' | 'unread' | 'refused';
  readonly id: number;
  readonly file: string;
  readonly kind: string;
  readonly bytes: number;
  /** Hex; null in `begun`, because a file is read once and its hash is known only at its end. */
  readonly sha256: string | null;
  /** A hash over how it was read: its kind, provider, account and mapping. */
  readonly reading: string;
  readonly rows: number;
  readonly rejected: number;
  /** ISO 8601, UTC. */
  readonly at: string;
}

export class Imports {
  private readonly byId = new Map<number, ImportRecord>();
  private readonly done = new Set<string>();
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

  /** The files that were not read, where no later run read one of their kind: what reports lack since. */
  unreadSince(): ImportRecord[] {
    const read = new Map<string, string>();
    for (const { status, kind, at } of this.byId.values()) if (status === 'done') read.set(kind, at);
    return [...this.byId.values()].filter(
      ({ status, kind, at }) => status === 'unread' && at >= (read.get(kind) ?? ''),
    );
  }

  /** Whether a file of that size was imported: only then is a new file hashed before it is read. */
  hasSize(bytes: number): boolean {
    return this.sizes.has(bytes);
  }

  /** Whether a file with this content was taken that was read in the same way. */
  wasTaken(sha256: string, reading: string): boolean {
    return this.done.has(`${sha256} ${reading}`);
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
    this.done.add(`${record.sha256} ${record.reading}`);
    this.sizes.add(record.bytes);
  }
}
