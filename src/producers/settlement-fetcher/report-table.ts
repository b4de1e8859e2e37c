// The reports that were fetched or are awaited, and the changes in them: rows of service.db.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Instant } from '../../domain/time.ts';
import { addColumn, inTransaction } from '../../runtime/service-database.ts';
import type { ReportDifference } from './report-difference.ts';

const TABLES = `
  CREATE TABLE IF NOT EXISTS settlement_reports (
    account TEXT NOT NULL, date TEXT NOT NULL, status TEXT NOT NULL, expected INTEGER NOT NULL,
    due INTEGER NOT NULL, next INTEGER, missed INTEGER NOT NULL, tries INTEGER NOT NULL,
    looks INTEGER NOT NULL, sha256 TEXT, rows INTEGER, file TEXT, rejected INTEGER, import INTEGER, cursor TEXT,
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
  /** `taken` is fetched again a few times; `done` is not. */
  readonly status: 'waiting' | 'taken' | 'done';
  /** 0 for days before the account was first seen: their reports cannot be called missing. */
  readonly expected: 0 | 1;
  readonly due: Instant;
  /** When it is fetched next; null if it is not fetched any more. */
  readonly next: Instant | null;
  /** 1 if people were notified that it is missing. */
  readonly missed: 0 | 1;
  /** Calls without a report. */
  readonly tries: number;
  /** How often it was fetched again since it was taken. */
  readonly looks: number;
  /** Hash of the latest version in hex; null if there is none. */
  readonly sha256: string | null;
  /** Rows of the latest version; null if the ledger had them from elsewhere. */
  readonly rows: number | null;
  /** The file of the latest version. */
  readonly file: string | null;
  /** How many rows of the latest version could not be read; null if `rows` is. */
  readonly rejected: number | null;
  /** The number of its import, under which its rows are archived. */
  readonly import: number | null;
  /** Of a report in pages: what asks for the next one; null before the first. */
  readonly cursor: string | null;
}

/** A report that lost or changed lines. */
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
  private readonly unsentSelection: StatementSync;
  private readonly sentUpdate: StatementSync;

  constructor(database: DatabaseSync) {
    database.exec(TABLES);
    addColumn(database, 'settlement_reports', 'rejected INTEGER');
    addColumn(database, 'settlement_reports', 'import INTEGER');
    addColumn(database, 'settlement_reports', 'cursor TEXT');
    this.database = database;
    this.selection = database.prepare('SELECT * FROM settlement_reports WHERE account = ? ORDER BY date');
    this.rowSelection = database.prepare('SELECT * FROM settlement_reports WHERE account = ? AND date = ?');
    this.insertion = database.prepare(
      'INSERT OR REPLACE INTO settlement_reports VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    );
    const where = 'WHERE account = ? AND next IS NOT NULL ORDER BY next, date LIMIT 1';
    this.nextRow = database.prepare(`SELECT * FROM settlement_reports ${where}`);
    const old = "WHERE account = ? AND date < ? AND NOT (status = 'waiting' AND expected = 1)";
    this.pruning = database.prepare(`DELETE FROM settlement_reports ${old} RETURNING *`);
    this.changeInsertion = database.prepare('INSERT INTO settlement_changes VALUES (NULL, ?, ?, ?, 0, ?)');
    const changes = 'SELECT id, account, date, at, difference FROM settlement_changes';
    this.changeSelection = database.prepare(`${changes} ORDER BY id DESC LIMIT ?`);
    this.unsentSelection = database.prepare(`${changes} WHERE told = 0 AND account = ? ORDER BY id`);
    this.sentUpdate = database.prepare('UPDATE settlement_changes SET told = 1 WHERE id = ?');
  }

  /** Commits all changes of `act`, or none. */
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
    const taken = [looks, sha256, rows, file, rejected, row.import, row.cursor];
    this.insertion.run(account, date, status, expected, due, next, missed, tries, ...taken);
  }

  /** The report to fetch next, now or later. */
  next(account: string): ReportRow | undefined {
    return this.nextRow.get(account) as unknown as ReportRow | undefined;
  }

  /** Deletes and returns the reports before a date, except those that are still awaited, however old. */
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

  /** The changes of an account that were not sent yet, each with its number. */
  unsent(account: string): readonly { readonly id: number; readonly change: ReportChange }[] {
    const rows = this.unsentSelection.all(account) as unknown as ChangeRow[];
    return rows.map((row) => ({ id: row.id, change: changeOf(row) }));
  }

  markSent(id: number): void {
    this.sentUpdate.run(id);
  }
}

function changeOf({ account, date, at, difference }: ChangeRow): ReportChange {
  return { account, date, at, ...(JSON.parse(difference) as ReportDifference) };
}
