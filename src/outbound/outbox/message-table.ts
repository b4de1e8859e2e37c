// The messages and their deliveries, one per message and target: rows of service.db.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Instant } from '../../domain/time.ts';
import type { OutgoingMessage } from '../../runtime/outgoing-message.ts';
import { inTransaction } from '../../runtime/service-database.ts';
import { bodyOf, type Target, wantsMessage } from './target.ts';
import { targetLabel } from './target-label.ts';

const TABLES = `
  CREATE TABLE IF NOT EXISTS outbox_messages (
    id TEXT PRIMARY KEY, type TEXT NOT NULL, merchant TEXT NOT NULL, names TEXT NOT NULL, body TEXT NOT NULL,
    put_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS outbox_age ON outbox_messages (put_at);
  CREATE TABLE IF NOT EXISTS outbox_deliveries (
    target TEXT NOT NULL, message TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL, due INTEGER NOT NULL,
    ended_at INTEGER, fault TEXT, PRIMARY KEY (message, target)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS outbox_due ON outbox_deliveries (target, due) WHERE state = 'waiting';
  CREATE INDEX IF NOT EXISTS outbox_dead ON outbox_deliveries (ended_at) WHERE state = 'dead'`;

/** What a target wants. */
type Wish = Pick<Target, 'name' | 'types' | 'merchants'>;

/** A message for one target. */
export interface Delivery {
  readonly message: string;
  readonly type: string;
  readonly names: readonly string[];
  readonly body: string;
  readonly putAt: Instant;
  /** The attempts made so far. */
  readonly attempts: number;
}

/** A message that a target did not accept within the retry period. */
export interface DeadMessage {
  readonly id: string;
  readonly type: string;
  readonly target: string;
  readonly attempts: number;
  readonly ended_at: Instant;
  /** The fault of the last attempt. */
  readonly fault: string;
}

export class MessageTable {
  private readonly database: DatabaseSync;
  private readonly insertMessage: StatementSync;
  private readonly insertDelivery: StatementSync;
  private readonly selectFirst: StatementSync;
  private readonly selectDelivery: StatementSync;
  private readonly endDelivery: StatementSync;
  private readonly delayDelivery: StatementSync;
  private readonly countWaiting: StatementSync;
  private readonly selectDead: StatementSync;
  private readonly countDead: StatementSync;
  private readonly selectOverdue: StatementSync;
  private readonly selectNotices: StatementSync;

  constructor(database: DatabaseSync) {
    database.exec(TABLES);
    this.database = database;
    hideEarlierUrls(database);
    this.insertMessage = database.prepare('INSERT OR IGNORE INTO outbox_messages VALUES (?, ?, ?, ?, ?, ?)');
    this.insertDelivery = database.prepare(
      "INSERT OR IGNORE INTO outbox_deliveries VALUES (?, ?, 'waiting', 0, ?, NULL, NULL)",
    );
    const waiting = "FROM outbox_deliveries WHERE state = 'waiting'";
    this.selectFirst = database.prepare(`SELECT message, due ${waiting} AND target = ? ORDER BY due LIMIT ?`);
    this.selectDelivery = database.prepare(
      `SELECT message, type, names, body, put_at AS putAt, attempts FROM outbox_deliveries
       JOIN outbox_messages ON id = message WHERE message = ? AND target = ?`,
    );
    this.endDelivery = database.prepare(
      'UPDATE outbox_deliveries SET state = ?, attempts = ?, ended_at = ?, fault = ? WHERE message = ? AND target = ?',
    );
    this.delayDelivery = database.prepare(
      'UPDATE outbox_deliveries SET attempts = ?, due = ?, fault = ? WHERE message = ? AND target = ?',
    );
    this.countWaiting = database.prepare(`SELECT count(*) AS count ${waiting}`);
    this.selectDead = database.prepare(
      `SELECT id, type, target, attempts, ended_at, fault FROM outbox_deliveries JOIN outbox_messages ON id = message
       WHERE state = 'dead' ORDER BY ended_at DESC LIMIT ?`,
    );
    this.countDead = database.prepare(
      `SELECT target, count(*) AS count FROM outbox_deliveries WHERE state = 'dead' AND ended_at > ? GROUP BY target`,
    );
    this.selectNotices = database.prepare(
      `SELECT message, type, names, body, put_at AS putAt, attempts, due FROM outbox_deliveries
       JOIN outbox_messages ON id = message WHERE state = 'waiting' AND target = ? ORDER BY due, put_at LIMIT ?`,
    );
    this.selectOverdue = database.prepare(
      `SELECT target, message, attempts ${waiting} AND message IN (SELECT id FROM outbox_messages WHERE put_at <= ?)`,
    );
  }

