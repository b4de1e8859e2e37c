// The ledger of a running service: it accepts facts at any time, and a loop keeps it up to date with the facts and the
// clock. This file joins its reader, its writer and its loop.

import type { Ask } from '../../engine/executors/queries.ts';
import { hintsFor } from '../../engine/hints.ts';
import { Reconciler } from '../../engine/reconciler.ts';
import type { CasePort, LedgerPort } from '../../http/ledger-port.ts';
import type { EventLog } from '../../log/event-log.ts';
import { rulesHash } from '../../matching/rules.ts';
import type { Routing } from '../../projections/cases/case-owners.ts';
import type { AskingKey, MoneyHints } from '../../projections/hints.ts';
import type { Payout } from '../../projections/payouts.ts';
import type { ShareRow } from '../../projections/shares.ts';
import type { Providers } from '../../providers/registry.ts';
import { BlockSignal } from './block-signal.ts';
import { FileRowFinder } from './file-row-finder.ts';
import { LedgerLoop, type LedgerLoopOptions } from './ledger-loop.ts';
import { LedgerReader } from './ledger-reader.ts';
import { LedgerWriter, type LedgerWriterOptions } from './ledger-writer.ts';
import { LiveCases } from './live-cases.ts';
import { LiveStatements } from './live-statements.ts';
import { ANSWER_MILLIS_MAX, timelyAsk } from './timely-ask.ts';

export interface LiveLedgerOptions extends LedgerLoopOptions, LedgerWriterOptions {
  /** Opens a ledger on Kafka: workers write it, and this process follows it. */
  readonly openLog?: () => Promise<EventLog>;
  /** The number of threads that match; 1 by default, so that matching does not delay answers. With 0, none commits. */
  readonly threads?: number;
  /** How long a caller waits for an answer of the ledger, in real milliseconds; 10 seconds by default. */
  readonly answerMillisMax?: number;
  /** Who works a case that nobody was given. */
  readonly routing?: (() => Routing) | undefined;
  /** Other providers than the product's, whose files are read. */
  readonly providers?: Providers | undefined;
}

/**
 * Small, so that each checkpoint of the database is short, and the write-ahead log is overwritten instead of growing.
 */
const CHECKPOINT_BYTES = 8 * 1024 * 1024;

export class LiveLedger implements LedgerPort {
  readonly reconciler: Reconciler;
  readonly reader: LedgerReader;
  readonly writer: LedgerWriter;
  /** Does nothing until it is started. */
  readonly loop: LedgerLoop;
  /** Asks the ledger for callers who wait. */
  readonly ask: Ask;
  readonly statements: LiveStatements;
  readonly cases: CasePort;

  private constructor(reconciler: Reconciler, options: LiveLedgerOptions) {
    const blocks = new BlockSignal();
    this.reconciler = reconciler;
    const { ask } = reconciler.executors;
    const { routing = () => [], openLog, answerMillisMax: millis = ANSWER_MILLIS_MAX } = options;
    const cases = new LiveCases({ ask, routing, rules: () => this.loop.rules, answerMillisMax: millis });
    this.cases = cases;
    const afterRound = () => cases.afterRound();
    this.loop = new LedgerLoop(reconciler, blocks, { ...options, follows: openLog !== undefined, afterRound });
    this.ask = timelyAsk(ask, millis);
    const { imports } = reconciler.importer;
    const finder = new FileRowFinder(this.ask, (id) => Date.parse(imports.get(id)?.at ?? '') || 0);
    this.reader = new LedgerReader(reconciler, blocks, this.ask);
    this.statements = new LiveStatements(ask, this.reader, this.loop, millis, finder);
    this.writer = new LedgerWriter(reconciler, this.loop, options);
  }

  static async open(dir: string, options: LiveLedgerOptions): Promise<LiveLedger> {
    const { openLog, threads = 1, providers, onFailure } = options;
    const follower = openLog === undefined ? {} : { openLog, follows: true };
    const settings = {
      ...{ threads, providers, isBehind: true, isOfService: true, checkpointBytes: CHECKPOINT_BYTES, ...follower },
      ...{ commitsBeside: threads > 0, onFailure },
    };
    const reconciler = await Reconciler.open(dir, settings);
    return new LiveLedger(reconciler, options);
  }

  hints(breaks: readonly AskingKey[]): Promise<readonly MoneyHints[]> {
    return hintsFor(this.ask, breaks);
  }

  payouts(): Promise<readonly Payout[]> {
    return this.ask({ query: 'payouts' });
  }

  shares(): Promise<readonly ShareRow[]> {
    return this.ask({ query: 'shares', rulesHash: rulesHash(this.loop.rules) });
  }

  /** Reads the appended facts, signs the heads, stores snapshots, and closes the log. */
  async close(): Promise<void> {
    await this.statements.preparation.stop();
    await this.loop.stop();
    try {
      if (this.loop.fault === null) await this.reconciler.finish();
    } finally {
      await this.reconciler.close();
    }
  }
}
