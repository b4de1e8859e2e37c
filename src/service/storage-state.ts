// Whether the data directory takes what comes in. A failed write says no, and so does a disk that is nearly full; a
// write of its own says when that is over, because nobody sends anything to a service that is not ready.

import { rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { HesabuError } from '../domain/errors.ts';
import { storageError } from '../runtime/storage-errors.ts';

/** Kept for the ledger's own writes, so that what was taken can also be reconciled. */
const FREE_BYTES_LEAST = 2 ** 20;
const PROBE_BYTES = 256 * 1024;
const CHECK_MILLIS = 500;
/** More of them say nothing more: `hesabu verify` names all. */
const PLACES_MAX = 20;
const PASSING: ReadonlySet<string> = new Set(['HESABU_DISK_FULL', 'HESABU_DATA_UNWRITABLE']);

export class StorageState {
  private readonly dir: string;
  private readonly logger: Logger;
  private readonly lasting: string | null;
  private readonly away: () => HesabuError | null;
  private readonly stopping = new AbortController();
  private checking: Promise<void> = Promise.resolve();
  private current: HesabuError | null = null;
  private readonly places = new Set<string>();

  /**
   * `lasting` is the code of a fault after which only a new start helps, because it is unknown what is stored. `away`
   * is the fault while the cluster of a ledger on Kafka is away.
   */
  constructor(
    dir: string,
    logger: Logger,
    lasting: 'HESABU_LOG_FAILED' | null,
    away: () => HesabuError | null = () => null,
  ) {
    this.dir = dir;
    this.away = away;
    this.lasting = lasting;
    this.logger = logger;
    const timer = setInterval(() => {
      this.checking = this.checking.then(() => this.check());
    }, CHECK_MILLIS).unref();
    this.stopping.signal.addEventListener('abort', () => clearInterval(timer));
  }

  /** Why nothing can be stored now; null if there is no such reason. */
  get fault(): HesabuError | null {
    return this.current ?? this.away();
  }

  /** A write failed. Errors that are not about the storage change nothing. */
  failed(error: unknown): void {
    if (!(error instanceof HesabuError)) return;
    if (!PASSING.has(error.code) && error.code !== this.lasting) return;
    if (this.current === null) this.logger.error({ err: error, code: error.code }, 'nothing can be stored now');
    this.current = error;
  }

  /** Where what is stored was read and found damaged, as far as `readFailed` was told. */
  get damaged(): readonly string[] {
    return [...this.places];
  }

  /** A request failed by what it read. Errors that are not about damage change nothing. */
  readFailed(error: unknown): void {
    if (!(error instanceof HesabuError) || error.code !== 'HESABU_LOG_DAMAGED') return;
    if (this.places.size < PLACES_MAX) this.places.add(error.detail.where ?? this.dir);
  }

  /** The same writes; those that fail are noted. */
  watched<Args extends readonly unknown[], Result>(
    write: (...args: Args) => Promise<Result>,
  ): (...args: Args) => Promise<Result> {
    return (...args) =>
      write(...args).catch((error: unknown) => {
        this.failed(error);
        throw error;
      });
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.checking;
  }

  private async check(): Promise<void> {
    if (this.stopping.signal.aborted || (this.current !== null && !PASSING.has(this.current.code))) return;
    const fault = await this.spaceFault();
    if (fault !== null) this.failed(fault);
    else if (this.current !== null && (await this.canWrite())) {
      this.current = null;
      this.logger.info('the disk takes data again');
    }
  }

  private async spaceFault(): Promise<HesabuError | null> {
    try {
      const { bavail, bsize, blocks } = await statfs(this.dir);
      // Some file systems do not tell their size.
      if (blocks === 0 || bavail * bsize >= FREE_BYTES_LEAST) return null;
      const [expected, found] = [`${FREE_BYTES_LEAST} free bytes`, `${bavail * bsize}`];
      return new HesabuError('HESABU_DISK_FULL', { where: this.dir, expected, found });
    } catch (error) {
      return storageError(error, this.dir);
    }
  }

  private async canWrite(): Promise<boolean> {
    const path = join(this.dir, '.writable');
    try {
      await writeFile(path, Buffer.alloc(PROBE_BYTES), { flush: true, mode: 0o600 });
      return true;
    } catch {
      return false;
    } finally {
      await rm(path, { force: true }).catch(() => {});
    }
  }
}
