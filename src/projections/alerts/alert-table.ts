// The raised alerts and those of the last days: rows of service.db, so that a restart neither repeats nor forgets one.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Instant } from '../../domain/time.ts';

const TABLES = `
  CREATE TABLE IF NOT EXISTS alerts (
    id INTEGER PRIMARY KEY, alert TEXT NOT NULL, about TEXT NOT NULL, raised_at INTEGER NOT NULL, cleared_at INTEGER,
    value TEXT NOT NULL, threshold TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX IF NOT EXISTS alerts_raised ON alerts (alert, about) WHERE cleared_at IS NULL;
  CREATE TABLE IF NOT EXISTS alert_changes (
    number INTEGER PRIMARY KEY AUTOINCREMENT, alert INTEGER NOT NULL, what TEXT NOT NULL, at INTEGER NOT NULL
  ) STRICT`;

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

/** That an alert was raised or cleared. Numbers grow for ever, so that a reader goes on after the last one it saw. */
export interface AlertChange {
  readonly number: number;
  readonly alert: string;
  readonly about: string;
  readonly what: 'raised' | 'cleared';
  readonly at: Instant;
}

export class AlertTable {
  private readonly insertRow: StatementSync;
  private readonly updateRow: StatementSync;
  private readonly clearRow: StatementSync;
  private readonly selectRows: StatementSync;
  private readonly deleteOld: StatementSync;
  private readonly insertChange: StatementSync;
  private readonly selectChanges: StatementSync;
  private readonly selectLast: StatementSync;
  private readonly deleteChanges: StatementSync;

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
    this.insertChange = database.prepare('INSERT INTO alert_changes VALUES (NULL, ?, ?, ?)');
    this.selectChanges = database.prepare(
      `SELECT number, alerts.alert, about, what, at FROM alert_changes JOIN alerts ON id = alert_changes.alert
       WHERE number > ? ORDER BY number LIMIT ?`,
    );
    this.selectLast = database.prepare(
      "SELECT coalesce(max(seq), 0) AS last FROM sqlite_sequence WHERE name = 'alert_changes'",
    );
    this.deleteChanges = database.prepare('DELETE FROM alert_changes WHERE alert NOT IN (SELECT id FROM alerts)');
  }

  raise(alert: string, about: string, at: Instant, value: string, threshold: string): AlertRow {
    const row = this.insertRow.get(alert, about, at, value, threshold) as unknown as AlertRow;
    this.insertChange.run(row.id, 'raised', at);
    return row;
  }

  update(id: number, value: string, threshold: string): void {
    this.updateRow.run(value, threshold, id);
  }

  clear(id: number, at: Instant): void {
    this.clearRow.run(at, id);
    this.insertChange.run(id, 'cleared', at);
  }

  /** The raised alerts first, then those cleared after an instant; newest first. */
  rows(clearedAfter: Instant): readonly AlertRow[] {
    return this.selectRows.all(clearedAfter) as unknown as AlertRow[];
  }

  prune(clearedBefore: Instant): void {
    if (this.deleteOld.run(clearedBefore).changes > 0) this.deleteChanges.run();
  }

  /** At most so many after a number. */
  changesAfter(number: number, limit: number): readonly AlertChange[] {
    return this.selectChanges.all(number, limit) as unknown as AlertChange[];
  }

  get lastChange(): number {
    return Number(this.selectLast.get()!.last);
  }
}