  /** Stores messages for the targets that want them; a message whose id is known is ignored. */
  put(messages: readonly OutgoingMessage[], targets: readonly Wish[], now: Instant): void {
    const act = () => {
      for (const message of messages) {
        const { id, type, merchant, names } = message;
        const { changes } = this.insertMessage.run(id, type, merchant, JSON.stringify(names), bodyOf(message), now);
        if (changes === 0) continue;
        for (const target of targets) if (wantsMessage(target, message)) this.insertDelivery.run(target.name, id, now);
      }
    };
    this.inOne(act);
  }

  /** Does all of it or nothing. */
  inOne(act: () => void): void {
    if (this.database.isTransaction) act();
    else inTransaction(this.database, act);
  }

  /** The deliveries of a target with their messages, those that are due first. */
  waitingNotices(target: string, limit: number): readonly (Delivery & { readonly due: Instant })[] {
    const rows = this.selectNotices.all(target, limit) as unknown as (Delivery & { due: Instant; names: string })[];
    return rows.map((row) => ({ ...row, names: JSON.parse(row.names) as string[] }));
  }

  /** The deliveries of a target that are due or will be, earliest first. */
  waiting(target: string, limit: number): readonly { readonly message: string; readonly due: Instant }[] {
    return this.selectFirst.all(target, limit) as unknown as { message: string; due: Instant }[];
  }

  delivery(message: string, target: string): Delivery {
    const row = this.selectDelivery.get(message, target) as unknown as Omit<Delivery, 'names'> & { names: string };
    return { ...row, names: JSON.parse(row.names) as string[] };
  }

  delivered(message: string, target: string, attempts: number, at: Instant): void {
    this.endDelivery.run('delivered', attempts, at, null, message, target);
  }

  /** Schedules the next attempt; without one the delivery is dead. */
  failed(message: string, target: string, attempts: number, fault: string, at: Instant, next: Instant | null): void {
    if (next === null) this.endDelivery.run('dead', attempts, at, fault, message, target);
    else this.delayDelivery.run(attempts, next, fault, message, target);
  }

  /** Gives up old deliveries to any other target, and returns how many they were. */
  giveUp(exceptTargets: ReadonlySet<string>, putBefore: Instant, now: Instant): number {
    return inTransaction(this.database, () => {
      const rows = this.selectOverdue.all(putBefore) as { target: string; message: string; attempts: number }[];
      const lost = rows.filter(({ target }) => !exceptTargets.has(target));
      for (const { target, message, attempts } of lost) {
        this.endDelivery.run('dead', attempts, now, 'this target takes no more messages', message, target);
      }
      return lost.length;
    });
  }

  /** Removes old messages without waiting deliveries. */
  prune(putBefore: Instant): void {
    inTransaction(this.database, () => {
      const old = 'SELECT id FROM outbox_messages WHERE put_at <= ?';
      const isWaiting =
        "EXISTS (SELECT 1 FROM outbox_deliveries AS other WHERE other.message = id AND state = 'waiting')";
      this.database
        .prepare(`DELETE FROM outbox_deliveries WHERE message IN (${old} AND NOT ${isWaiting})`)
        .run(putBefore);
      const hasNone = 'NOT EXISTS (SELECT 1 FROM outbox_deliveries WHERE message = id)';
      this.database.prepare(`DELETE FROM outbox_messages WHERE put_at <= ? AND ${hasNone}`).run(putBefore);
    });
  }

  get waitingCount(): number {
    return Number(this.countWaiting.get()!.count);
  }

  /** The last deliveries that were given up, newest first. */
  dead(limit: number): readonly DeadMessage[] {
    return this.selectDead.all(limit) as unknown as DeadMessage[];
  }

  /** The number of deliveries given up after an instant, by target. */
  deadSince(after: Instant): ReadonlyMap<string, number> {
    const rows = this.countDead.all(after) as { target: string; count: number }[];
    return new Map(rows.map(({ target, count }) => [target, count]));
  }
}

/** An earlier release named the deliveries of a target by its whole URL, of which a part may be a secret. */
function hideEarlierUrls(database: DatabaseSync): void {
  const names = database.prepare('SELECT DISTINCT target FROM outbox_deliveries').all() as { target: string }[];
  const update = database.prepare('UPDATE outbox_deliveries SET target = ? WHERE target = ?');
  for (const { target } of names) if (targetLabel(target) !== target) update.run(targetLabel(target), target);
}
