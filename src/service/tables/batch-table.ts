// Work on many cases at once: rows of service.db, so that what was begun is finished after a crash.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { setImmediate as turn } from 'node:timers/promises';
import { HesabuError } from '../../domain/errors.ts';
import {
  type Batch,
  type BatchRow,
  type BatchRowsQuestion,
  type BatchStore,
  type GivenRow,
  type Outcome,
  ROW_STATUSES,
  type RowStatus,
} from '../../http/api/batch.ts';
import type { Clock } from '../../runtime/clock.ts';
import { inTransaction, written } from '../../runtime/service-database.ts';
import { storageError } from '../../runtime/storage-errors.ts';
import type { SharedCommit } from './shared-commit.ts';

/** As long as the audit trail tells of them. */
const KEPT_MILLIS = 366 * 86_400_000;
/** Rows that are stored in one turn. */
const PIECE_ROWS = 500;

interface StoredBatch {
  readonly id: string;
  readonly at: number;
  readonly person: string;
  readonly said: string;
  readonly finished_at: number | null;
  readonly withdrawn_by: string | null;
}

interface StoredRow extends Omit<BatchRow, 'given'> {
  readonly given: string;
}

export class BatchTable implements BatchStore {
  private readonly database: DatabaseSync;
  private readonly commit: SharedCommit;
  private readonly clock: Clock;
  private readonly begin: StatementSync;
  private readonly insertRow: StatementSync;
  private readonly update: StatementSync;

  constructor(database: DatabaseSync, commit: SharedCommit, clock: Clock) {
    this.database = database;
    this.commit = commit;
    this.clock = clock;
    database.exec(
      'CREATE TABLE IF NOT EXISTS batches (' +
        'id TEXT PRIMARY KEY, at INTEGER NOT NULL, person TEXT NOT NULL, said TEXT NOT NULL, finished_at INTEGER, ' +
        'withdrawn_by TEXT, is_whole INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID; ' +
        'CREATE INDEX IF NOT EXISTS batches_person ON batches (person, at); ' +
        'CREATE INDEX IF NOT EXISTS batches_waiting ON batches (at) WHERE finished_at IS NULL; ' +
        'CREATE TABLE IF NOT EXISTS batch_rows (' +
        'batch TEXT NOT NULL, number INTEGER NOT NULL, merchant TEXT NOT NULL, given TEXT NOT NULL, ' +
        'status TEXT NOT NULL, code TEXT, why TEXT, decision TEXT, ' +
        'PRIMARY KEY (batch, number)) STRICT, WITHOUT ROWID; ' +
        'CREATE INDEX IF NOT EXISTS batch_rows_counts ON batch_rows (batch, status, merchant)',
    );
    this.begin = database.prepare(
      'INSERT INTO batches (id, at, person, said) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO NOTHING',
    );
    this.insertRow = database.prepare(
      'INSERT INTO batch_rows (batch, number, merchant, given, status, code, why) VALUES (?, ?, ?, ?, ?, ?, ?)',
    );
    this.update = database.prepare(
      'UPDATE batch_rows SET status = ?, code = ?, why = ?, decision = ? WHERE batch = ? AND number = ?',
    );
    this.sweep();
  }

  async add(
    { id, at, person, ...said }: Parameters<BatchStore['add']>[0],
    rows: readonly (GivenRow & Partial<Outcome>)[],
  ): Promise<void> {
    const begun = written(() => this.begin.run(id, at, person, JSON.stringify(said)).changes);
    if (begun === 0) throw new HesabuError('HESABU_IDEMPOTENCY_BUSY');
    try {
      await this.addRows(id, rows);
      await this.commit.add(() => {
        this.database.prepare('UPDATE batches SET is_whole = 1 WHERE id = ?').run(id);
        if (said.act?.act !== 'withdraw') return;
        this.database.prepare('UPDATE batches SET withdrawn_by = ? WHERE id = ?').run(id, said.act.batch);
      });
    } catch (error) {
      // It may be asked for again under the same id.
      this.forget(id);
      throw error;
    }
  }

  private async addRows(id: string, rows: readonly (GivenRow & Partial<Outcome>)[]): Promise<void> {
    for (let from = 0; from < rows.length; from += PIECE_ROWS) {
      this.together(() => {
        for (const [place, row] of rows.slice(from, from + PIECE_ROWS).entries())
          this.addRow(id, from + place + 1, row);
      });
      await turn();
    }
  }

