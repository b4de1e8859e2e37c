// The payments that may need polls, and the time of the next one: rows of service.db, made from facts and deadlines.

import { hash } from 'node:crypto';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Instant } from '../../domain/time.ts';
import type { Topic } from '../../log/event-log.ts';
import { addColumn, inTransaction } from '../../runtime/service-database.ts';
import { PaymentTable } from './payment-table.ts';
import type { Schedule } from './schedule.ts';

const TABLES = `
  CREATE TABLE IF NOT EXISTS polls (
    reference TEXT NOT NULL, account TEXT NOT NULL, start INTEGER NOT NULL, passed INTEGER, due INTEGER NOT NULL,
    calls INTEGER NOT NULL DEFAULT 0, last_look INTEGER, hint INTEGER, hints INTEGER NOT NULL DEFAULT 0,
    hint_ids TEXT NOT NULL DEFAULT '[]', is_guess INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (reference, account)
  ) WITHOUT ROWID;
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
  /** When a callback that nobody signed came, and was not asked about yet; null if there is none. */
  readonly hint: Instant | null;
  /** How many calls were made because of such callbacks: they take nothing of the budget. */
  readonly hints: number;
  /** The facts of the last of them, as a list in JSON: one that comes again is not asked about again. */
  readonly hint_ids: string;
  /** 1 if only such callbacks name the payment: what others name comes before it. */
  readonly is_guess: 0 | 1;
}

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
  private readonly dueSelection: StatementSync;
  private readonly dueCount: StatementSync;
  private readonly firstDue: StatementSync;
  /** The payments of accounts that are asked by them. */
  readonly payments: PaymentTable;
  private readonly cursorSelection: StatementSync;
  private readonly cursorInsertion: StatementSync;

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
    const due = 'FROM polls WHERE account = ? AND is_guess = ? AND due <= ? ORDER BY due DESC LIMIT ?';
    this.dueSelection = database.prepare(`SELECT * ${due}`);
    this.dueCount = database.prepare(`SELECT count(*) AS count FROM (SELECT 1 ${due})`);
    this.firstDue = database.prepare('SELECT min(due) AS due FROM polls WHERE account = ? AND is_guess = ?');
    this.payments = new PaymentTable(database);
    this.cursorSelection = database.prepare('SELECT next FROM poll_cursors WHERE topic = ? AND partition = ?');
    this.cursorInsertion = database.prepare('INSERT OR REPLACE INTO poll_cursors VALUES (?, ?, ?)');
  }

  /** Commits all changes of `act`, or none. */
  transaction<Result>(act: () => Result): Result {
    return inTransaction(this.database, act);
  }

  /** The row of the account that the payment was begun at; rows that only hints made are passed over. */
  get(reference: string): PollRow | undefined {
    return this.selection.get(reference) as unknown as PollRow | undefined;
  }

  /** The row of this account, whatever made it. */
  at(reference: string, account: string): PollRow | undefined {
    return this.rowSelection.get(reference, account) as unknown as PollRow | undefined;
  }

  /**
   * A payment started. A later start with the same reference is a new attempt, with its own slots and budget. So is one
   * at another account: what the former account's row says of slots and times is not about this payment.
   */
  begin(reference: string, account: string, start: Instant): void {
    const known = this.get(reference);
    if (known !== undefined && known.account !== account) this.remove(known);
    const row = this.at(reference, account);
    if (row === undefined) this.put({ ...NEW_ROW, reference, account, start });
    else if (row.start < start) this.put({ ...row, start, calls: 0, is_guess: 0 });
    else if (row.is_guess === 1) this.put({ ...row, is_guess: 0 });
  }

  /** A callback that nobody signed came at an instant; `fact` is the id of what it says. */
  hinted(reference: string, account: string, at: Instant, fact: string): void {
    const row = this.at(reference, account) ?? { ...NEW_ROW, reference, account, start: at, is_guess: 1 as const };
    const ids = JSON.parse(row.hint_ids) as string[];
    const name = hash('sha256', fact, 'base64').slice(0, 12);
    if (ids.includes(name)) return;
    const hint_ids = JSON.stringify([...ids, name].slice(-HINT_IDS_MAX));
    const isWaiting = row.passed === null || row.passed < at;
    this.put({ ...row, hint_ids, hint: isWaiting ? (row.hint ?? at) : row.hint });
  }

  /** A response of the account came: the slots before it are used, even if service.db was lost since. */
  answered(reference: string, account: string | null, at: Instant): void {
    const row = account === null ? this.get(reference) : this.at(reference, account);
    if (row === undefined || (row.passed !== null && row.passed >= at)) return;
    this.put({ ...row, passed: at, hint: openHint(row, at) });
  }

  /** The call that was made at an instant got an answer, whatever it said. */
  heard({ reference, account }: PollRow, takenAt: Instant): void {
    const row = this.at(reference, account);
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
    const held = this.at(row.reference, row.account);
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

  /**
   * Payments that are due, the latest first: if there are more than the gateway allows, a payment that somebody is
   * waiting for now comes before one that has been silent for long.
   */
  due(account: string, now: Instant, limit: number): readonly PollRow[] {
    const known = this.dueSelection.all(account, 0, now, limit);
    const guesses = known.length < limit ? this.dueSelection.all(account, 1, now, limit - known.length) : [];
    return [...known, ...guesses] as unknown as PollRow[];
  }

  /** How many payments are due, counted up to `limit`. */
  countDue(account: string, now: Instant, limit: number): number {
    const count = (isGuess: number) => (this.dueCount.get(account, isGuess, now, limit) as { count: number }).count;
    return Math.min(limit, count(0) + count(1));
  }

  /** When the first payment of an account is due; null if there are none. */
  nextDue(account: string): Instant | null {
    const dues = [0, 1].flatMap((isGuess) => (this.firstDue.get(account, isGuess) as { due: number | null }).due ?? []);
    return dues.length === 0 ? null : Math.min(...dues);
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
