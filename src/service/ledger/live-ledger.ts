// The ledger of a running service: facts go in at any time, and a loop keeps the ledger up to date with them and with
// the clock. Everything that others ask of the ledger while it runs is asked here.

import type { Logger } from 'pino';
import { entryProof } from '../../app/proof.ts';
import { HesabuError } from '../../domain/errors.ts';
import type { Fact } from '../../domain/fact.ts';
import type { Instant } from '../../domain/time.ts';
import { readCheckpoint, writeCheckpoints } from '../../engine/directory/checkpoints.ts';
import { Reconciler } from '../../engine/reconciler.ts';
import type { LedgerPort, OnReject, TakenFile } from '../../http/ledger-port.ts';
import { openReader } from '../../log/embedded.ts';
import type { EventLog } from '../../log/event-log.ts';
import type { Rules } from '../../matching/rules.ts';
import type { FileKind } from '../../producers/formats/format.ts';
import { cursorAt, type EntryPage, entriesAfter } from '../../projections/entry-feed.ts';
import type { KeyClaims } from '../../projections/lookup.ts';
import type { Providers } from '../../providers/registry.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Meter } from '../../runtime/meter.ts';
import type { Overview } from '../../task/overview.ts';
import { FactWriter } from './fact-writer.ts';
import { ResolutionPace } from './resolution-pace.ts';
import { RoundBarrier } from './round-barrier.ts';

export interface LiveLedgerOptions {
  readonly clock: Clock;
  readonly meter: Meter;
  readonly logger: Logger;
  /** The rules from now on; those last in force where absent. */
  readonly rules: Rules | undefined;
  /** How long facts may wait for others before the ledger reads them, in milliseconds of real time. */
  readonly reconcileEveryMillis: () => number;
  /** Of a ledger on Kafka that workers keep, and this process follows. */
  readonly openLog?: () => Promise<EventLog>;
  /** Worker threads that match; 1 unless told, so that answering is not kept waiting. */
  readonly threads?: number;
  /** Other providers than the product's, whose files are read. */
  readonly providers?: Providers | undefined;
  /** Told once when the ledger cannot go on: the process must end, and start again from what is on the disk. */
  readonly onFailure: (error: HesabuError) => void;
}

/**
 * Small, so that bringing the database up to date takes a moment, and the write-ahead log is written over, not grown.
 */
const CHECKPOINT_BYTES = 8 * 1024 * 1024;
/** Deadlines are looked at as often, in real milliseconds, where no fact comes. */
const IDLE_MILLIS = 500;
/** After a full disk, room is looked for as often. */
const RETRY_MILLIS = 1_000;

export class LiveLedger implements LedgerPort {
  readonly reconciler: Reconciler;
  private readonly options: LiveLedgerOptions;
  private readonly writer: FactWriter;
  private inForce: Rules;
  private running: Promise<void> | null = null;
  private stopping = false;
  private readonly barrier = new RoundBarrier();
  private wake: () => void = () => {};
  private hasNews = true;
  private oldestUnread: number | null = null;
  private readonly resolving: ResolutionPace;
  private blockWaiters = new Set<() => void>();
  private imports: Promise<unknown> = Promise.resolve();
  private failure: HesabuError | null = null;

  private constructor(reconciler: Reconciler, options: LiveLedgerOptions) {
    this.reconciler = reconciler;
    this.resolving = new ResolutionPace(reconciler);
    this.options = options;
    this.inForce = options.rules ?? reconciler.rulesInForce;
    this.writer = new FactWriter(reconciler.log, () => this.tell());
  }

  static async open(dir: string, options: LiveLedgerOptions): Promise<LiveLedger> {
    const { openLog, threads = 1, providers } = options;
    const follower = openLog === undefined ? {} : { openLog, follows: true };
    const settings = { threads, providers, isBehind: true, checkpointBytes: CHECKPOINT_BYTES, ...follower };
    const reconciler = await Reconciler.open(dir, settings);
    return new LiveLedger(reconciler, options);
  }

  /** Begins to keep the ledger up to date. */
  start(): void {
    this.running ??= this.run();
  }

  get rules(): Rules {
    return this.inForce;
  }

  /** Other rules from the next round on: every key is assessed again. */
  set rules(rules: Rules) {
    this.inForce = rules;
    this.tell();
  }

  get asOf(): Instant {
    return this.reconciler.asOf;
  }

  get end(): string {
    return cursorAt(this.reconciler.ledgerHeads);
  }

  /** How long the oldest fact waits that the ledger has not read, in real milliseconds; 0 where it has read all. */
  get lagMillis(): number {
    return this.oldestUnread === null ? 0 : performance.now() - this.oldestUnread;
  }

  /** Why the ledger takes nothing any more. */
  get fault(): HesabuError | null {
    return this.failure;
  }

  append(facts: readonly Fact[]): Promise<void> {
    return this.writer.append(facts);
  }

  catchUp(): Promise<void> {
    if (this.failure !== null) return Promise.reject(this.failure);
    const caughtUp = this.barrier.next();
    this.tell();
    return caughtUp;
  }

  find(name: string): Promise<readonly KeyClaims[]> {
    return this.reconciler.findClaims(name);
  }

