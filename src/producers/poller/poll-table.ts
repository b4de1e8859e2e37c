// The payments that may need polls, and the time of the next one: rows of service.db, made from facts and deadlines.

import { hash } from 'node:crypto';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Instant } from '../../domain/time.ts';
import { addColumn, inTransaction } from '../../runtime/service-database.ts';
import { DuePolls } from './due-polls.ts';
import { PaymentTable } from './payment-table.ts';
import { PollCursors } from './poll-cursors.ts';
import type { PollRow } from './poll-row.ts';
import type { Schedule } from './schedule.ts';

const TABLES = `
  CREATE TABLE IF NOT EXISTS polls (
    reference TEXT NOT NULL, account TEXT NOT NULL, start INTEGER NOT NULL, passed INTEGER, due INTEGER NOT NULL,
    calls INTEGER NOT NULL DEFAULT 0, last_look INTEGER, hint INTEGER, hints INTEGER NOT NULL DEFAULT 0,
    hint_ids TEXT NOT NULL DEFAULT '[]', is_guess INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (reference, account)
  ) WITHOUT ROWID`;

const INDEX = 'CREATE INDEX IF NOT EXISTS polls_next ON polls (account, is_guess, due)';
const COLUMNS = [
  'calls INTEGER NOT NULL DEFAULT 0',
  'last_look INTEGER',
  'hint INTEGER',
  'hints INTEGER NOT NULL DEFAULT 0',
  "hint_ids TEXT NOT NULL DEFAULT '[]'",
  'is_guess INTEGER NOT NULL DEFAULT 0',
];
/** Strangers may send one hint after another: so long after a call nothing is asked again because of one. */
const HINT_WAIT_MILLIS = 30_000;
const HINT_IDS_MAX = 16;
/** How often a payment is polled at its slots that only such callbacks name. */
const GUESS_CALLS_MAX = 3;

/** Whether a slot is used with a call, and the final poll as known then. */
interface SlotUse {
  readonly isCalled: boolean;
  readonly lastLook: Instant | null;
}

export class PollTable {
  private readonly database: DatabaseSync;
  private readonly schedules: ReadonlyMap<string, Schedule>;
  private readonly selection: StatementSync;
  private readonly rowSelection: StatementSync;
  private readonly insertion: StatementSync;
  private readonly deletion: StatementSync;
  /** The payments of accounts that are asked by them. */
  readonly payments: PaymentTable;
  /** Which of the payments are due. */
  readonly due: DuePolls;
  /** How far the facts were read. */
  readonly cursors: PollCursors;

