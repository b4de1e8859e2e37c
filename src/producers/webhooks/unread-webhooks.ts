// Authentic webhooks that were not understood: kept for people to look at. A repeated webhook is counted with the
// first, so that repetitions hide nothing else.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type Pseudonym, Pseudonymiser } from '../../archive/privacy/pseudonyms.ts';
import { storedSentence } from '../../archive/privacy/stored-value.ts';
import type { Instant } from '../../domain/time.ts';
import { inTransaction } from '../../runtime/service-database.ts';

/** One delivery of a webhook. */
export interface UnreadReceipt {
  /** The exchange of the delivery, which the archive has in full. */
  readonly exchange: string;
  readonly provider: string;
  readonly account: string;
  readonly received_at: Instant;
  /** Why it was not understood. */
  readonly fault: string;
  /** The hash of its body: the same body is the same webhook. */
  readonly sha256: string;
}

/** `exchange` and `received_at` are those of the first delivery. */
export interface UnreadWebhook extends Omit<UnreadReceipt, 'sha256'> {
  readonly times: number;
  readonly last_received_at: Instant;
}

export interface UnreadPage {
  readonly webhooks: readonly UnreadWebhook[];
  /** The number before which the next page starts; null after the last page. */
  readonly next: number | null;
}

const TABLE = `
  CREATE TABLE IF NOT EXISTS unread_bodies (
    id INTEGER PRIMARY KEY, exchange TEXT NOT NULL, provider TEXT NOT NULL, account TEXT NOT NULL, sha256 TEXT NOT NULL,
    received_at INTEGER NOT NULL, last_received_at INTEGER NOT NULL, times INTEGER NOT NULL, fault TEXT NOT NULL,
    UNIQUE (provider, account, sha256)
  ) STRICT`;
const COLUMNS = 'id, exchange, provider, account, received_at, last_received_at, times, fault';

export class UnreadWebhooks {
  private readonly insert: StatementSync;
  private readonly select: StatementSync;
  private readonly selectExchanges: StatementSync;

  constructor(database: DatabaseSync) {
    database.exec(TABLE);
    migrateOlder(database);
    this.insert = database.prepare(`
      INSERT INTO unread_bodies VALUES (NULL, ?, ?, ?, ?, ?, ?, 1, ?) ON CONFLICT (provider, account, sha256)
      DO UPDATE SET times = times + 1, last_received_at = max(last_received_at, excluded.last_received_at)`);
    const newest = 'WHERE id < ? ORDER BY id DESC LIMIT ?';
    this.select = database.prepare(`SELECT ${COLUMNS} FROM unread_bodies ${newest}`);
    this.selectExchanges = database.prepare('SELECT exchange FROM unread_bodies');
  }

  /** It is on disk when this returns. */
  add({ exchange, provider, account, sha256, received_at, fault }: UnreadReceipt): void {
    this.insert.run(exchange, provider, account, sha256, received_at, received_at, fault);
  }

  /** The newest first, from the number before `after`; null starts with the newest. */
  page(after: number | null, limit: number): UnreadPage {
    const rows = this.select.all(after ?? Number.MAX_SAFE_INTEGER, limit + 1);
    const shown = rows.slice(0, limit);
    const webhooks = shown.map(({ id: _, ...webhook }) => webhook as unknown as UnreadWebhook);
    return { webhooks, next: rows.length > limit ? Number(shown.at(-1)!.id) : null };
  }

  /** The exchanges of all unread webhooks, however many: these must be kept. */
  exchanges(): readonly string[] {
    return this.selectExchanges.all().map(({ exchange }) => String(exchange));
  }
}

/** An earlier release's service.db has one row for each delivery and no hashes: each becomes a webhook of its own. */
function migrateOlder(database: DatabaseSync): void {
  const older = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'unread_webhooks'";
  if (database.prepare(older).get() === undefined) return;
  inTransaction(database, () => {
    database.exec(`INSERT OR IGNORE INTO unread_bodies
      SELECT NULL, exchange, provider, account, exchange, received_at, received_at, 1, fault
      FROM unread_webhooks ORDER BY exchange`);
    database.exec('DROP TABLE unread_webhooks');
  });
}

/** Hides what is personal in the faults, which quote the text that was not understood. */
export function withoutPhones(unread: Pick<UnreadWebhooks, 'add'>, pseudonym: Pseudonym): Pick<UnreadWebhooks, 'add'> {
  const hider = new Pseudonymiser(pseudonym);
  return { add: (one) => unread.add({ ...one, fault: storedSentence(hider, one.fault) }) };
}
