// The views of people: rows of service.db.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { SavedView, SavedViews } from '../../http/api/saved-views.ts';
import { written } from '../../runtime/service-database.ts';

/** Of one person. */
const VIEWS_MAX = 100;

export class ViewTable implements SavedViews {
  private readonly selection: StatementSync;
  private readonly insertion: StatementSync;
  private readonly removal: StatementSync;

  constructor(database: DatabaseSync) {
    database.exec(
      'CREATE TABLE IF NOT EXISTS views (' +
        'person TEXT NOT NULL, name TEXT NOT NULL, url TEXT NOT NULL, at INTEGER NOT NULL, ' +
        'PRIMARY KEY (person, name)) STRICT, WITHOUT ROWID',
    );
    this.selection = database.prepare('SELECT name, url, at FROM views WHERE person = ? ORDER BY name');
    this.insertion = database.prepare('INSERT OR REPLACE INTO views (person, name, url, at) VALUES (?, ?, ?, ?)');
    this.removal = database.prepare('DELETE FROM views WHERE person = ? AND name = ?');
  }

  of(person: string): readonly SavedView[] {
    return this.selection.all(person) as unknown as SavedView[];
  }

  put(person: string, { name, url, at }: SavedView): boolean {
    const others = this.of(person).filter((view) => view.name !== name);
    if (others.length >= VIEWS_MAX) return false;
    written(() => this.insertion.run(person, name, url, at));
    return true;
  }

  remove(person: string, name: string): boolean {
    return written(() => this.removal.run(person, name).changes) > 0;
  }
}
