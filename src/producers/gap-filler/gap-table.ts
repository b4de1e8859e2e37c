// Up to when each account was asked what happened, and the question that is under way: rows of service.db.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Instant } from '../../domain/time.ts';
import { written } from '../../runtime/service-database.ts';

const TABLE = `
  CREATE TABLE IF NOT EXISTS gap_positions (
    account TEXT PRIMARY KEY, asked_until INTEGER, since INTEGER, until INTEGER, cursor TEXT
  ) STRICT, WITHOUT ROWID`;

export interface GapRow {
  /** `provider/account`. */
  readonly account: string;
  /** Everything before was asked; null if nothing was. */
  readonly asked_until: Instant | null;
  /** The span of the question under way; both null if there is none. */
  readonly since: Instant | null;
  readonly until: Instant | null;
  /** Asks for its next page; null for the first. */
  readonly cursor: string | null;
}

export class GapTable {
  private readonly selection: StatementSync;
  private readonly insertion: StatementSync;

  constructor(database: DatabaseSync) {
    database.exec(TABLE);
    this.selection = database.prepare('SELECT * FROM gap_positions WHERE account = ?');
    this.insertion = database.prepare('INSERT OR REPLACE INTO gap_positions VALUES (?, ?, ?, ?, ?)');
  }

  get(account: string): GapRow {
    const row = this.selection.get(account) as unknown as GapRow | undefined;
    return row ?? { account, asked_until: null, since: null, until: null, cursor: null };
  }

  put({ account, asked_until, since, until, cursor }: GapRow): void {
    written(() => this.insertion.run(account, asked_until, since, until, cursor));
  }
}
