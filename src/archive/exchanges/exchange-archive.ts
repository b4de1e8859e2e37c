// The raw archive: every exchange with the outside, redacted, compressed, in one file per day. Exchanges that arrive
// during a write share the next one, so the archive waits for the disk once per group, not once per exchange.

import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Instant } from '../../domain/time.ts';
import { makeDirectory, syncDirectory } from '../../runtime/directories.ts';
import { storageError } from '../../runtime/storage-errors.ts';
import type { Pseudonym } from '../privacy/pseudonyms.ts';
import { Redactor } from '../privacy/redactor.ts';
import { type IsNeeded, type PruneCounts, pruneDay, sizeOfDay } from './day-pruner.ts';
import { archivedDays, exchangesFolder } from './day-scan.ts';
import { DayWriter } from './day-writer.ts';
import type { Exchange, ExchangeSink } from './exchange.ts';
import { type ArchivedExchange, DAY_MILLIS, dayOf, encodeExchange } from './exchange-codec.ts';
import { type ExchangeQuery, ExchangeReader } from './exchange-reader.ts';
import { encodeFrame, nameHash } from './frame.ts';

const RETENTION_DAYS_MIN = 180;

export interface ArchiveOptions {
  /** The keyed hash that replaces personal data. */
  readonly pseudonym: Pseudonym;
  /** The minimum number of days to keep exchanges; default and minimum 180. */
  readonly retentionDays?: number;
  /** Called with the file of a frame that cannot be read. */
  readonly onDamage?: (where: string) => void;
}

export interface PruneReport {
  /** Days removed completely, and days of which only the needed exchanges are left. */
  readonly days_removed: readonly string[];
  readonly days_thinned: readonly string[];
  readonly exchanges_removed: number;
  /** Exchanges of expired days that something open still refers to. */
  readonly exchanges_kept: number;
  readonly bytes_freed: number;
}

/** Exchanges of one day that are written together. */
interface Group {
  readonly day: number;
  lines: string;
  count: number;
  first: Instant;
  last: Instant;
  readonly hashes: number[];
  readonly written: PromiseWithResolvers<void>;
}

/** A frame is read whole, so it must not be large; a single exchange may be larger. */
const GROUP_CHARS_MAX = 2 ** 21;
/**
 * A write costs as much as redacting 50 exchanges. So after a group of several, the next group waits until it is as
 * large, or large enough, but at most this long after the last one started.
 */
const GROUP_WAIT_MILLIS = 4;
const GROUP_ENOUGH = 64;
/** Around midnight two days are written. */
const OPEN_DAYS_MAX = 2;

export class ExchangeArchive implements ExchangeSink {
  private readonly folder: string;
  private readonly redactor: Redactor;
  private readonly retentionDays: number;
  private readonly reader: ExchangeReader;
  /** The group of each day that is still open. */
  private readonly openGroups = new Map<number, Group>();
  private readonly queue: Group[] = [];
  private readonly writers = new Map<number, DayWriter>();
  private draining: Promise<void> | null = null;
  /** The size that the next group waits for. */
  private groupTarget = GROUP_ENOUGH;
  private endWait: (() => void) | null = null;
  /** Sizes of days that are not open for writing. */
  private readonly sizes = new Map<number, number>();
  /** Operations on a day's files run one after another. */
  private readonly running = new Map<number, Promise<unknown>>();
  private isClosed = false;

  /** Throws RangeError for a retention below 180 days. `open` prepares an archive for use. */
  private constructor(dir: string, { pseudonym, retentionDays = RETENTION_DAYS_MIN, onDamage }: ArchiveOptions) {
    if (!(retentionDays >= RETENTION_DAYS_MIN)) {
      throw new RangeError(`exchanges are kept for at least ${RETENTION_DAYS_MIN} days, not ${retentionDays}`);
    }
    this.folder = exchangesFolder(dir);
    this.redactor = new Redactor(pseudonym);
    this.retentionDays = retentionDays;
    this.reader = new ExchangeReader(dir, onDamage);
  }

  /**
   * Opens the archive of a data directory (made if missing) and repairs the effects of a crash. Only one process may
   * write it. Throws HESABU_DISK_FULL, HESABU_DATA_UNWRITABLE, and RangeError for a retention below 180 days.
   */
  static async open(dir: string, options: ArchiveOptions): Promise<ExchangeArchive> {
    const archive = new ExchangeArchive(dir, options);
    makeDirectory(archive.folder);
    for (const parent of [join(dir, 'raw'), dir]) syncDirectory(parent);
    await archive.repair();
    return archive;
  }

  /** Bytes on the disk. */
  get bytes(): number {
    let sum = 0;
    for (const size of this.sizes.values()) sum += size;
    for (const writer of this.writers.values()) sum += writer.bytes;
    return sum;
  }

  /**
   * Resolves when the exchange is durable; throws HESABU_DISK_FULL, HESABU_DATA_UNWRITABLE or HESABU_LOG_FAILED
   * otherwise. After any of these the archive continues as soon as it can.
   */
  add(exchange: Exchange): Promise<void> {
    if (this.isClosed) return Promise.reject(new Error('the archive is closed'));
    const line = encodeExchange(exchange, this.redactor);
    const group = this.groupOf(Math.floor(exchange.at / DAY_MILLIS));
    group.lines += `${line}\n`;
    group.count++;
    group.first = Math.min(group.first, exchange.at);
    group.last = Math.max(group.last, exchange.at);
    group.hashes.push(nameHash(exchange.id));
    for (const name of exchange.names) group.hashes.push(nameHash(name));
    if (group.lines.length >= GROUP_CHARS_MAX) this.openGroups.delete(group.day);
    if (group.count >= this.groupTarget) this.endWait?.();
    this.draining ??= this.drain();
    return group.written.promise;
  }

