// How far the poller has read the facts of each partition: rows of service.db.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Topic } from '../../log/event-log.ts';

const TABLE = `
  CREATE TABLE IF NOT EXISTS poll_cursors (
    topic TEXT NOT NULL, partition INTEGER NOT NULL, next INTEGER NOT NULL, PRIMARY KEY (topic, partition)
  ) WITHOUT ROWID`;

export class PollCursors {
  private readonly selection: StatementSync;
  private readonly insertion: StatementSync;

  constructor(database: DatabaseSync) {
    database.exec(TABLE);
    this.selection = database.prepare('SELECT next FROM poll_cursors WHERE topic = ? AND partition = ?');
    this.insertion = database.prepare('INSERT OR REPLACE INTO poll_cursors VALUES (?, ?, ?)');
  }

  /** The offset of the next value to read. */
  get(topic: Topic, partition: number): bigint {
    const row = this.selection.get(topic, partition) as { next: number } | undefined;
    return BigInt(row?.next ?? 0);
  }

  set(topic: Topic, partition: number, next: bigint): void {
    this.insertion.run(topic, partition, next);
  }
}
