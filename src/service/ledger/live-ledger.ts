// The ledger of a running service: facts go in at any time, and a loop keeps the ledger up to date with them and with
// the clock. It is put together here from a reader, a writer and the loop.

import { Reconciler } from '../../engine/reconciler.ts';
import type { LedgerPort } from '../../http/ledger-port.ts';
import type { EventLog } from '../../log/event-log.ts';
import type { Providers } from '../../providers/registry.ts';
import { BlockSignal } from './block-signal.ts';
import { LedgerLoop, type LedgerLoopOptions } from './ledger-loop.ts';
import { LedgerReader } from './ledger-reader.ts';
import { LedgerWriter } from './ledger-writer.ts';

export interface LiveLedgerOptions extends LedgerLoopOptions {
  /** Of a ledger on Kafka that workers keep, and this process follows. */
  readonly openLog?: () => Promise<EventLog>;
  /** Worker threads that match; 1 unless told, so that answering is not kept waiting. */
  readonly threads?: number;
  /** Other providers than the product's, whose files are read. */
  readonly providers?: Providers | undefined;
}

/**
 * Small, so that bringing the database up to date takes a moment, and the write-ahead log is written over, not grown.
 */
const CHECKPOINT_BYTES = 8 * 1024 * 1024;

export class LiveLedger implements LedgerPort {
  readonly reconciler: Reconciler;
  readonly reader: LedgerReader;
  readonly writer: LedgerWriter;
  /** Does nothing until it is started. */
  readonly loop: LedgerLoop;

  private constructor(reconciler: Reconciler, options: LiveLedgerOptions) {
    const blocks = new BlockSignal();
    this.reconciler = reconciler;
    this.loop = new LedgerLoop(reconciler, blocks, options);
    this.reader = new LedgerReader(reconciler, blocks);
    this.writer = new LedgerWriter(reconciler, this.loop, options.clock);
  }

  static async open(dir: string, options: LiveLedgerOptions): Promise<LiveLedger> {
    const { openLog, threads = 1, providers } = options;
    const follower = openLog === undefined ? {} : { openLog, follows: true };
    const settings = {
      ...{ threads, providers, isBehind: true, isOfService: true, checkpointBytes: CHECKPOINT_BYTES, ...follower },
    };
    const reconciler = await Reconciler.open(dir, settings);
    return new LiveLedger(reconciler, options);
  }

  /** Reads what was appended, signs the heads, keeps snapshots, and closes the log. */
  async close(): Promise<void> {
    await this.loop.stop();
    try {
      if (this.loop.fault === null) await this.reconciler.finish();
    } finally {
      await this.reconciler.close();
    }
  }
}
