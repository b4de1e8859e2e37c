// Webhooks that are authentic and were not understood: kept until somebody has looked, and shown to who asks.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Instant } from '../../domain/time.ts';

export interface UnreadWebhook {
  /** The exchange that it came in, under which the archive has it whole. */
  readonly exchange: string;
  readonly provider: string;
  readonly account: string;
  readonly received_at: Instant;
  /** What was not understood. */
  readonly fault: string;
}

const SHOWN_MAX = 1_000;

export class UnreadWebhooks {
  private readonly insert: StatementSync;
  private readonly select: StatementSync;
  private readonly counting: StatementSync;

  constructor(database: DatabaseSync) {
    database.exec(`CREATE TABLE IF NOT EXISTS unread_webhooks (
      exchange TEXT PRIMARY KEY, provider TEXT NOT NULL, account TEXT NOT NULL, received_at INTEGER NOT NULL,
      fault TEXT NOT NULL) STRICT, WITHOUT ROWID`);
    this.insert = database.prepare('INSERT OR REPLACE INTO unread_webhooks VALUES (?, ?, ?, ?, ?)');
    this.select = database.prepare('SELECT * FROM unread_webhooks ORDER BY exchange DESC LIMIT ?');
    this.counting = database.prepare('SELECT count(*) AS count FROM unread_webhooks');
  }

  /** It is on the disk when this returns. */
  add({ exchange, provider, account, received_at, fault }: UnreadWebhook): void {
    this.insert.run(exchange, provider, account, received_at, fault);
  }

  /** The newest first, a thousand at most. */
  list(): readonly UnreadWebhook[] {
    return this.select.all(SHOWN_MAX) as unknown as UnreadWebhook[];
  }

  get count(): number {
    return Number(this.counting.get()!.count);
  }
}