  /** `schedules` by account; rows of other accounts are left unchanged. */
  constructor(database: DatabaseSync, schedules: ReadonlyMap<string, Schedule>) {
    database.exec(TABLES);
    for (const column of COLUMNS) addColumn(database, 'polls', column);
    database.exec(INDEX);
    this.database = database;
    this.schedules = schedules;
    this.selection = database.prepare('SELECT * FROM polls WHERE reference = ? AND is_guess = 0');
    this.rowSelection = database.prepare('SELECT * FROM polls WHERE reference = ? AND account = ?');
    this.insertion = database.prepare('INSERT OR REPLACE INTO polls VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
    this.deletion = database.prepare('DELETE FROM polls WHERE reference = ? AND account = ?');
    this.payments = new PaymentTable(database);
    this.due = new DuePolls(database);
    this.cursors = new PollCursors(database);
  }

  /** Commits all changes of `act`, or none. */
  transaction<Result>(act: () => Result): Result {
    return inTransaction(this.database, act);
  }

  /** The row of the account that the payment was begun at; with an account, its row, whatever made it. */
  get(reference: string, account?: string): PollRow | undefined {
    const row = account === undefined ? this.selection.get(reference) : this.rowSelection.get(reference, account);
    return row as unknown as PollRow | undefined;
  }

  /**
   * A payment started. A later start with the same reference is a new attempt, with its own slots and budget. So is one
   * at another account: what the former account's row says of slots and times is not about this payment.
   */
  begin(reference: string, account: string, start: Instant): void {
    const known = this.get(reference);
    if (known !== undefined && known.account !== account) this.remove(known);
    const row = this.get(reference, account);
    if (row === undefined) this.put({ ...NEW_ROW, reference, account, start });
    else if (row.start < start) this.put({ ...row, start, calls: 0, is_guess: 0 });
    else if (row.is_guess === 1) this.put({ ...row, is_guess: 0 });
  }

  /** A callback that nobody signed came at an instant; `fact` is the id of what it says. */
  hinted(reference: string, account: string, at: Instant, fact: string): void {
    const row = this.get(reference, account) ?? { ...NEW_ROW, reference, account, start: at, is_guess: 1 as const };
    const ids = JSON.parse(row.hint_ids) as string[];
    const name = hash('sha256', fact, 'base64').slice(0, 12);
    if (ids.includes(name)) return;
    const hint_ids = JSON.stringify([...ids, name].slice(-HINT_IDS_MAX));
    const isWaiting = row.passed === null || row.passed < at;
    this.put({ ...row, hint_ids, hint: isWaiting ? (row.hint ?? at) : row.hint });
  }

  /** A response of the account came: the slots before it are used, even if service.db was lost since. */
  answered(reference: string, account: string | null, at: Instant): void {
    const row = account === null ? this.get(reference) : this.get(reference, account);
    if (row === undefined || (row.passed !== null && row.passed >= at)) return;
    this.put({ ...row, passed: at, hint: openHint(row, at) });
  }

  /** The call that was made at an instant got an answer, whatever it said. */
  heard({ reference, account }: PollRow, takenAt: Instant): void {
    const row = this.get(reference, account);
    if (row?.hint != null && row.hint <= takenAt) this.put({ ...row, hint: openHint(row, takenAt) });
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
    const held = this.get(row.reference, row.account);
    const was = afterUse(row, takenAt, { isCalled: true, lastLook });
    const isLast = held === undefined && this.nextOf(was) === null;
    const isSame = held?.start === row.start && held.passed === takenAt;
    const { hint_ids } = held ?? row;
    if (isLast || isSame) this.insert({ ...row, last_look: lastLook, hint_ids, due: until });
  }

  /** The same row with a later due time: no slot was used. */
  postpone(row: PollRow, until: Instant): void {
    this.insert({ ...row, due: until });
  }

  private put(row: Omit<PollRow, 'due'>): void {
    if (!this.schedules.has(row.account)) return;
    const due = this.nextOf(row);
    if (due === null) this.remove(row);
    else this.insert({ ...row, due });
  }

  private remove({ reference, account }: Pick<PollRow, 'reference' | 'account'>): void {
    this.deletion.run(reference, account);
    this.payments.clear({ reference, account });
  }

  private insert(row: PollRow): void {
    const { reference, account, start, passed, due, calls, last_look, hint, hints, hint_ids, is_guess } = row;
    const columns = [reference, account, start, passed, due, calls, last_look, hint, hints, hint_ids, is_guess];
    this.insertion.run(...columns);
  }

  /** When a row is due: at its next slot; but the last call of a budget is reserved for the final poll. */
  private nextOf(row: Omit<PollRow, 'due'>): Instant | null {
    const schedule = this.schedules.get(row.account);
    if (schedule === undefined) return null;
    const { hint, hints, passed } = row;
    const isHinted = hint !== null && hints < schedule.budget;
    const asked = isHinted ? Math.max(hint, passed === null ? hint : passed + HINT_WAIT_MILLIS) : null;
    const slot = this.nextSlot(row, schedule);
    return asked === null || slot === null ? (asked ?? slot) : Math.min(asked, slot);
  }

  private nextSlot(row: Omit<PollRow, 'due'>, schedule: Schedule): Instant | null {
    const { reference, start, passed, calls, last_look, is_guess } = row;
    if (calls >= (is_guess === 1 ? Math.min(GUESS_CALLS_MAX, schedule.budget) : schedule.budget)) return null;
    const slot = schedule.next(start, reference, passed);
    if (last_look === null || (passed !== null && passed >= last_look)) return slot;
    return slot === null || calls === schedule.budget - 1 ? last_look : Math.min(slot, last_look);
  }
}

/**
 * A call that a hint asks for takes nothing of the budget: otherwise strangers could use it up. The hint stays until an
 * answer came: a crash within the call, or a gateway that is away, must not lose it.
 */
function afterUse(row: PollRow, at: Instant, { isCalled, lastLook }: SlotUse): Omit<PollRow, 'due'> {
  const used = isCalled ? 1 : 0;
  const counts = row.hint === null ? { calls: row.calls + used } : { hints: row.hints + used };
  return { ...row, ...counts, passed: at, last_look: lastLook, hint: isCalled ? row.hint : openHint(row, at) };
}

/** What was asked later answers a hint. */
function openHint({ hint }: PollRow, at: Instant): Instant | null {
  return hint !== null && hint > at ? hint : null;
}

const NEW_ROW: Omit<PollRow, 'reference' | 'account' | 'start' | 'due'> = {
  ...{ passed: null, calls: 0, last_look: null, hint: null, hints: 0, hint_ids: '[]', is_guess: 0 },
};