  async findKey(reference: string): Promise<KeyClaims | undefined> {
    return (await this.reconciler.findClaims(reference, 'only'))[0];
  }

  entriesAfter(cursor: string | null, limit: number): EntryPage {
    return entriesAfter(this.reconciler.log, cursor, limit);
  }

  nextBlock(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.blockWaiters.delete(done);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      if (signal?.aborted === true || this.stopping) return resolve();
      this.blockWaiters.add(done);
      signal?.addEventListener('abort', done, { once: true });
    });
  }

  async checkpoints(): Promise<readonly string[]> {
    const { dir, ledgerHeads } = this.reconciler;
    writeCheckpoints(dir, ledgerHeads);
    return ledgerHeads.flatMap(({ partition }) => readCheckpoint(dir, partition) ?? []);
  }

  async prove(entryId: string): Promise<Readonly<Record<string, string | Buffer>>> {
    const { dir, ledgerHeads } = this.reconciler;
    writeCheckpoints(dir, ledgerHeads);
    const reader = openReader(dir);
    try {
      return entryProof(reader, dir, entryId).files;
    } finally {
      reader.close();
    }
  }

  /** One file after the other: each import has a number of its own. */
  importFile(path: string, kind: FileKind, provider: string, name: string, onReject: OnReject): Promise<TakenFile> {
    const taken = this.imports.then(() => this.takeFile(path, kind, provider, name, onReject));
    this.imports = taken.catch(() => {});
    return taken;
  }

  overview(): Promise<Overview> {
    return this.reconciler.overview();
  }

  /** Reads what was appended, signs the heads, keeps snapshots, and closes the log. */
  async close(): Promise<void> {
    this.stopping = true;
    this.tell();
    await this.running;
    for (const waiter of [...this.blockWaiters]) waiter();
    this.barrier.fail(new HesabuError('HESABU_LOG_FAILED', { where: 'closing' }));
    try {
      if (this.failure === null) await this.reconciler.finish();
    } finally {
      await this.reconciler.close();
    }
  }

  private async takeFile(
    path: string,
    kind: FileKind,
    provider: string,
    name: string,
    onReject: OnReject,
  ): Promise<TakenFile> {
    const [taken] = await this.reconciler.importFiles([{ path, kind, name }], {
      provider,
      mappings: {},
      receivedAt: this.options.clock.now(),
      reject: (reject, importId) => onReject({ ...reject, file: name }, importId),
    });
    await this.catchUp();
    const { record, fault } = taken!;
    return { record, fault: fault ?? null };
  }

  private tell(): void {
    this.hasNews = true;
    this.oldestUnread ??= performance.now();
    this.wake();
  }

  private async run(): Promise<void> {
    let roundEnded = Number.NEGATIVE_INFINITY;
    while (this.failure === null) {
      const isLast = this.stopping;
      if (!isLast && !this.hasNews) await this.pause(IDLE_MILLIS, true);
      const early = this.options.reconcileEveryMillis() - (performance.now() - roundEnded);
      if (!this.stopping && early > 0) await this.pause(early, false);
      await this.round();
      roundEnded = performance.now();
      if (isLast) return;
    }
  }

  /** Waits as long, or, where it may, until there is news. */
  private pause(millis: number, untilNews: boolean): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, millis);
      this.wake = () => {
        if (!untilNews && !this.stopping) return;
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Brings the ledger up to date once. */
  private async round(): Promise<void> {
    const { reconciler, options } = this;
    const number = this.barrier.begin();
    const unreadSince = this.oldestUnread;
    this.hasNews = false;
    this.oldestUnread = null;
    const started = performance.now();
    const entries = reconciler.entries;
    const cursor = this.end;
    try {
      // A clock that was put back must not put back the ledger.
      const asOf = Math.max(options.clock.now(), reconciler.asOf);
      await this.resolving.advance(asOf, this.inForce, this.stopping);
    } catch (error) {
      await this.remedy(error);
      this.oldestUnread = unreadSince ?? started;
      this.hasNews = true;
      return;
    }
    options.meter.observe('hesabu_reconcile_seconds', {}, (performance.now() - started) / 1000);
    options.meter.add('hesabu_entries_total', {}, reconciler.entries - entries);
    if (this.end !== cursor) for (const waiter of [...this.blockWaiters]) waiter();
    this.barrier.end(number);
  }

  /**
   * A full disk may have room again: the tasks go back to the ledger as it is stored, and on. After anything else
   * nobody knows what is stored, and the process must end.
   */
  private async remedy(error: unknown): Promise<void> {
    const { logger, onFailure } = this.options;
    const known = error instanceof HesabuError ? error : new HesabuError('HESABU_INTERNAL', { where: 'serve' }, error);
    logger.error({ code: known.code, err: error }, 'the ledger could not be brought up to date');
    if (known.code === 'HESABU_DISK_FULL' && !this.stopping) {
      await new Promise((resolve) => setTimeout(resolve, RETRY_MILLIS));
      try {
        await this.reconciler.restore();
        return;
      } catch (again) {
        logger.error({ err: again }, 'the ledger could not be read again');
      }
    }
    this.failure = known;
    this.barrier.fail(known);
    onFailure(known);
  }
}
