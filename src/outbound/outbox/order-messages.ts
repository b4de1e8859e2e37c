// Messages to shops about their orders, made from the ledger: `order.expired`, so that the shop cancels the order and
// releases its stock, and `order.revived` when that is no longer true: the shop may have cancelled an order whose
// money came after all. A message is made from an entry read back from the log, so none is sent before its entry
// exists. Where the ledger's time ran ahead, an order expires there too early: its message is held back until its
// time has come, and is never sent if the ledger has taken the expiry back by then. So is the message about an order
// that waiting money may be for: until a person found out, or for so long that the shop must know.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Logger } from 'pino';
import { type Entry, entryId } from '../../domain/entry.ts';
import { HesabuError } from '../../domain/errors.ts';
import { formatInstant, type Instant } from '../../domain/time.ts';
import type { OrderChangePage } from '../../projections/order-changes.ts';
import type { Clock } from '../../runtime/clock.ts';
import { type MessageSink, messageId, type OutgoingMessage } from '../../runtime/outgoing-message.ts';
import { inTransaction } from '../../runtime/service-database.ts';

/** What is known of money whose order nobody knows. */
export interface WaitingMoneyPort {
  /** How long after its expiry an order that such money may be for is held back, in milliseconds. */
  grace(): number;
  /** Which of these orders it may be for. */
  ordersAmong(references: readonly string[]): Promise<ReadonlySet<string>>;
}

export interface OrderMessagesOptions {
  readonly changesAfter: (cursor: string | null, limit: number) => Promise<OrderChangePage>;
  /** service.db. */
  readonly database: DatabaseSync;
  readonly outbox: MessageSink;
  /** The shop's own number of an order; null if it gave none. */
  readonly orderNumber: (reference: string) => Promise<string | null>;
  /** Resolves when blocks were committed after the call, or when the signal aborts. */
  readonly nextBlock: (signal: AbortSignal) => Promise<void>;
  /** If absent, no order is held back for money. */
  readonly waitingMoney?: WaitingMoneyPort;
  readonly clock: Clock;
  /** The time by which deadlines pass; by default the clock's. */
  readonly deadlineTime?: () => Instant;
  readonly logger: Logger;
  /** Entries per transaction; default 2,000. */
  readonly slice?: number;
}

const TABLES = `
  CREATE TABLE IF NOT EXISTS outbox_cursor (one INTEGER PRIMARY KEY, cursor TEXT, told_from INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS outbox_expired (entry TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS outbox_held (entry TEXT PRIMARY KEY, due INTEGER NOT NULL, until INTEGER NOT NULL,
    message TEXT NOT NULL) STRICT, WITHOUT ROWID`;
/** For a ledger older than the outbox, messages go back as far as the oldest message that is still sent. */
const REPORTED_BACK_MILLIS = 3 * 24 * 3_600_000;
/** The wait after an error on our own side. */
const RETRY_MILLIS = 10_000;
/** How long what is held back is not looked at: the time by which deadlines pass can be set right meanwhile. */
const LOOK_MILLIS_MAX = 60_000;
const NONE: ReadonlySet<string> = new Set();

export class OrderMessages {
  private readonly options: OrderMessagesOptions;
  private readonly updateCursor: StatementSync;
  private readonly selectExpired: StatementSync;
  private readonly insertExpired: StatementSync;
  private readonly deleteExpired: StatementSync;
  private readonly selectHeld: StatementSync;
  private readonly selectDue: StatementSync;
  private readonly selectNextDue: StatementSync;
  private readonly insertHeld: StatementSync;
  private readonly updateHeld: StatementSync;
  private readonly deleteHeld: StatementSync;
  private readonly reportedFrom: Instant;
  private cursor: string | null;
  private unstored = 0;
  private readonly stopping = new AbortController();
  private running: Promise<void> | null = null;

  constructor(options: OrderMessagesOptions) {
    const { database, clock } = options;
    this.options = options;
    database.exec(TABLES);
    database.prepare('INSERT OR IGNORE INTO outbox_cursor VALUES (1, NULL, ?)').run(clock.now() - REPORTED_BACK_MILLIS);
    const row = database.prepare('SELECT cursor, told_from FROM outbox_cursor').get();
    this.cursor = row!.cursor as string | null;
    this.reportedFrom = Number(row!.told_from);
    this.updateCursor = database.prepare('UPDATE outbox_cursor SET cursor = ?');
    this.selectExpired = database.prepare('SELECT 1 FROM outbox_expired WHERE entry = ?');
    this.insertExpired = database.prepare('INSERT OR IGNORE INTO outbox_expired VALUES (?)');
    this.deleteExpired = database.prepare('DELETE FROM outbox_expired WHERE entry = ?');
    this.selectHeld = database.prepare('SELECT 1 FROM outbox_held WHERE entry = ?');
    this.selectDue = database.prepare(
      'SELECT entry, until, message FROM outbox_held WHERE due <= ? ORDER BY due, entry',
    );
    this.selectNextDue = database.prepare('SELECT min(due) AS due FROM outbox_held');
    this.insertHeld = database.prepare('INSERT OR IGNORE INTO outbox_held VALUES (?, ?, ?, ?)');
    this.updateHeld = database.prepare('UPDATE outbox_held SET due = ? WHERE entry = ?');
    this.deleteHeld = database.prepare('DELETE FROM outbox_held WHERE entry = ?');
  }

