// The rejects of files that were sent in, kept so that who sent a bad file can look at all of them, a page at a time.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Reject } from '../../domain/errors.ts';
import { inTransaction } from '../../log/service-database.ts';

export class RejectTable {
  private readonly database: DatabaseSync;
  private readonly insert: StatementSync;
  private readonly select: StatementSync;

  constructor(database: DatabaseSync) {
    this.database = database;
    database.exec(
      'CREATE TABLE IF NOT EXISTS import_rejects (' +
        'import INTEGER NOT NULL, number INTEGER NOT NULL, reject TEXT NOT NULL, PRIMARY KEY (import, number)' +
        ') STRICT, WITHOUT ROWID',
    );
    this.insert = database.prepare('INSERT OR REPLACE INTO import_rejects (import, number, reject) VALUES (?, ?, ?)');
    this.select = database.prepare(
      'SELECT number, reject FROM import_rejects WHERE import = ? AND number > ? ORDER BY number LIMIT ?',
    );
  }

  keep(importId: number, rejects: readonly Reject[]): void {
    if (rejects.length === 0) return;
    inTransaction(this.database, () => {
      for (const [at, reject] of rejects.entries()) this.insert.run(importId, at + 1, JSON.stringify(reject));
    });
  }

  /** The rejects after a number; `last` is the number of the last of them. */
  page(importId: number, after: number, limit: number) {
    const rows = this.select.all(importId, after, limit + 1) as { number: number; reject: string }[];
    const shown = rows.slice(0, limit);
    return {
      rejects: shown.map(({ reject }) => JSON.parse(reject) as Reject),
      last: shown.at(-1)?.number ?? after,
      more: rows.length > limit,
    };
  }
}
