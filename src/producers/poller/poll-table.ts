// The payments that may have to be asked about, and when next: rows of service.db, made from facts and deadlines.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Instant } from '../../domain/time.ts';
import type { Topic } from '../../log/event-log.ts';
import { inTransaction } from '../../runtime/service-database.ts';
import type { Schedule } from './schedule.ts';

const TABLES = `
  CREATE TABLE IF NOT EXISTS polls (
    reference TEXT PRIMARY KEY, account TEXT NOT NULL, start INTEGER NOT NULL, passed INTEGER, due INTEGER NOT NULL,
    calls INTEGER NOT NULL DEFAULT 0, last_look INTEGER
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS polls_due ON polls (account, due);
  CREATE TABLE IF NOT EXISTS poll_cursors (
    topic TEXT NOT NULL, partition INTEGER NOT NULL, next INTEGER NOT NULL, PRIMARY KEY (topic, partition)
  ) WITHOUT ROWID`;

export interface PollRow {
  readonly reference: string;
  /** `provider/account`. */
  readonly account: string;
  /** When the payment began. */
  readonly start: Instant;
  /** Slots up to this instant are taken; null where none is. */
  readonly passed: Instant | null;
  readonly due: Instant;
  /** Calls made since it began. */
  readonly calls: number;
  /** Beside its slots, a call of the budget is kept for this instant; null where nothing ends then. */
  readonly last_look: Instant | null;
}

/** How slots are taken: by a call or without one, and what is known by then of the last look. */
interface Taking {
  readonly isCalled: boolean;
  readonly lastLook: Instant | null;
}

export class PollTable {
  private readonly database: DatabaseSync;
  private readonly schedules: ReadonlyMap<string, Schedule>;
  private readonly selection: StatementSync;
  private readonly insertion: StatementSync;
  private readonly deletion: StatementSync;
  private readonly dueSelection: StatementSync;
  private readonly dueCount: StatementSync;
  private readonly firstDue: StatementSync;
  private readonly cursorSelection: StatementSync;
  private readonly cursorInsertion: StatementSync;

  /** `schedules` by account; a row of any other account is left as it is. */
  constructor(database: DatabaseSync, schedules: ReadonlyMap<string, Schedule>) {
    database.exec(TABLES);
    addColumns(database);
    this.database = database;
    this.schedules = schedules;
    this.selection = database.prepare('SELECT * FROM polls WHERE reference = ?');
    this.insertion = database.prepare('INSERT OR REPLACE INTO polls VALUES (?, ?, ?, ?, ?, ?, ?)');
    this.deletion = database.prepare('DELETE FROM polls WHERE reference = ?');
    const due = 'FROM polls WHERE account = ? AND due <= ? ORDER BY due DESC LIMIT ?';
    this.dueSelection = database.prepare(`SELECT * ${due}`);
    this.dueCount = database.prepare(`SELECT count(*) AS count FROM (SELECT 1 ${due})`);
    this.firstDue = database.prepare('SELECT min(due) AS due FROM polls WHERE account = ?');
    this.cursorSelection = database.prepare('SELECT next FROM poll_cursors WHERE topic = ? AND partition = ?');
    this.cursorInsertion = database.prepare('INSERT OR REPLACE INTO poll_cursors VALUES (?, ?, ?)');
  }

  /** All that `act` changes is kept, or nothing. */
  transaction<Result>(act: () => Result): Result {
    return inTransaction(this.database, act);
  }

  get(reference: string): PollRow | undefined {
    return this.selection.get(reference) as unknown as PollRow | undefined;
  }

  /** A payment began. A later beginning of the same reference is a new attempt, with slots and a budget of its own. */
  begin(reference: string, account: string, start: Instant): void {
    const row = this.get(reference);
    if (row !== undefined && row.start >= start) return;
    const { passed = null, last_look = null } = row ?? {};
    this.put({ reference, account: row?.account ?? account, start, passed, calls: 0, last_look });
  }

