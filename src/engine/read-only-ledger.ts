// A data directory that a command reads and does not change: its log, and executors that hold its state or replay it.

import { databasePath } from '../log/data-directory.ts';
import type { LogReader } from '../log/log-reader.ts';
import { withReadOnlyLog } from './directory/read-only-directory.ts';
import { type Executor, LocalExecutor } from './executors/executor.ts';
import { Executors } from './executors/executors.ts';
import { ThreadExecutor } from './executors/thread-executor.ts';
import { threadsFor } from './executors/threads.ts';
import { sizeOf } from './import-plan.ts';

export interface ReadOnlyLedger {
  readonly dir: string;
  readonly log: LogReader;
  readonly executors: Executors;
}

export interface ReadOnlyLedgerOptions {
  /** The number of threads; by the size of the ledger if absent. */
  readonly threads?: number;
}

/**
 * Calls `work` with the ledger as it is now and its executors at the heads, from snapshots if there are any. What a
 * process beside writes meanwhile is not seen. Throws HESABU_FILE_MISSING.
 */
export async function withReadOnlyLedger<Result>(
  dir: string,
  work: (kept: ReadOnlyLedger) => Promise<Result>,
  options: ReadOnlyLedgerOptions = {},
): Promise<Result> {
  return withReadOnlyLog(dir, async (log) => {
    const threads = options.threads ?? threadsFor(sizeOf(databasePath(dir)), log.partitions);
    const { read, beginning, end, partitions } = log;
    const reading = { read, beginning, end, partitions };
    const make = (): Executor[] =>
      threads < 2
        ? [new LocalExecutor(dir, reading, { readOnly: true })]
        : Array.from({ length: threads }, () => new ThreadExecutor(dir, { readOnly: true, view: log.view }));
    const executors = new Executors(make, log.partitions);
    try {
      await executors.open();
      return await work({ dir, log, executors });
    } finally {
      await executors.close();
    }
  });
}