  start(): void {
    this.running ??= this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** Reads a slice of new entries; false if there were none, and then what was held back is told if it is due. */
  async readSlice(): Promise<boolean> {
    const { database, outbox, slice = 2_000 } = this.options;
    const page = await this.pageAfter(slice);
    this.unstored += page.read;
    if (page.entries.length === 0 && this.unstored < slice) {
      // What tells nothing is read only once too. A restart may read it again, so at times its cursor is stored.
      this.cursor = page.cursor;
      if (page.read === 0) await this.tellDue();
      return page.read > 0;
    }
    const now = this.deadlineTime();
    const grace = this.options.waitingMoney?.grace() ?? 0;
    const waiting = await this.waiting(page.entries, now, grace);
    const { changes, held, expired, superseded } = this.read(page.entries, now, waiting);
    // Awaited before the transaction, which must not wait.
    const messages = await this.messagesOf(changes);
    const heldBack = await this.messagesOf([...held.values()]);
    inTransaction(database, () => {
      for (const id of expired) this.insertExpired.run(id);
      for (const id of superseded) for (const remove of [this.deleteExpired, this.deleteHeld]) remove.run(id);
      for (const { change, message } of heldBack) {
        const at = expiredAt(change.entry);
        this.insertHeld.run(change.id, at > now ? at : now + LOOK_MILLIS_MAX, at + grace, JSON.stringify(message));
      }
      outbox.put(messages.map(({ message }) => message));
      this.updateCursor.run(page.cursor);
    });
    [this.cursor, this.unstored] = [page.cursor, 0];
    return true;
  }

  private async run(): Promise<void> {
    const { nextBlock, clock, logger } = this.options;
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const waiting = new AbortController();
      const either = AbortSignal.any([signal, waiting.signal]);
      const nextBlocks = nextBlock(either);
      try {
        while (!signal.aborted && (await this.readSlice())) await nextTurn();
      } catch (error) {
        const code = error instanceof HesabuError ? error.code : 'HESABU_INTERNAL';
        logger.error({ code, err: error }, 'messages about orders could not continue');
        await clock.sleep(RETRY_MILLIS, signal);
        waiting.abort();
        continue;
      }
      const { due } = this.selectNextDue.get()!;
      const wait = Math.min(Number(due) - this.deadlineTime(), LOOK_MILLIS_MAX);
      await (due === null ? nextBlocks : Promise.race([nextBlocks, clock.sleep(wait, either)]));
      waiting.abort();
    }
  }

  private deadlineTime(): Instant {
    return this.options.deadlineTime?.() ?? this.options.clock.now();
  }

  /** The orders that expired by now, and that waiting money may be for. */
  private async waiting(entries: readonly Entry[], now: Instant, grace: number): Promise<ReadonlySet<string>> {
    const isLooked = (at: Instant) => at <= now && now < at + grace;
    const expired = entries.filter((entry) => entry.finding.reason === 'ORDER_EXPIRED' && isLooked(expiredAt(entry)));
    return this.ordersAmong(expired.map(({ key }) => key));
  }

  private async ordersAmong(references: readonly string[]): Promise<ReadonlySet<string>> {
    return references.length === 0 ? NONE : ((await this.options.waitingMoney?.ordersAmong(references)) ?? NONE);
  }

  /** What was held back until now, and still holds; what money may be for is looked at again later. */
  private async tellDue(): Promise<void> {
    const now = this.deadlineTime();
    const due = this.selectDue.all(now).map(({ entry, until, message }) => {
      return {
        entry: entry as string,
        until: Number(until),
        message: JSON.parse(message as string) as OutgoingMessage,
      };
    });
    if (due.length === 0) return;
    const looked = due.filter(({ until }) => now < until);
    const waiting = await this.ordersAmong(looked.flatMap(({ message }) => message.names));
    const isWaiting = ({ until, message }: (typeof due)[number]) => {
      return now < until && message.names.some((name) => waiting.has(name));
    };
    const told = due.filter((one) => !isWaiting(one));
    const { database, outbox } = this.options;
    inTransaction(database, () => {
      for (const one of due.filter(isWaiting)) {
        this.updateHeld.run(Math.min(now + LOOK_MILLIS_MAX, one.until), one.entry);
      }
      for (const { entry } of told) for (const move of [this.insertExpired, this.deleteHeld]) move.run(entry);
      outbox.put(told.map(({ message }) => message));
    });
  }

