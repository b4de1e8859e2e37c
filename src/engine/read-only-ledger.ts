// A data directory that a command looks at and leaves as it is: its log, and hands that hold its state or replay it.

import { statSync } from 'node:fs';
import { databasePath } from '../log/data-directory.ts';
import type { LogReader } from '../log/embedded.ts';
import type { EventLog } from '../log/event-log.ts';
import { withReadOnlyLog } from './directory/read-only-directory.ts';
import { type Executor, LocalExecutor } from './executors/executor.ts';
import { partitionsOf, threadsFor } from './executors/executors.ts';
import { ThreadExecutor } from './executors/thread-executor.ts';

export interface ReadOnlyLedger {
  readonly dir: string;
  readonly log: LogReader;
  readonly executors: readonly Executor[];
}

export interface ReadOnlyLedgerOptions {
  /** How many threads; as many as the ledger is worth where absent. */
  readonly threads?: number;
}

/**
 * Gives `work` fresh hands, which have no partitions yet, and keeps other processes out meanwhile. Throws
 * HESABU_FILE_MISSING or HESABU_DATA_LOCKED.
 */
export async function withReadOnlyLedger<Result>(
  dir: string,
  work: (kept: ReadOnlyLedger) => Promise<Result>,
  options: ReadOnlyLedgerOptions = {},
): Promise<Result> {
  return withReadOnlyLog(dir, async (log) => {
    const threads = options.threads ?? threadsFor(sizeOf(dir), log.partitions);
    const reading: Pick<EventLog, 'read' | 'end'> = { read: log.read, end: log.end };
    const executors: Executor[] =
      threads < 2
        ? [new LocalExecutor(dir, reading, { readOnly: true })]
        : Array.from({ length: threads }, () => new ThreadExecutor(dir, { readOnly: true }));
    try {
      return await work({ dir, log, executors });
    } finally {
      await Promise.all(executors.map((executor) => executor.close()));
    }
  });
}

/** Brings the hands to the heads of the ledger, from snapshots where there are any. */
export async function openReadOnlyLedger({ executors, log }: ReadOnlyLedger): Promise<void> {
  await Promise.all(executors.map((executor, at) => executor.open(partitionsOf(at, executors.length, log.partitions))));
}

/** The hand that has a partition. */
export function executorOf({ executors }: Pick<ReadOnlyLedger, 'executors'>, partition: number): Executor {
  return executors[partition % executors.length]!;
}

function sizeOf(dir: string): number {
  return statSync(databasePath(dir), { throwIfNoEntry: false })?.size ?? 0;
}
