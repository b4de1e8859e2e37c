// The loop that keeps a running ledger up to date: each round reads the appended facts and advances the ledger's time.

import type { Logger } from 'pino';
import { HesabuError } from '../../domain/errors.ts';
import type { Instant } from '../../domain/time.ts';
import type { Reconciler } from '../../engine/reconciler.ts';
import type { LoopPort } from '../../http/ledger-port.ts';
import { isAway } from '../../kafka/client/cluster-errors.ts';
import type { Rules } from '../../matching/rules.ts';
import { cursorAt } from '../../projections/entry-feed.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Meter } from '../../runtime/meter.ts';
import { hasReadAll } from '../../task/advance.ts';
import type { BlockSignal } from './block-signal.ts';
import { RoundBarrier } from './round-barrier.ts';

export interface LedgerLoopOptions {
  readonly clock: Clock;
  /** The time by which deadlines pass; by default the clock's. */
  readonly deadlineTime?: () => Instant;
  readonly meter: Meter;
  readonly logger: Logger;
  /** The rules from now on; if absent, the rules that were in force last. */
  readonly rules: Rules | undefined;
  /** Whether others write the ledger, and this process follows it. */
  readonly follows?: boolean;
  /** How long facts may wait for more facts before the ledger reads them, in milliseconds of real time. */
  readonly reconcileEveryMillis: () => number;
  /** Called after each round that made blocks; nobody hears of them before it resolves. */
  readonly afterRound?: () => Promise<void>;
  /** Called with the error of each round that the disk had no place for. */
  readonly onUnwritten: (error: unknown) => void;
  /** Called once if the ledger cannot go on: the process must end, and start again from what is on disk. */
  readonly onFailure: (error: HesabuError) => void;
}

/** How often deadlines are checked while no fact comes, in real milliseconds. */
const IDLE_MILLIS = 500;
/** How long the loop waits before it tries a full disk, or a cluster that is away, again. */
const RETRY_MILLIS = 1_000;

export class LedgerLoop implements LoopPort {
  private readonly reconciler: Reconciler;
  private readonly blocks: BlockSignal;
  private readonly options: LedgerLoopOptions;
  private readonly barrier = new RoundBarrier();
  private inForce: Rules;
  private running: Promise<void> | null = null;
  private stopping = false;
  private wake: () => void = () => {};
  private hasUnread = true;
  private isInRound = false;
  /** Whether somebody waits for a round at once. */
  private isHurried = false;
  /** Up to when the last round took the ledger. */
  private roundedTo: Instant = Number.NEGATIVE_INFINITY;
  private oldestUnread: number | null = null;
  private failure: HesabuError | null = null;
  /** Why the last round ended without its blocks, although the next may succeed. */
  private stuck: HesabuError | null = null;

  constructor(reconciler: Reconciler, blocks: BlockSignal, options: LedgerLoopOptions) {
    this.reconciler = reconciler;
    this.blocks = blocks;
    this.options = options;
    this.inForce = options.rules ?? reconciler.ledger.rulesInForce;
  }

  start(): void {
    this.running ??= this.run();
  }

  /** Reads the appended facts, and ends. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.wakeUp();
    await this.running;
    this.blocks.close();
    this.barrier.fail(new HesabuError('HESABU_LOG_FAILED', { where: 'closing' }));
  }

  get rules(): Rules {
    return this.inForce;
  }

  /** New rules hold from the next round on: every key is assessed again. */
  set rules(rules: Rules) {
    this.inForce = rules;
    this.wakeUp();
  }

  /** How long the oldest unread fact has waited, in real milliseconds; 0 if the ledger has read all facts. */
  get lagMillis(): number {
    return this.oldestUnread === null ? 0 : performance.now() - this.oldestUnread;
  }

  /** Why the ledger accepts nothing any more. */
  get fault(): HesabuError | null {
    return this.failure;
  }

  /** Why the last round had no place on the disk; it is tried again. */
  get unwritten(): HesabuError | null {
    return this.stuck;
  }

  catchUp(pace?: 'at once'): Promise<void> {
    // Who waited for space to be freed would wait for somebody who does not know of it.
    const fault = this.failure ?? this.stuck;
    if (fault !== null) return Promise.reject(fault);
    if (this.hasReadAll()) return Promise.resolve();
    const caughtUp = this.barrier.next();
    this.isHurried ||= pace === 'at once';
    this.wakeUp();
    return caughtUp;
  }