  /** An unknown cursor belongs to another ledger, perhaps a backup: then everything is read again. */
  private async pageAfter(limit: number): Promise<OrderChangePage> {
    try {
      return await this.options.changesAfter(this.cursor, limit);
    } catch (error) {
      if (!(error instanceof HesabuError) || error.code !== 'HESABU_CURSOR_INVALID') throw error;
      this.options.logger.warn({ err: error }, 'the ledger has changed: it is read again from its beginning');
      this.options.database.exec('DELETE FROM outbox_held');
      return this.options.changesAfter(null, limit);
    }
  }

  /** Which orders expired or revived, which expiries are held back, and which entries mean an expired order. */
  private read(entries: readonly Entry[], now: Instant, waiting: ReadonlySet<string>) {
    const changes: OrderChange[] = [];
    const held = new Map<string, OrderChange>();
    const expired = new Set<string>();
    const superseded: string[] = [];
    const isHeld = (entry: Entry) => expiredAt(entry) > now || waiting.has(entry.key);
    for (const entry of entries) {
      const id = entryId(entry.partition, entry.height, entry.index);
      const { reason } = entry.finding;
      // Nobody was told of these, so nobody is told that they are over.
      superseded.push(...entry.supersedes.filter((one) => !held.delete(one) && this.selectHeld.get(one) !== undefined));
      const revived = entry.supersedes.find((one) => expired.delete(one) || this.selectExpired.get(one) !== undefined);
      if (revived !== undefined) superseded.push(revived);
      if (reason === 'ORDER_EXPIRED' && isHeld(entry)) held.set(id, { entry, id, revives: null });
      else if (reason === 'ORDER_EXPIRED') {
        expired.add(id);
        changes.push({ entry, id, revives: null });
      } else if (revived !== undefined && reason !== 'ORDER_CANCELLED') changes.push({ entry, id, revives: revived });
    }
    return { changes, held, expired, superseded };
  }

  private async messagesOf(changes: readonly OrderChange[]) {
    const messages: { readonly change: OrderChange; readonly message: OutgoingMessage }[] = [];
    for (const change of changes) {
      if (change.entry.as_of < this.reportedFrom) continue;
      const number = await this.options.orderNumber(change.entry.key);
      const make = change.revives === null ? expiredMessage : revivedMessage;
      messages.push({ change, message: make(change, number) });
    }
    return messages;
  }
}

/** An order that expired, or revived after that. */
interface OrderChange {
  readonly entry: Entry;
  readonly id: string;
  /** The entry by which the order had expired. */
  readonly revives: string | null;
}

/** When the order expired by its own terms, whatever time the ledger stood at. */
function expiredAt({ finding, as_of }: Entry): Instant {
  return finding.opened_at ?? as_of;
}

/** The finding's expected amount is the order's amount. */
function expiredMessage({ entry, id }: OrderChange, number: string | null): OutgoingMessage {
  const { expected, currency } = entry.finding;
  return messageOf('order.expired', entry, id, {
    ...orderOf(entry, number),
    ...(expected === null || currency === null ? {} : { amount: expected, currency }),
    expired_at: formatInstant(expiredAt(entry)),
    entry_id: id,
  });
}

/** `reason` is the present one, perhaps PAID_AFTER_CANCEL; null if the order was paid correctly. */
function revivedMessage({ entry, id, revives }: OrderChange, number: string | null): OutgoingMessage {
  return messageOf('order.revived', entry, id, {
    ...orderOf(entry, number),
    revived_at: formatInstant(entry.as_of),
    reason: entry.finding.reason,
    entry_id: id,
    expired_entry_id: revives,
  });
}

function orderOf({ merchant, key }: Entry, number: string | null): object {
  return { merchant, transaction_reference: key, ...(number === null ? {} : { order_number: number }) };
}

function messageOf(type: string, entry: Entry, id: string, data: OutgoingMessage['data']): OutgoingMessage {
  const { key, merchant, as_of } = entry;
  // Ids of entries are unique in one ledger; the key and the time make them differ for a shop with two ledgers.
  return { id: messageId(type, id, key, `${as_of}`), type, timestamp: as_of, merchant, names: [key], data };
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
