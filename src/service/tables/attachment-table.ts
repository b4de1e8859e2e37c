// Who sent which file to be added to a note: rows of service.db. The files lie in DIR/blobs/.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Attachment } from '../../domain/decision.ts';
import type { Instant } from '../../domain/time.ts';
import type { Attachments } from '../../http/api/attachments.ts';
import { addColumn, written } from '../../runtime/service-database.ts';

export class AttachmentTable implements Attachments {
  private readonly insertion: StatementSync;
  private readonly claiming: StatementSync;
  private readonly naming: StatementSync;
  private readonly counting: StatementSync;
  private readonly oldest: StatementSync;
  private readonly removal: StatementSync;
  private readonly rest: StatementSync;

  constructor(database: DatabaseSync) {
    database.exec(
      'CREATE TABLE IF NOT EXISTS attachments (' +
        'person TEXT NOT NULL, sha256 TEXT NOT NULL, size INTEGER NOT NULL, media TEXT NOT NULL, ' +
        'at INTEGER NOT NULL, PRIMARY KEY (person, sha256)) STRICT, WITHOUT ROWID',
    );
    addColumn(database, 'attachments', 'named INTEGER NOT NULL DEFAULT 0');
    database.exec('CREATE INDEX IF NOT EXISTS attachments_unnamed ON attachments (at) WHERE named = 0');
    database.exec('CREATE INDEX IF NOT EXISTS attachments_files ON attachments (sha256)');
    this.insertion = database.prepare(
      'INSERT INTO attachments (person, sha256, size, media, at) VALUES (?, ?, ?, ?, ?) ' +
        'ON CONFLICT DO UPDATE SET at = excluded.at',
    );
    this.claiming = database.prepare(
      'UPDATE attachments SET at = ? WHERE person = ? AND sha256 = ? RETURNING sha256, size, media',
    );
    this.naming = database.prepare('UPDATE attachments SET named = 1 WHERE sha256 = ?');
    this.counting = database.prepare('SELECT count(*) AS count FROM attachments WHERE person = ? AND named = 0');
    this.oldest = database.prepare(
      'SELECT DISTINCT sha256 FROM attachments WHERE named = 0 AND at < ? ORDER BY at LIMIT ?',
    );
    this.removal = database.prepare('DELETE FROM attachments WHERE sha256 = ? AND named = 0 AND at < ?');
    this.rest = database.prepare('SELECT count(*) AS count FROM attachments WHERE sha256 = ?');
  }

  add(person: string, { sha256, size, media }: Attachment, at: number): void {
    written(() => this.insertion.run(person, sha256, size, media, at));
  }

  claim(person: string, sha256: string, at: Instant): Attachment | undefined {
    return written(() => this.claiming.get(at, person, sha256)) as Attachment | undefined;
  }

  named(sha256s: readonly string[]): void {
    written(() => {
      for (const sha256 of sha256s) this.naming.run(sha256);
    });
  }

  unnamed(person: string): number {
    return Number(this.counting.get(person)!.count);
  }

  sentBefore(at: Instant, limit: number): readonly string[] {
    return this.oldest.all(at, limit).map(({ sha256 }) => String(sha256));
  }

  forget(sha256: string, before: Instant): boolean {
    written(() => this.removal.run(sha256, before));
    return this.rest.get(sha256)!.count === 0;
  }
}