  /** Newest first. An exchange can be found once it is on the disk. */
  find(query: ExchangeQuery): Promise<ArchivedExchange[]> {
    return this.reader.find(query);
  }

  get(id: string): Promise<ArchivedExchange | undefined> {
    return this.reader.get(id);
  }

  /** The UTC days with exchanges, `YYYY-MM-DD`, oldest first. */
  days(): Promise<string[]> {
    return this.reader.days();
  }

  /**
   * Removes the days that ended before the retention, except for needed exchanges. It does not delay `add`. Throws the
   * same errors as `add`; the day that failed is then unchanged.
   */
  async prune(now: Instant, isNeeded: IsNeeded): Promise<PruneReport> {
    const removed: string[] = [];
    const thinned: string[] = [];
    const counts = { exchanges_removed: 0, exchanges_kept: 0, bytes_freed: 0 };
    for (const name of await this.days()) {
      const day = Date.parse(name) / DAY_MILLIS;
      if ((day + 1 + this.retentionDays) * DAY_MILLIS > now) break;
      const pruned = await this.runInOrder(day, () => this.pruneOne(day, isNeeded));
      counts.exchanges_kept += pruned.kept;
      counts.exchanges_removed += pruned.removed;
      counts.bytes_freed += pruned.freed;
      if (pruned.kept === 0) removed.push(name);
      else if (pruned.removed > 0) thinned.push(name);
    }
    return { days_removed: removed, days_thinned: thinned, ...counts };
  }

  /** Writes what was added, and closes the files. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.endWait?.();
    await this.draining;
    await Promise.all(this.running.values());
    for (const day of [...this.writers.keys()]) await this.closeDay(day);
  }

  private groupOf(day: number): Group {
    let group = this.openGroups.get(day);
    if (group === undefined) {
      const times = { first: Infinity, last: -Infinity };
      group = { day, lines: '', count: 0, ...times, hashes: [], written: Promise.withResolvers() };
      this.openGroups.set(day, group);
      this.queue.push(group);
    }
    return group;
  }

  private async drain(): Promise<void> {
    // More exchanges may follow in this turn of the event loop: all of them share one write.
    await new Promise((resolve) => setImmediate(resolve));
    for (let group = this.queue.shift(); group !== undefined; group = this.queue.shift()) {
      const begun = performance.now();
      if (this.openGroups.get(group.day) === group) this.openGroups.delete(group.day);
      await this.write(group);
      this.groupTarget = Math.min(group.count, GROUP_ENOUGH);
      if (this.groupTarget > 1) await this.awaitGroup(begun + GROUP_WAIT_MILLIS);
    }
    this.draining = null;
  }

  private async write({ day, lines, count, first, last, hashes, written }: Group): Promise<void> {
    try {
      const frame = encodeFrame(lines, count, first, last, hashes);
      await this.runInOrder(day, async () => (await this.writerOf(day)).append(frame));
      written.resolve();
    } catch (error) {
      written.reject(storageError(error, this.folder));
    }
  }

  /** Waits for a group to fill up, until a time of the machine's own clock. */
  private async awaitGroup(until: number): Promise<void> {
    const wait = until - performance.now();
    if (wait < 1 || this.isClosed || (this.queue[0]?.count ?? 0) >= this.groupTarget) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, wait);
      this.endWait = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.endWait = null;
  }

  private async writerOf(day: number): Promise<DayWriter> {
    let writer = this.writers.get(day);
    if (writer === undefined) {
      const [oldest] = this.writers.keys();
      if (oldest !== undefined && this.writers.size >= OPEN_DAYS_MAX) await this.closeDay(oldest);
      writer = await DayWriter.open(this.folder, nameOf(day));
      this.writers.set(day, writer);
      this.sizes.delete(day);
    }
    return writer;
  }

  private async closeDay(day: number): Promise<void> {
    const writer = this.writers.get(day);
    if (writer === undefined) return;
    this.writers.delete(day);
    await writer.close();
    this.sizes.set(day, writer.bytes);
  }

  /** Opens and closes the last day and every day without an index: that repairs them. */
  private async repair(): Promise<void> {
    try {
      const names = readdirSync(this.folder);
      for (const name of names) if (name.endsWith('.tmp')) rmSync(join(this.folder, name));
      const days = await archivedDays(this.folder);
      for (const name of days) {
        const day = Date.parse(name) / DAY_MILLIS;
        if (name === days.at(-1) || !names.includes(`${name}.idx`)) {
          await this.writerOf(day);
          await this.closeDay(day);
        } else {
          this.sizes.set(day, await sizeOfDay(this.folder, name));
        }
      }
    } catch (error) {
      throw storageError(error, this.folder);
    }
  }

  private async pruneOne(day: number, isNeeded: IsNeeded): Promise<PruneCounts & { readonly freed: number }> {
    try {
      await this.closeDay(day);
      const name = nameOf(day);
      const before = await sizeOfDay(this.folder, name);
      const pruned = await pruneDay(this.folder, name, isNeeded);
      const after = await sizeOfDay(this.folder, name);
      this.sizes.set(day, after);
      return { ...pruned, freed: before - after };
    } catch (error) {
      throw storageError(error, this.folder);
    }
  }

  private runInOrder<Result>(day: number, act: () => Promise<Result>): Promise<Result> {
    const turn = (this.running.get(day) ?? Promise.resolve()).then(act);
    const ended = turn
      .catch(() => undefined)
      .then(() => {
        if (this.running.get(day) === ended) this.running.delete(day);
      });
    this.running.set(day, ended);
    return turn;
  }
}

function nameOf(day: number): string {
  return dayOf(day * DAY_MILLIS);
}
