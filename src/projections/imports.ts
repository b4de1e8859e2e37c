// The read model of imports.v1: which files were imported and which were not, which replaced others or were withdrawn,
// and the number of each import.

import { type Instant, parseInstant } from '../domain/time.ts';
import type { EventLog } from '../log/event-log.ts';
import { BatchBuilder, forEachValue } from '../log/value-frames.ts';

/**
 * `begun` gives an import its number; `done`: its rows are in the log; `unread`: it could not be read as a whole, or
 * not one row of it could be taken; `refused`: it was imported before. `withdrawal` is no import: it has a number
 * because what it lets stand again is said by it.
 */
export interface ImportRecord {
  readonly status: 'begun' | 'done' | 'unread' | 'refused' | 'withdrawal';
  readonly id: number;
  readonly file: string;
  readonly kind: string;
  readonly bytes: number;
  /** Hex; null in `begun`, because a file is read once and its hash is known only at its end. */
  readonly sha256: string | null;
  /** A hash over how it was read: its kind, provider, account and mapping. */
  readonly reading: string;
  /** The mapping that it was read by, as JSON; absent without one. */
  readonly mapping?: Readonly<Record<string, unknown>>;
  readonly rows: number;
  readonly rejected: number;
  /** How many of the rows its mapping left out; absent where none. */
  readonly left_out?: number;
  /** What its facts come to, as decimal texts by currency: amounts, and what settlement lines say was deducted. */
  readonly sums?: Readonly<Record<string, string>>;
  readonly fees?: Readonly<Record<string, string>>;
  /** Whether its last row has no line end. */
  readonly perhaps_cut?: boolean;
  /** Where its table begins, if not in the first line with commas between the cells. */
  readonly header?: { readonly line: number; readonly separator: string };
  /** Where the list of its rows is in a JSON document, where its mapping says it. */
  readonly each?: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Who speaks in it: `provider/account`, or the provider alone. */
  readonly source: string;
  /** When its file was made, and its report was issued; ISO 8601, UTC. */
  readonly stated_at: string;
  /** The reports that its lines are of, where it names them. */
  readonly reports?: readonly string[];
  /** The imports that it replaces as a whole. */
  readonly replaces?: readonly number[];
  /** Why it was withdrawn, if it was; of a withdrawal, its reason. */
  readonly withdrawn?: string;
  /** Of a withdrawal: the import that it takes back. */
  readonly of?: number;
  /** Whether all is in the log that follows from it for other imports. Absent where nothing follows. */
  readonly settled?: boolean;
}

/** When an import's file was made, and its report was issued. */
export function statedTime({ stated_at }: ImportRecord): Instant {
  return parseInstant(stated_at) ?? 0;
}

function counts({ status, withdrawn }: ImportRecord): boolean {
  return status === 'done' && withdrawn === undefined;
}

/** Whether a later import read the same content, and left no more of it out: then its own rejects are what counts. */
function isAgain(one: ImportRecord, later: ImportRecord): boolean {
  if (later.id <= one.id || later.sha256 !== one.sha256 || later.kind !== one.kind) return false;
  return (later.left_out ?? 0) <= (one.left_out ?? 0);
}

export class Imports {
  private readonly byId = new Map<number, ImportRecord>();
  private readonly taken = new Map<string, number>();
  private readonly sizes = new Set<number>();

  constructor(log: Pick<EventLog, 'read'>) {
    for (const batch of log.read('imports.v1', 0, 0n)) {
      forEachValue(batch.payload, 0, (start, end) => {
        const record = JSON.parse(batch.payload.toString('utf8', start, end)) as ImportRecord;
        // That somebody was forgotten stands between the imports, and is none.
        if ('id' in record) this.add(record);
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

  /** The imports, in the order of their numbers. */
  *all(): Iterable<ImportRecord> {
    for (const record of this.byId.values()) if (record.status !== 'withdrawal') yield record;
  }

  /** Imports and withdrawals whose consequences for other imports are perhaps not all in the log. */
  unsettled(): ImportRecord[] {
    return [...this.byId.values()].filter(({ settled }) => settled === false);
  }

  /** The numbers under which facts may be said: of imports, and of withdrawals. */
  withdrawals(): ImportRecord[] {
    return [...this.byId.values()].filter(({ status }) => status === 'withdrawal');
  }

  /** When something was received last, in ms. */
  get lastAt(): number {
    return Math.max(0, ...[...this.byId.values()].slice(-100).map(({ at }) => parseInstant(at) ?? 0));
  }

  /** The files that were not read, where no later run read one of their kind: what reports lack since. */
  unreadSince(): ImportRecord[] {
    const read = new Map<string, string>();
    for (const { status, kind, at } of this.byId.values()) if (status === 'done') read.set(kind, at);
    return [...this.byId.values()].filter(
      ({ status, kind, at }) => status === 'unread' && at >= (read.get(kind) ?? ''),
    );
  }

  /**
   * How many rows were rejected that reports may lack. Those of an import that was withdrawn or replaced are none, nor
   * those of content that was read again, nor those of a file that was not read once a later one of its kind was.
   */
  rejectedSince(): number {
    const open = [...this.all()].filter(({ rejected, withdrawn }) => rejected > 0 && withdrawn === undefined);
    if (open.length === 0) return 0;
    const replaced = new Set([...this.all()].flatMap((one) => (counts(one) ? (one.replaces ?? []) : [])));
    const unread = new Set(this.unreadSince().map(({ id }) => id));
    const again = [...this.all()].filter((one) => one.status === 'unread' || counts(one));
    const lasting = open.filter((one) => {
      if (replaced.has(one.id) || (one.status === 'unread' && !unread.has(one.id))) return false;
      return one.sha256 === null || !again.some((later) => isAgain(one, later));
    });
    return lasting.reduce((sum, { rejected }) => sum + rejected, 0);
  }

  /** Whether a file of that size was imported: only then is a new file hashed before it is read. */
  hasSize(bytes: number): boolean {
    return this.sizes.has(bytes);
  }

  /**
   * The last import that took a file with this content and read it in the same way; undefined if there is none, or if
   * it was withdrawn or replaced since: then nothing of it counts.
   */
  takenAs(sha256: string, reading: string): ImportRecord | undefined {
    const id = this.taken.get(`${sha256} ${reading}`);
    const record = id === undefined ? undefined : this.byId.get(id);
    return record === undefined || record.withdrawn !== undefined || this.replacersOf(record.id).length > 0
      ? undefined
      : record;
  }

  /** The imports that replace this one and were not withdrawn. */
  replacersOf(id: number): ImportRecord[] {
    return [...this.all()].filter(({ replaces, withdrawn, status }) => {
      return status === 'done' && withdrawn === undefined && replaces?.includes(id) === true;
    });
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
    this.taken.set(`${record.sha256} ${record.reading}`, record.id);
    this.sizes.add(record.bytes);
  }
}
