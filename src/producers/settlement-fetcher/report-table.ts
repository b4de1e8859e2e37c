// Which reports were fetched, which are waited for, and what changed in them: rows of service.db.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Instant } from '../../domain/time.ts';
import { inTransaction } from '../../runtime/service-database.ts';
import type { ReportDifference } from './compare.ts';

const TABLES = `
  CREATE TABLE IF NOT EXISTS settlement_reports (
    account TEXT NOT NULL, date TEXT NOT NULL, status TEXT NOT NULL, expected INTEGER NOT NULL,
    due INTEGER NOT NULL, next INTEGER, missed INTEGER NOT NULL, tries INTEGER NOT NULL,
    looks INTEGER NOT NULL, sha256 TEXT, rows INTEGER, file TEXT, rejected INTEGER, import INTEGER,
    PRIMARY KEY (account, date)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS settlement_changes (
    id INTEGER PRIMARY KEY, account TEXT NOT NULL, date TEXT NOT NULL, at INTEGER NOT NULL, told INTEGER NOT NULL,
    difference TEXT NOT NULL
  )`;

export interface ReportRow {
  /** `provider/account`. */
  readonly account: string;
  /** The report's own, `YYYY-MM-DD`. */
  readonly date: string;
  /** `taken` is looked at again now and then; `done` is not. */
  readonly status: 'waiting' | 'taken' | 'done';
  /** 0 for days before the account was first seen: nobody can say that a report of theirs is missing. */
  readonly expected: 0 | 1;
  readonly due: Instant;
  /** When it is asked for next; null where it is no more. */
  readonly next: Instant | null;
  /** 1 where people were told that it is missing. */
  readonly missed: 0 | 1;
  /** Calls made in vain. */
  readonly tries: number;
  /** How often it was looked at since it was taken. */
  readonly looks: number;
  /** Of the version last taken, in hex; null where none was. */
  readonly sha256: string | null;
  /** Of the version last taken; null where the ledger had it from elsewhere. */
  readonly rows: number | null;
  /** The name of the file that keeps the version last taken. */
  readonly file: string | null;
  /** Of the version last taken, how many rows could not be read; null as `rows` is. */
  readonly rejected: number | null;
  /** The number of its import, under which these rows are kept. */
  readonly import: number | null;
}

/** A report that lost lines, or whose lines read otherwise than before. */
export interface ReportChange extends ReportDifference {
  readonly account: string;
  readonly date: string;
  /** When it was found. */
  readonly at: Instant;
}

interface ChangeRow {
  readonly id: number;
  readonly account: string;
  readonly date: string;
  readonly at: Instant;
  readonly difference: string;
}

export class ReportTable {
  private readonly database: DatabaseSync;
  private readonly selection: StatementSync;
  private readonly rowSelection: StatementSync;
  private readonly insertion: StatementSync;
  private readonly nextRow: StatementSync;
  private readonly pruning: StatementSync;
  private readonly changeInsertion: StatementSync;
  private readonly changeSelection: StatementSync;
  private readonly untoldSelection: StatementSync;
  private readonly telling: StatementSync;

  constructor(database: DatabaseSync) {
    database.exec(TABLES);
    addColumns(database);
    this.database = database;
    this.selection = database.prepare('SELECT * FROM settlement_reports WHERE account = ? ORDER BY date');
    this.rowSelection = database.prepare('SELECT * FROM settlement_reports WHERE account = ? AND date = ?');
    this.insertion = database.prepare(
      'INSERT OR REPLACE INTO settlement_reports VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    );
    const where = 'WHERE account = ? AND next IS NOT NULL ORDER BY next, date LIMIT 1';
    this.nextRow = database.prepare(`SELECT * FROM settlement_reports ${where}`);
    const old = "WHERE account = ? AND date < ? AND NOT (status = 'waiting' AND expected = 1)";
    this.pruning = database.prepare(`DELETE FROM settlement_reports ${old} RETURNING *`);
    this.changeInsertion = database.prepare('INSERT INTO settlement_changes VALUES (NULL, ?, ?, ?, 0, ?)');
    const changes = 'SELECT id, account, date, at, difference FROM settlement_changes';
    this.changeSelection = database.prepare(`${changes} ORDER BY id DESC LIMIT ?`);
    this.untoldSelection = database.prepare(`${changes} WHERE told = 0 AND account = ? ORDER BY id`);
    this.telling = database.prepare('UPDATE settlement_changes SET told = 1 WHERE id = ?');
  }

  /** All that `act` changes is kept, or nothing. */
  transaction<Result>(act: () => Result): Result {
    return inTransaction(this.database, act);
  }

  /** The account's reports, oldest first. */
  rows(account: string): readonly ReportRow[] {
    return this.selection.all(account) as unknown as ReportRow[];
  }

  get(account: string, date: string): ReportRow | undefined {
    return this.rowSelection.get(account, date) as unknown as ReportRow | undefined;
  }

  put(row: ReportRow): void {
    const { account, date, status, expected, due, next, missed, tries, looks, sha256, rows, file, rejected } = row;
    const taken = [looks, sha256, rows, file, rejected, row.import];
    this.insertion.run(account, date, status, expected, due, next, missed, tries, ...taken);
  }

  /** The report to ask for next, now or later. */
  next(account: string): ReportRow | undefined {
    return this.nextRow.get(account) as unknown as ReportRow | undefined;
  }

  /** Forgets the reports before a date, and gives them; but for those that are still waited for, however old. */
  prune(account: string, before: string): readonly ReportRow[] {
    return this.pruning.all(account, before) as unknown as ReportRow[];
  }

  addChange(account: string, date: string, at: Instant, difference: ReportDifference): void {
    this.changeInsertion.run(account, date, at, JSON.stringify(difference));
  }

  /** The changes found, the latest first. */
  changes(limit: number): readonly ReportChange[] {
    return (this.changeSelection.all(limit) as unknown as ChangeRow[]).map(changeOf);
  }

  /** The changes of an account that were found and not told yet, each with its number. */
  untold(account: string): readonly { readonly id: number; readonly change: ReportChange }[] {
    const rows = this.untoldSelection.all(account) as unknown as ChangeRow[];
    return rows.map((row) => ({ id: row.id, change: changeOf(row) }));
  }

  markTold(id: number): void {
    this.telling.run(id);
  }
}

/** A service.db that an earlier release made has none of the later columns. */
function addColumns(database: DatabaseSync): void {
  const columns = database.prepare('PRAGMA table_info(settlement_reports)').all();
  if (columns.some(({ name }) => name === 'import')) return;
  database.exec('ALTER TABLE settlement_reports ADD COLUMN rejected INTEGER');
  database.exec('ALTER TABLE settlement_reports ADD COLUMN import INTEGER');
}

function changeOf({ account, date, at, difference }: ChangeRow): ReportChange {
  return { account, date, at, ...(JSON.parse(difference) as ReportDifference) };
}
