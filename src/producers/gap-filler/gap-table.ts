// Up to when each account was asked what happened, the question that is under way, and the times that nobody can be
// asked about any more: rows of service.db.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Instant } from '../../domain/time.ts';
import { written } from '../../runtime/service-database.ts';

const TABLE = `
  CREATE TABLE IF NOT EXISTS gap_positions (
    account TEXT PRIMARY KEY, asked_until INTEGER, since INTEGER, until INTEGER, cursor TEXT
  ) STRICT, WITHOUT ROWID`;
const LOSSES = `
  CREATE TABLE IF NOT EXISTS gap_losses (
    account TEXT, since INTEGER, until INTEGER, found INTEGER, PRIMARY KEY (account, since)
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

/** A time in which webhooks may be missing, and nobody tells of them any more. */
export interface GapLoss {
  readonly since: Instant;
  readonly until: Instant;
}

export class GapTable {
  private readonly selection: StatementSync;
  private readonly insertion: StatementSync;
  private readonly lossInsertion: StatementSync;
  private readonly lossSelection: StatementSync;

  constructor(database: DatabaseSync) {
    database.exec(TABLE);
    database.exec(LOSSES);
    this.selection = database.prepare('SELECT * FROM gap_positions WHERE account = ?');
    this.insertion = database.prepare('INSERT OR REPLACE INTO gap_positions VALUES (?, ?, ?, ?, ?)');
    this.lossInsertion = database.prepare('INSERT OR REPLACE INTO gap_losses VALUES (?, ?, ?, ?)');
    this.lossSelection = database.prepare(
      'SELECT account, sum(until - since) AS millis FROM gap_losses WHERE found > ? GROUP BY account',
    );
  }

  get(account: string): GapRow {
    const row = this.selection.get(account) as unknown as GapRow | undefined;
    return row ?? { account, asked_until: null, since: null, until: null, cursor: null };
  }

  lose(account: string, { since, until }: GapLoss, found: Instant): void {
    written(() => this.lossInsertion.run(account, since, until, found));
  }

  /** How much time was lost by account, of what was found after `since`. */
  lostMillis(since: Instant): ReadonlyMap<string, number> {
    const rows = this.lossSelection.all(since) as unknown as { account: string; millis: number }[];
    return new Map(rows.map(({ account, millis }) => [account, millis]));
  }

  put({ account, asked_until, since, until, cursor }: GapRow): void {
    written(() => this.insertion.run(account, asked_until, since, until, cursor));
  }
}
