// The rejects of imported files, stored as they are read. Whether a bad file was sent or fetched, people can page
// through its rejects.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Reject } from '../../domain/errors.ts';
import type { ImportRejects, RejectPage } from '../../http/api/tables.ts';
import type { OnReject } from '../../http/ledger-port.ts';
import { inTransaction } from '../../runtime/service-database.ts';

/** The maximum stored of one import, which counts them all: a file of bad rows must not fill the disk. */
const KEPT_MAX = 10_000;
/** The number of rejects in one transaction. */
const GROUP = 500;

interface NumberedReject {
  readonly importId: number;
  readonly number: number;
  readonly reject: Reject;
}

export class RejectTable implements ImportRejects {
  private readonly database: DatabaseSync;
  private readonly insert: StatementSync;
  private readonly select: StatementSync;
  private readonly latestSelection: StatementSync;

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
    const newest = 'ORDER BY import DESC, number DESC LIMIT ?';
    this.latestSelection = database.prepare(`SELECT reject FROM import_rejects ${newest}`);
  }

  /** Writes a group at a time. */
  async collect<Result>(run: (onReject: OnReject) => Promise<Result>): Promise<Result> {
    let group: NumberedReject[] = [];
    let number = 0;
    const flush = () => {
      const kept = group;
      group = [];
      this.putAll(kept);
    };
    try {
      return await run((reject, importId) => {
        if (++number > KEPT_MAX) return;
        group.push({ importId, number, reject });
        if (group.length === GROUP) flush();
      });
    } finally {
      flush();
    }
  }

  /** The rejects of the newest imports, the oldest of these first. */
  latest(limit: number): readonly Reject[] {
    const rows = this.latestSelection.all(limit) as { reject: string }[];
    return rows.reverse().map(({ reject }) => JSON.parse(reject) as Reject);
  }

  page(importId: number, after: number, limit: number): RejectPage {
    const rows = this.select.all(importId, after, limit + 1) as { number: number; reject: string }[];
    const shown = rows.slice(0, limit);
    return {
      rejects: shown.map(({ reject }) => JSON.parse(reject) as Reject),
      last: shown.at(-1)?.number ?? after,
      more: rows.length > limit,
    };
  }

  private putAll(kept: readonly NumberedReject[]): void {
    if (kept.length === 0) return;
    inTransaction(this.database, () => {
      for (const { importId, number, reject } of kept) this.insert.run(importId, number, JSON.stringify(reject));
    });
  }
}
