// The payments that may need polls, and the time of the next one: rows of service.db, made from facts and deadlines.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Instant } from '../../domain/time.ts';
import type { Topic } from '../../log/event-log.ts';
import { addColumn, inTransaction } from '../../runtime/service-database.ts';
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
  /** When the payment started. */
  readonly start: Instant;
  /** Slots up to this instant are used; null if none is. */
  readonly passed: Instant | null;
  readonly due: Instant;
  /** Calls made since it started. */
  readonly calls: number;
  /** One call of the budget is reserved for this instant, beside the slots; null if no deadline ends then. */
  readonly last_look: Instant | null;
}

/** Whether a slot is used with a call, and the final poll as known then. */
interface SlotUse {
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

  /** `schedules` by account; rows of other accounts are left unchanged. */
  constructor(database: DatabaseSync, schedules: ReadonlyMap<string, Schedule>) {
    database.exec(TABLES);
    addColumn(database, 'polls', 'calls INTEGER NOT NULL DEFAULT 0');
    addColumn(database, 'polls', 'last_look INTEGER');
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

  /** Commits all changes of `act`, or none. */
  transaction<Result>(act: () => Result): Result {
    return inTransaction(this.database, act);
  }

  get(reference: string): PollRow | undefined {
    return this.selection.get(reference) as unknown as PollRow | undefined;
  }

  /**
   * A payment started. A later start with the same reference is a new attempt, with its own slots and budget. So is one
   * at another account: what the former account's row says of slots and times is not about this payment.
   */
  begin(reference: string, account: string, start: Instant): void {
    const known = this.get(reference);
    const row = known?.account === account ? known : undefined;
    if (row !== undefined && row.start >= start) return;
    const { passed = null, last_look = null } = row ?? {};
    this.put({ reference, account, start, passed, calls: 0, last_look });
  }

  /** A response of the account came: the slots before it are used, even if service.db was lost since. */
  answered(reference: string, account: string | null, at: Instant): void {
    const row = this.get(reference);
    if (row !== undefined && account !== null && row.account !== account) return;
    if (row !== undefined && (row.passed === null || row.passed < at)) this.put({ ...row, passed: at });
  }

  /** Uses the slots up to an instant. The row is deleted when the budget has no more. */
  pass(row: PollRow, at: Instant, use: SlotUse): void {
    this.put(afterUse(row, at, use));
  }

  /**
   * Restores a row with a later due time: the slot taken at `takenAt` is free again, because its call was not made.
   * Does nothing if the row has changed since, through another slot or a new start.
   */
  restoreSlot(row: PollRow, takenAt: Instant, lastLook: Instant | null, until: Instant): void {
    const held = this.get(row.reference);
    const was = afterUse(row, takenAt, { isCalled: true, lastLook });
    const isLast = held === undefined && this.nextOf(was) === null;
    const isSame = held?.start === row.start && held.passed === takenAt;
    if (isLast || isSame) this.insert({ ...row, last_look: lastLook, due: until });
  }

  /** The same row with a later due time: no slot was used. */
  postpone(row: PollRow, until: Instant): void {
    this.insert({ ...row, due: until });
  }

  /**
   * Payments that are due, the latest first: if there are more than the gateway allows, a payment that somebody is
   * waiting for now comes before one that has been silent for long.
   */
  due(account: string, now: Instant, limit: number): readonly PollRow[] {
    return this.dueSelection.all(account, now, limit) as unknown as PollRow[];
  }

  /** How many payments are due, counted up to `limit`. */
  countDue(account: string, now: Instant, limit: number): number {
    return (this.dueCount.get(account, now, limit) as { count: number }).count;
  }

  /** When the first payment of an account is due; null if there are none. */
  nextDue(account: string): Instant | null {
    return (this.firstDue.get(account) as { due: number | null }).due;
  }

  /** The offset of the next value to read. */
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

  /** When a row is due: at its next slot; but the last call of a budget is reserved for the final poll. */
  private nextOf({ reference, account, start, passed, calls, last_look }: Omit<PollRow, 'due'>): Instant | null {
    const schedule = this.schedules.get(account);
    if (schedule === undefined || calls >= schedule.budget) return null;
    const slot = schedule.next(start, reference, passed);
    if (last_look === null || (passed !== null && passed >= last_look)) return slot;
    return slot === null || calls === schedule.budget - 1 ? last_look : Math.min(slot, last_look);
  }
}

function afterUse(row: PollRow, at: Instant, { isCalled, lastLook }: SlotUse): Omit<PollRow, 'due'> {
  return { ...row, passed: at, calls: row.calls + (isCalled ? 1 : 0), last_look: lastLook };
}
