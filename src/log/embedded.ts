// The event log in one file, for one process: SQLite stores the batches, a commit is durable before it is
// acknowledged, and any other error while writing stops the log for good.

import type { DatabaseSync } from 'node:sqlite';
import { HesabuError } from '../domain/errors.ts';
import { makeDirectory } from '../runtime/directories.ts';
import type { OnFailpoint } from '../runtime/failpoints.ts';
import { isFull, storageError } from '../runtime/storage-errors.ts';
import { BatchRows, frameOf } from './batch-rows.ts';
import { type CopyOf, checkCopy } from './copy-mark.ts';
import { databasePath, lockDirectory, openDatabase, ROW_BYTES } from './data-directory.ts';
import { type Append, type Batch, checkAppend, type EventLog, type Topic } from './event-log.ts';
import {
  blocksWithChanges,
  hasPageChecksums,
  type PageChecksums,
  removePageChecksums,
  writePageChecksums,
} from './page-checksums.ts';
import { type PlacedAppend, ThreadCommitter } from './thread-committer.ts';

/** The default number of bytes after which SQLite's write-ahead log is copied into the database itself. */
const CHECKPOINT_BYTES = 64 * 1024 * 1024;

export interface EmbeddedLogOptions {
  /** For a new log; an existing one keeps its own. Default 8. */
  readonly partitions?: number;
  /** The ledger on Kafka that the directory is a copy of; without it, a directory that is a copy is refused. */
  readonly copyOf?: CopyOf;
  /** Called at each step on the disk; tests end the process there. */
  readonly onFailpoint?: OnFailpoint;
  /** The number of appended bytes after which the database's own file is updated; default 64 MiB. */
  readonly checkpointBytes?: number;
  /** The most pages that the database may have; tests use it to fill the disk. */
  readonly pagesMax?: number;
  /** Commits in a thread of its own, whose steps on the disk are not told to `onFailpoint`. */
  readonly commitsBeside?: boolean;
  /** Called if that thread ends, or cannot copy what it wrote: the log accepts nothing any more. */
  readonly onFailure?: (error: HesabuError) => void;
}