  private forget(id: string): void {
    this.together(() => {
      this.database.prepare('DELETE FROM batches WHERE id = ?').run(id);
      this.database.prepare('DELETE FROM batch_rows WHERE batch = ?').run(id);
    });
  }

  get(id: string): Batch | undefined {
    return this.select('id = ?', id)[0];
  }

  of(person: string, limit: number): readonly Batch[] {
    return this.select('person = ? ORDER BY at DESC, id LIMIT ?', person, limit);
  }

  rows({ batch, merchants, status, after, limit }: BatchRowsQuestion): readonly BatchRow[] {
    const [seen, ...names] = seenBy(merchants);
    const stands = status === undefined ? 'TRUE' : 'status = ?';
    const where = `batch = ? AND number > ? AND ${seen} AND ${stands}`;
    const text = `SELECT * FROM batch_rows WHERE ${where} ORDER BY number LIMIT ?`;
    const values = [batch, after, ...names, ...(status === undefined ? [] : [status]), limit];
    const rows = this.database.prepare(text).all(...values) as unknown as StoredRow[];
    return rows.map(({ number, status, code, why, decision, given }) => ({
      ...{ number, status, code, why, decision },
      given: JSON.parse(given) as GivenRow,
    }));
  }

  counts(batch: string, merchants: readonly string[] | null): Readonly<Record<RowStatus, number>> {
    const [seen, ...names] = seenBy(merchants);
    const text = `SELECT status, COUNT(*) AS count FROM batch_rows WHERE batch = ? AND ${seen} GROUP BY status`;
    const found = this.database.prepare(text).all(batch, ...names);
    const counts = new Map(found.map(({ status, count }) => [status, Number(count)]));
    return Object.fromEntries(ROW_STATUSES.map((status) => [status, counts.get(status) ?? 0])) as Record<
      RowStatus,
      number
    >;
  }

  unfinished(): Batch | undefined {
    return this.select('finished_at IS NULL ORDER BY at, id LIMIT 1')[0];
  }

  settle(batch: string, outcomes: readonly (Outcome & Pick<BatchRow, 'number'>)[]): Promise<void> {
    return this.commit.add(() => {
      for (const { number, status, code, why, decision } of outcomes) {
        this.update.run(status, code, why, decision, batch, number);
      }
    });
  }

  finish(batch: string, at: number): void {
    written(() => this.database.prepare('UPDATE batches SET finished_at = ? WHERE id = ?').run(at, batch));
  }

  /** At the start: forgets what is older than a year, and what a crash left half stored, of which nobody was told. */
  private sweep(): void {
    const oldest = this.clock.now() - KEPT_MILLIS;
    this.together(() => {
      this.database
        .prepare('DELETE FROM batches WHERE is_whole = 0 OR (finished_at IS NOT NULL AND at < ?)')
        .run(oldest);
      this.database.exec('DELETE FROM batch_rows WHERE batch NOT IN (SELECT id FROM batches)');
    });
  }

  private addRow(batch: string, number: number, { status, code, why, ...given }: GivenRow & Partial<Outcome>): void {
    const { decision = null, ...rest } = given;
    const text = JSON.stringify({ ...rest, decision });
    this.insertRow.run(batch, number, given.merchant, text, status ?? 'waiting', code ?? null, why ?? null);
  }

  private select(where: string, ...values: (string | number)[]): Batch[] {
    const rows = this.database.prepare(`SELECT * FROM batches WHERE is_whole = 1 AND ${where}`).all(...values);
    return (rows as unknown as StoredBatch[]).map(({ id, at, person, said, finished_at, withdrawn_by }) => ({
      ...{ id, at, person, finished_at, withdrawn_by },
      ...(JSON.parse(said) as Pick<Batch, 'act' | 'roles' | 'via'>),
    }));
  }

  private together(act: () => void): void {
    try {
      inTransaction(this.database, act);
    } catch (error) {
      throw storageError(error, 'service.db');
    }
  }
}

function seenBy(merchants: readonly string[] | null): [text: string, ...values: string[]] {
  return merchants === null ? ['TRUE'] : ['merchant IN (SELECT value FROM json_each(?))', JSON.stringify(merchants)];
}
