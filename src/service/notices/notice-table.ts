// What notices remember in service.db: up to where the ledger and the alerts were read, when a digest was made, and
// what each person wants by mail.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { NoticePreferences } from '../../http/notice-port.ts';

const TABLES = `
  CREATE TABLE IF NOT EXISTS notice_state (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS notice_preferences (
    person TEXT PRIMARY KEY, mail TEXT NOT NULL, detail TEXT NOT NULL
  ) STRICT, WITHOUT ROWID`;

const DEFAULT: NoticePreferences = { mail: 'all', detail: 'reference' };

export class NoticeTable {
  private readonly selectState: StatementSync;
  private readonly insertState: StatementSync;
  private readonly selectPreferences: StatementSync;
  private readonly insertPreferences: StatementSync;

  constructor(database: DatabaseSync) {
    database.exec(TABLES);
    this.selectState = database.prepare('SELECT value FROM notice_state WHERE name = ?');
    this.insertState = database.prepare('INSERT OR REPLACE INTO notice_state VALUES (?, ?)');
    this.selectPreferences = database.prepare('SELECT mail, detail FROM notice_preferences WHERE person = ?');
    this.insertPreferences = database.prepare('INSERT OR REPLACE INTO notice_preferences VALUES (?, ?, ?)');
  }

  state(name: string): string | undefined {
    return this.selectState.get(name)?.value as string | undefined;
  }

  setState(name: string, value: string): void {
    this.insertState.run(name, value);
  }

  preferencesOf(person: string): NoticePreferences {
    return (this.selectPreferences.get(person) as unknown as NoticePreferences | undefined) ?? DEFAULT;
  }

  setPreferences(person: string, { mail, detail }: NoticePreferences): void {
    this.insertPreferences.run(person, mail, detail);
  }
}