interface Request {
  readonly appends: readonly Append[];
  readonly packed: readonly (Buffer | Promise<Buffer>)[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** A request whose batches have their offsets. */
interface Placed {
  readonly request: Request;
  readonly from: readonly bigint[];
  readonly packed: readonly Buffer[];
}

/**
 * Opening throws HESABU_DATA_LOCKED, HESABU_DATA_UNWRITABLE, HESABU_DATA_VERSION, HESABU_DATA_IS_COPY,
 * HESABU_DATA_OTHER_LEDGER, HESABU_LOG_DAMAGED or HESABU_DISK_FULL. An append fails with HESABU_LOG_CONFLICT, with
 * HESABU_DISK_FULL (nothing of it is written, and the log still works), or with HESABU_LOG_FAILED (the log accepts
 * nothing any more).
 */
export class EmbeddedLog implements EventLog {
  readonly partitions: number;
  private readonly dir: string;
  private readonly lock: DatabaseSync;
  private readonly database: DatabaseSync;
  private readonly rows: BatchRows;
  private readonly onFailpoint: OnFailpoint;
  private readonly committer: ThreadCommitter | null;
  private readonly ends = new Map<string, bigint>();
  private waiting: Request[] = [];
  private committing: Promise<void> | null = null;
  private failure: HesabuError | null = null;
  private closing: Promise<void> | null = null;
  private hasChecksums: boolean;
  /** Of the database before the changes that are all still beside it. */
  private checksums: PageChecksums | undefined;
  private readonly checkpointBytes: number;
  private bytesSinceCheckpoint = 0;

  constructor(dir: string, options: EmbeddedLogOptions = {}) {
    this.dir = dir;
    this.onFailpoint = options.onFailpoint ?? (() => {});
    this.checkpointBytes = options.checkpointBytes ?? CHECKPOINT_BYTES;
    makeDirectory(dir);
    this.lock = lockDirectory(dir);
    try {
      checkCopy(dir, options.copyOf);
      const opened = openDatabase(dir, options.partitions ?? 8, options.pagesMax);
      this.database = opened.database;
      this.partitions = opened.partitions;
      this.rows = new BatchRows(this.database);
      this.hasChecksums = hasPageChecksums(dir);
      this.committer = options.commitsBeside === true ? this.startCommitter(options) : null;
    } catch (error) {
      this.lock.close();
      throw storageError(error, dir);
    }
  }

  /** Takes packed values too. */
  async append(appends: readonly Append[]): Promise<void> {
    for (const append of appends) checkAppend(append, this.partitions, true);
    if (this.failure !== null) throw this.failure;
    if (this.closing !== null) throw new RangeError('the log is closed');
    if (appends.length === 0) return;
    const packed = this.committer === null ? appends.map(frameOf) : [];
    const done = new Promise<void>((resolve, reject) => {
      this.waiting.push({ appends, packed, resolve, reject });
    });
    this.committing ??= this.commitWaiting();
    return done;
  }

  read(topic: Topic, partition: number, from: bigint): Iterable<Batch> {
    return this.rows.read(topic, partition, from);
  }

  beginning(topic: Topic, partition: number, from: bigint): Buffer | undefined {
    return this.rows.beginning(topic, partition, from);
  }

  end(topic: Topic, partition: number): bigint {
    const name = `${topic}/${partition}`;
    let end = this.ends.get(name);
    if (end === undefined) {
      end = this.rows.end(topic, partition);
      this.ends.set(name, end);
    }
    return end;
  }

  close(): Promise<void> {
    this.closing ??= this.closeOnce();
    return this.closing;
  }

  /** Commits group after group until nothing waits. Appends that arrive during a commit are in the next group. */
  private async commitWaiting(): Promise<void> {
    // More appends may follow in this turn of the event loop: all of them share one commit.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.waiting.length > 0) {
      const group = this.waiting;
      this.waiting = [];
      try {
        const packed = await Promise.all(group.map((request) => Promise.all(request.packed)));
        await this.commitGroup(group, packed);
      } catch (error) {
        for (const request of group) request.reject(error);
      }
    }
    this.committing = null;
  }

  private async commitGroup(group: readonly Request[], packed: readonly Buffer[][]): Promise<void> {
    if (this.failure !== null) throw this.failure;
    const ends = new Map<string, bigint>();
    const placed: Placed[] = [];
    group.forEach((request, index) => {
      const from = this.place(request, ends);
      if (from !== undefined) placed.push({ request, from, packed: packed[index]! });
    });
    if (placed.length === 0) return;
    try {
      this.removeChecksums();
      if (this.committer === null) this.write(placed);
      else await this.committer.commit(placed.flatMap(batchesOf));
    } catch (error) {
      throw this.refusal(error);
    }
    for (const [name, end] of ends) this.ends.set(name, end);
    this.onFailpoint('append:committed');
    for (const { request } of placed) request.resolve();
    this.checkpointIfDue();
  }

  /** The offsets of a request's batches, after those placed before it; rejects a request that expected another end. */
  private place(request: Request, ends: Map<string, bigint>): bigint[] | undefined {
    const own = new Map<string, bigint>();
    const from: bigint[] = [];
    for (const { topic, partition, count, expectedEnd } of request.appends) {
      const name = `${topic}/${partition}`;
      const end = own.get(name) ?? ends.get(name) ?? this.end(topic, partition);
      if (expectedEnd !== undefined && expectedEnd !== end) {
        const detail = { where: name, expected: `end ${expectedEnd}`, found: `${end}` };
        request.reject(new HesabuError('HESABU_LOG_CONFLICT', detail));
        return undefined;
      }
      from.push(end);
      own.set(name, end + BigInt(count));
    }
    for (const [name, end] of own) ends.set(name, end);
    return from;
  }

  /** One transaction for the whole group; when it returns, the group is durable. */
  private write(placed: readonly Placed[]): void {
    this.database.exec('BEGIN IMMEDIATE');
    this.onFailpoint('append:begin');
    for (const { request, from, packed } of placed) {
      request.appends.forEach((append, index) => {
        this.rows.insert(append, from[index]!, packed[index]!);
        this.bytesSinceCheckpoint += packed[index]!.length + ROW_BYTES;
      });
      this.onFailpoint('append:written');
    }
    this.onFailpoint('append:before-commit');
    this.database.exec('COMMIT');
  }

  /** They are of a database that nobody changed. */
  private removeChecksums(): void {
    if (!this.hasChecksums) return;
    const known = removePageChecksums(this.dir);
    // Another thread does not tell when it copies changes.
    if (this.committer === null) this.checksums = known;
    this.hasChecksums = false;
    this.onFailpoint('append:seal-removed');
  }

  private startCommitter({ pagesMax, onFailure }: EmbeddedLogOptions): ThreadCommitter {
    const { dir, partitions, checkpointBytes } = this;
    return new ThreadCommitter({ dir, partitions, pagesMax, checkpointBytes }, (error) =>
      onFailure?.(this.fail(error)),
    );
  }

  /**
   * The error of a failed append. Only a full disk leaves the log usable: after any other error the state of the disk
   * is unknown, and a second fsync would report success for pages that the first one lost.
   */
  private refusal(error: unknown): HesabuError {
    if (isFull(error)) {
      if (this.database.isTransaction) this.database.exec('ROLLBACK');
      return storageError(error, databasePath(this.dir));
    }
    return this.fail(error);
  }

  private fail(error: unknown): HesabuError {
    const found = error instanceof Error ? error.message : String(error);
    this.failure = new HesabuError('HESABU_LOG_FAILED', { where: databasePath(this.dir), found }, error);
    return this.failure;
  }

  private checkpointIfDue(): void {
    if (this.bytesSinceCheckpoint < this.checkpointBytes) return;
    this.onFailpoint('checkpoint:begin');
    this.checksums = undefined;
    try {
      this.database.exec('PRAGMA wal_checkpoint(PASSIVE)');
      this.bytesSinceCheckpoint = 0;
    } catch (error) {
      // Committed data is safe in the write-ahead log. A full disk may have room again at the next group.
      if (!isFull(error)) this.fail(error);
    }
    this.onFailpoint('checkpoint:done');
  }

  private async closeOnce(): Promise<void> {
    if (this.committing !== null) await this.committing;
    await this.committer?.close();
    try {
      const changed = this.checksums && blocksWithChanges(this.dir);
      const isWhole = this.failure === null && (this.hasChecksums || this.checkpointAll());
      this.database.close();
      if (isWhole && !this.hasChecksums) writePageChecksums(this.dir, this.onFailpoint, this.checksums, changed);
    } catch (error) {
      // If there is no room for the checksums, the data are as safe as before; the next clean close writes them.
      if (!isFull(error)) throw storageError(error, databasePath(this.dir));
    } finally {
      if (this.database.isOpen) this.database.close();
      this.lock.close();
    }
  }

  /** Copies every change into the database's own file; false if a reader still needs the changes. */
  private checkpointAll(): boolean {
    this.onFailpoint('close:before-checkpoint');
    const result = this.database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
    this.onFailpoint('close:checkpointed');
    return result?.busy === 0;
  }
}

function batchesOf({ request: { appends }, from }: Placed): PlacedAppend[] {
  return appends.map((append, index) => ({ append, from: from[index]! }));
}
