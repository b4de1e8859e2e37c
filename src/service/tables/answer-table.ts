// Answers to requests that a client may repeat under its key: rows of service.db. Each is on disk before the client
// gets it.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { AnswerStore, KeptAnswer } from '../../http/api/tables.ts';
import type { Clock } from '../../runtime/clock.ts';
import { inTransaction } from '../../runtime/service-database.ts';
import { storageError } from '../../runtime/storage-errors.ts';

interface Row {
  readonly key: string;
  readonly fingerprint: string;
  readonly answer: KeptAnswer;
}

interface WaitingRow extends Row {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

const KEPT_MILLIS = 48 * 3_600_000;

export class AnswerTable implements AnswerStore {
  private readonly clock: Clock;
  private readonly database: DatabaseSync;
  private waiting: WaitingRow[] = [];
  private readonly select: StatementSync;
  private readonly insert: StatementSync;
  private readonly prune: StatementSync;

  constructor(database: DatabaseSync, clock: Clock) {
    this.clock = clock;
    this.database = database;
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

  /** Answers of one turn of the event loop share a commit. */
  keep(key: string, fingerprint: string, answer: KeptAnswer): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ key, fingerprint, answer, resolve, reject });
      if (this.waiting.length === 1) setImmediate(() => this.commit());
    });
  }

  private commit(): void {
    const rows = this.waiting;
    this.waiting = [];
    const now = this.clock.now();
    try {
      inTransaction(this.database, () => {
        this.prune.run(now - KEPT_MILLIS);
        for (const { key, fingerprint, answer } of rows) {
          this.insert.run(key, fingerprint, now, answer.status, answer.body);
        }
      });
      for (const { resolve } of rows) resolve();
    } catch (error) {
      for (const { reject } of rows) reject(storageError(error, 'service.db'));
    }
  }
}
