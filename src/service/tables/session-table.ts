// Sessions of people, and the codes that they used: rows of service.db, so that they outlive the service.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Instant } from '../../domain/time.ts';
import type { SessionTable, StoredSession } from '../../http/access/sessions.ts';
import { written } from '../../runtime/service-database.ts';

export class SessionRows implements SessionTable {
  private readonly insertion: StatementSync;
  private readonly selection: StatementSync;
  private readonly update: StatementSync;
  private readonly removal: StatementSync;
  private readonly pruning: StatementSync;
  private readonly period: StatementSync;

  constructor(database: DatabaseSync) {
    database.exec(
      'CREATE TABLE IF NOT EXISTS sessions (' +
        'hash TEXT PRIMARY KEY, person TEXT NOT NULL, version INTEGER NOT NULL, made_at INTEGER NOT NULL, ' +
        'seen_at INTEGER NOT NULL) STRICT, WITHOUT ROWID; ' +
        'CREATE TABLE IF NOT EXISTS used_codes (' +
        'person TEXT PRIMARY KEY, period INTEGER NOT NULL) STRICT, WITHOUT ROWID',
    );
    this.insertion = database.prepare(
      'INSERT INTO sessions (hash, person, version, made_at, seen_at) VALUES (?, ?, ?, ?, ?)',
    );
    this.selection = database.prepare('SELECT * FROM sessions WHERE hash = ?');
    this.update = database.prepare('UPDATE sessions SET seen_at = ? WHERE hash = ?');
    this.removal = database.prepare('DELETE FROM sessions WHERE hash = ?');
    this.pruning = database.prepare('DELETE FROM sessions WHERE made_at <= ? OR seen_at <= ?');
    this.period = database.prepare(
      'INSERT INTO used_codes (person, period) VALUES (?, ?) ' +
        'ON CONFLICT (person) DO UPDATE SET period = excluded.period WHERE period < excluded.period',
    );
  }

  add({ hash, person, version, made_at, seen_at }: StoredSession): void {
    written(() => this.insertion.run(hash, person, version, made_at, seen_at));
  }

  find(hash: string): StoredSession | undefined {
    return this.selection.get(hash) as StoredSession | undefined;
  }

  seen(hash: string, at: Instant): void {
    written(() => this.update.run(at, hash));
  }

  remove(hash: string): void {
    written(() => this.removal.run(hash));
  }

  prune(madeBefore: Instant, seenBefore: Instant): void {
    written(() => this.pruning.run(madeBefore, seenBefore));
  }

  usePeriod(person: string, period: number): boolean {
    return written(() => this.period.run(person, period).changes) === 1;
  }
}
