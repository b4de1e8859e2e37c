// Answers to requests that a client may repeat under its key: rows of service.db. Each is on disk before the client
// gets it.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { AnswerStore, KeptAnswer } from '../../http/api/tables.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { SharedCommit } from './shared-commit.ts';

const KEPT_MILLIS = 48 * 3_600_000;

export class AnswerTable implements AnswerStore {
  private readonly clock: Clock;
  private readonly commit: SharedCommit;
  private readonly select: StatementSync;
  private readonly insert: StatementSync;
  private readonly prune: StatementSync;

  constructor(database: DatabaseSync, commit: SharedCommit, clock: Clock) {
    this.clock = clock;
    this.commit = commit;
    database.exec(
      'CREATE TABLE IF NOT EXISTS idempotency (' +
        'key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, at INTEGER NOT NULL, status INTEGER NOT NULL, ' +
        'body TEXT NOT NULL) STRICT, WITHOUT ROWID; ' +
        'CREATE INDEX IF NOT EXISTS idempotency_at ON idempotency (at)',
    );
    this.select = database.prepare('SELECT fingerprint, status, body FROM idempotency WHERE key = ? AND at > ?');
    this.insert = database.prepare(
      'INSERT OR REPLACE INTO idempotency (key, fingerprint, at, status, body) VALUES (?, ?, ?, ?, ?)',
    );
    this.prune = database.prepare('DELETE FROM idempotency WHERE at <= ?');
  }

  find(key: string): (KeptAnswer & { readonly fingerprint: string }) | undefined {
    const oldest = this.clock.now() - KEPT_MILLIS;
    return this.select.get(key, oldest) as (KeptAnswer & { readonly fingerprint: string }) | undefined;
  }

  keep(key: string, fingerprint: string, { status, body }: KeptAnswer): Promise<void> {
    return this.commit.add(() => {
      const now = this.clock.now();
      this.prune.run(now - KEPT_MILLIS);
      this.insert.run(key, fingerprint, now, status, body);
    });
  }
}
