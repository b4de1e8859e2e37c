// The raised alerts and those of the last days: rows of service.db, so that a restart neither repeats nor forgets one.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Instant } from '../../domain/time.ts';

const TABLES = `
  CREATE TABLE IF NOT EXISTS alerts (
    id INTEGER PRIMARY KEY, alert TEXT NOT NULL, about TEXT NOT NULL, raised_at INTEGER NOT NULL, cleared_at INTEGER,
    value TEXT NOT NULL, threshold TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX IF NOT EXISTS alerts_raised ON alerts (alert, about) WHERE cleared_at IS NULL`;

export interface AlertRow {
  readonly id: number;
  readonly alert: string;
  readonly about: string;
  readonly raised_at: Instant;
  /** Null while it is raised. */
  readonly cleared_at: Instant | null;
  /** The last value while the alert was raised: a plain decimal. */
  readonly value: string;
  readonly threshold: string;
}

export class AlertTable {
  private readonly insertRow: StatementSync;
  private readonly updateRow: StatementSync;
  private readonly clearRow: StatementSync;
  private readonly selectRows: StatementSync;
  private readonly deleteOld: StatementSync;

  constructor(database: DatabaseSync) {
    database.exec(TABLES);
    this.insertRow = database.prepare('INSERT INTO alerts VALUES (NULL, ?, ?, ?, NULL, ?, ?) RETURNING *');
    this.updateRow = database.prepare('UPDATE alerts SET value = ?, threshold = ? WHERE id = ?');
    this.clearRow = database.prepare('UPDATE alerts SET cleared_at = ? WHERE id = ?');
    this.selectRows = database.prepare(
      `SELECT * FROM alerts WHERE cleared_at IS NULL OR cleared_at > ?
       ORDER BY cleared_at IS NOT NULL, coalesce(cleared_at, raised_at) DESC, id DESC`,
    );
    this.deleteOld = database.prepare('DELETE FROM alerts WHERE cleared_at <= ?');
  }

  raise(alert: string, about: string, at: Instant, value: string, threshold: string): AlertRow {
    return this.insertRow.get(alert, about, at, value, threshold) as unknown as AlertRow;
  }

  update(id: number, value: string, threshold: string): void {
    this.updateRow.run(value, threshold, id);
  }

  clear(id: number, at: Instant): void {
    this.clearRow.run(at, id);
  }

  /** The raised alerts first, then those cleared after an instant; newest first. */
  rows(clearedAfter: Instant): readonly AlertRow[] {
    return this.selectRows.all(clearedAfter) as unknown as AlertRow[];
  }

  prune(clearedBefore: Instant): void {
    this.deleteOld.run(clearedBefore);
  }
}