  /** Whether a round would find nothing that the next idle one does not find soon enough. */
  private hasReadAll(): boolean {
    const { ledger } = this.reconciler;
    // What lies on a cluster is known only after a look.
    if (this.options.follows === true || this.hasUnread || this.running === null) return false;
    // It may be taking new rules over, with nothing new to read.
    if (this.isInRound) return false;
    return this.now() - this.roundedTo < IDLE_MILLIS && hasReadAll(ledger.log, ledger.heads);
  }

  /** The time by which deadlines pass. */
  private now(): Instant {
    return this.options.deadlineTime?.() ?? this.options.clock.now();
  }

  /** There is something to read: facts or new rules. */
  wakeUp(): void {
    this.hasUnread = true;
    this.oldestUnread ??= performance.now();
    this.wake();
  }

  private async run(): Promise<void> {
    let ended = Number.NEGATIVE_INFINITY;
    let took = 0;
    while (this.failure === null) {
      const isLast = this.stopping;
      if (!isLast && !this.hasUnread) await this.pause(IDLE_MILLIS, () => this.hasUnread);
      await this.wait(ended, took);
      const began = performance.now();
      await this.round();
      ended = performance.now();
      took = ended - began;
      if (isLast) return;
    }
  }

  /**
   * Waits until facts had the time to gather since the last round. Who is in a hurry waits as long as that round took,
   * so that rounds for people never take more than half of the thread's time from those that gather much.
   */
  private async wait(ended: number, took: number): Promise<void> {
    const every = this.options.reconcileEveryMillis();
    while (!this.stopping) {
      const { isHurried } = this;
      const early = (isHurried ? Math.min(took, every) : every) - (performance.now() - ended);
      if (early <= 0) return;
      await this.pause(early, () => this.isHurried !== isHurried);
    }
  }

  /** Waits for this time, or until something is so, which is asked when the loop is woken. */
  private pause(millis: number, isOver: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, millis);
      this.wake = () => {
        if (!isOver() && !this.stopping) return;
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Brings the ledger up to date once. */
  private async round(): Promise<void> {
    const { options } = this;
    const { ledger } = this.reconciler;
    const number = this.barrier.begin();
    const unreadSince = this.oldestUnread;
    this.isInRound = true;
    this.hasUnread = false;
    this.isHurried = false;
    this.oldestUnread = null;
    const started = performance.now();
    const { entries } = ledger;
    const cursor = cursorAt(ledger.heads);
    try {
      // If the clock is set back, the ledger's time must not go back.
      const now = this.now();
      await ledger.advance(Math.max(now, ledger.asOf), this.inForce);
      this.roundedTo = now;
    } catch (error) {
      await this.remedy(error);
      this.isInRound = false;
      this.oldestUnread = unreadSince ?? started;
      this.hasUnread = true;
      return;
    }
    options.meter.observe('hesabu_reconcile_seconds', {}, (performance.now() - started) / 1000);
    options.meter.add('hesabu_entries_total', {}, ledger.entries - entries);
    await this.signFirst();
    if (cursorAt(ledger.heads) !== cursor) {
      await options.afterRound?.();
      this.blocks.fire();
    }
    this.stuck = null;
    this.isInRound = false;
    this.barrier.end(number);
  }

  /** Signing has its own times, but `verify` beside the service knows nothing of a partition before its first. */
  private async signFirst(): Promise<void> {
    try {
      await this.reconciler.signFirst();
    } catch (error) {
      this.options.logger.error({ err: error }, 'the heads could not be signed');
    }
  }

  /**
   * A full disk may have space again: the tasks restore the stored ledger and continue. After any other error it is
   * unknown what is stored, so the process must end.
   */
  private async remedy(error: unknown): Promise<void> {
    const { logger, onFailure } = this.options;
    if (isAway(error)) {
      // Nothing of the round is half done: the facts that it appends have the same ids in the next one.
      this.barrier.fail(error);
      if (!this.stopping) await this.pause(RETRY_MILLIS, () => false);
      return;
    }
    const known = error instanceof HesabuError ? error : new HesabuError('HESABU_INTERNAL', { where: 'serve' }, error);
    logger.error({ code: known.code, err: error }, 'the ledger could not be brought up to date');
    if (known.code === 'HESABU_DISK_FULL' && !this.stopping) {
      this.options.onUnwritten(known);
      this.stuck = known;
      this.barrier.fail(known);
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
