// Requests that a client may send again without their being done twice, as draft-ietf-httpapi-idempotency-key-header
// has it: the first answer is kept, durably, and given again; another request under the same key is refused.

import { hash } from 'node:crypto';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { HesabuError } from '../../domain/errors.ts';
import type { Clock } from '../../runtime/clock.ts';
import { inTransaction } from '../../runtime/service-database.ts';
import { storageError } from '../../runtime/storage-errors.ts';

/** An answer as it was sent, so that the same bytes can be sent again. */
export interface KeptAnswer {
  readonly status: number;
  readonly body: string;
}

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
/** The header is a structured-field string, which is quoted; most clients send it bare. */
const KEY = /^"?([\x21\x23-\x5b\x5d-\x7e]{1,255})"?$/;

/** The client's key; throws HESABU_IDEMPOTENCY_MISSING, or HESABU_REQUEST_INVALID where it can be none. */
export function readIdempotencyKey(header: string | undefined): string {
  if (header === undefined || header.trim() === '') {
    throw new HesabuError('HESABU_IDEMPOTENCY_MISSING', { where: 'Idempotency-Key' });
  }
  const [, key] = KEY.exec(header.trim()) ?? [];
  if (key !== undefined) return key;
  const expected = '1 to 255 printable ASCII characters without blanks, quotes and backslashes';
  throw new HesabuError('HESABU_REQUEST_INVALID', { where: 'Idempotency-Key', expected });
}

/** What the request asks for, as one text: two of one fingerprint are the same request. */
export function fingerprintOf(method: string, url: string, body: unknown): string {
  return hash('sha256', JSON.stringify([method, url, body ?? null]), 'hex');
}

export class IdempotencyStore {
  private readonly clock: Clock;
  private readonly database: DatabaseSync;
  private readonly underWay = new Set<string>();
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

  /**
   * Does what is asked for, once; its answer is on the disk when this resolves. What fails is not kept, and may be
   * tried again. Throws HESABU_IDEMPOTENCY_BUSY and HESABU_IDEMPOTENCY_REUSED.
   */
  async once(
    key: string,
    fingerprint: string,
    act: () => Promise<KeptAnswer>,
  ): Promise<KeptAnswer & { readonly replayed: boolean }> {
    const oldest = this.clock.now() - KEPT_MILLIS;
    const kept = this.select.get(key, oldest) as (KeptAnswer & { readonly fingerprint: string }) | undefined;
    if (kept !== undefined) {
      if (kept.fingerprint !== fingerprint) throw new HesabuError('HESABU_IDEMPOTENCY_REUSED');
      return { status: kept.status, body: kept.body, replayed: true };
    }
    if (this.underWay.has(key)) throw new HesabuError('HESABU_IDEMPOTENCY_BUSY');
    this.underWay.add(key);
    try {
      const answer = await act();
      await this.keep({ key, fingerprint, answer });
      return { ...answer, replayed: false };
    } finally {
      this.underWay.delete(key);
    }
  }

  /** Answers that are made in one turn of the event loop share a commit. */
  private keep(row: Row): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ ...row, resolve, reject });
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
