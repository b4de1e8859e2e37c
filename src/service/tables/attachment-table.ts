// Who sent which file to be added to a note: rows of service.db. The files lie in DIR/blobs/.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Attachment } from '../../domain/decision.ts';
import type { Attachments } from '../../http/api/attachments.ts';
import { written } from '../../runtime/service-database.ts';

export class AttachmentTable implements Attachments {
  private readonly insertion: StatementSync;
  private readonly selection: StatementSync;

  constructor(database: DatabaseSync) {
    database.exec(
      'CREATE TABLE IF NOT EXISTS attachments (' +
        'person TEXT NOT NULL, sha256 TEXT NOT NULL, size INTEGER NOT NULL, media TEXT NOT NULL, ' +
        'at INTEGER NOT NULL, PRIMARY KEY (person, sha256)) STRICT, WITHOUT ROWID',
    );
    this.insertion = database.prepare(
      'INSERT OR REPLACE INTO attachments (person, sha256, size, media, at) VALUES (?, ?, ?, ?, ?)',
    );
    this.selection = database.prepare('SELECT sha256, size, media FROM attachments WHERE person = ? AND sha256 = ?');
  }

  add(person: string, { sha256, size, media }: Attachment, at: number): void {
    written(() => this.insertion.run(person, sha256, size, media, at));
  }

  of(person: string, sha256: string): Attachment | undefined {
    return this.selection.get(person, sha256) as Attachment | undefined;
  }
}