  /** An answer came: the slots before it were taken, also where service.db was lost since. */
  answered(reference: string, at: Instant): void {
    const row = this.get(reference);
    if (row !== undefined && (row.passed === null || row.passed < at)) this.put({ ...row, passed: at });
  }

  /** Takes the slots up to an instant. The row goes where the budget has no other. */
  pass(row: PollRow, at: Instant, taking: Taking): void {
    this.put(taken(row, at, taking));
  }

  /**
   * Puts a row back as it was, due later: the slot that was taken at `takenAt` is given back, since its call was not
   * made. Does nothing where the row was touched since, by another slot or a new beginning.
   */
  giveBack(row: PollRow, takenAt: Instant, lastLook: Instant | null, until: Instant): void {
    const held = this.get(row.reference);
    const was = taken(row, takenAt, { isCalled: true, lastLook });
    const isLast = held === undefined && this.nextOf(was) === null;
    const isSame = held?.start === row.start && held.passed === takenAt;
    if (isLast || isSame) this.insert({ ...row, last_look: lastLook, due: until });
  }

  /** The same row, due later: nothing was taken. */
  putOff(row: PollRow, until: Instant): void {
    this.insert({ ...row, due: until });
  }

  /**
   * Payments that are due, the latest first: where there is more to ask than a gateway allows, a payment that somebody
   * waits for now goes before one that fell silent long ago.
   */
  due(account: string, now: Instant, limit: number): readonly PollRow[] {
    return this.dueSelection.all(account, now, limit) as unknown as PollRow[];
  }

  /** How many payments are due; counts no further than `limit`. */
  countDue(account: string, now: Instant, limit: number): number {
    return (this.dueCount.get(account, now, limit) as { count: number }).count;
  }

  /** When the first payment of an account is due; null where there is none. */
  nextDue(account: string): Instant | null {
    return (this.firstDue.get(account) as { due: number | null }).due;
  }

  /** The offset of the first value that was not read. */
  cursor(topic: Topic, partition: number): bigint {
    const row = this.cursorSelection.get(topic, partition) as { next: number } | undefined;
    return BigInt(row?.next ?? 0);
  }

  setCursor(topic: Topic, partition: number, next: bigint): void {
    this.cursorInsertion.run(topic, partition, next);
  }

  private put(row: Omit<PollRow, 'due'>): void {
    if (!this.schedules.has(row.account)) return;
    const due = this.nextOf(row);
    if (due === null) this.deletion.run(row.reference);
    else this.insert({ ...row, due });
  }

  private insert({ reference, account, start, passed, due, calls, last_look }: PollRow): void {
    this.insertion.run(reference, account, start, passed, due, calls, last_look);
  }

  /** When a row is due: at its next slot, but the last call of a budget waits for the last look. */
  private nextOf({ reference, account, start, passed, calls, last_look }: Omit<PollRow, 'due'>): Instant | null {
    const schedule = this.schedules.get(account);
    if (schedule === undefined || calls >= schedule.budget) return null;
    const slot = schedule.next(start, reference, passed);
    if (last_look === null || (passed !== null && passed >= last_look)) return slot;
    return slot === null || calls === schedule.budget - 1 ? last_look : Math.min(slot, last_look);
  }
}

function taken(row: PollRow, at: Instant, { isCalled, lastLook }: Taking): Omit<PollRow, 'due'> {
  return { ...row, passed: at, calls: row.calls + (isCalled ? 1 : 0), last_look: lastLook };
}

/** A service.db that an earlier release made has none of the later columns. */
function addColumns(database: DatabaseSync): void {
  const columns = database.prepare('PRAGMA table_info(polls)').all();
  if (columns.some(({ name }) => name === 'last_look')) return;
  database.exec('ALTER TABLE polls ADD COLUMN calls INTEGER NOT NULL DEFAULT 0');
  database.exec('ALTER TABLE polls ADD COLUMN last_look INTEGER');
}
