// A data directory that a command looks at and leaves as it is: its log, and hands that hold its state or replay it.

import { statSync } from 'node:fs';
import { databasePath } from '../log/data-directory.ts';
import type { LogReader } from '../log/embedded.ts';
import type { EventLog } from '../log/event-log.ts';
import { withKeptLog } from './directory/read-only-directory.ts';
import { type Hand, LocalHand } from './executors/executor.ts';
import { partitionsOf, threadsFor } from './executors/executors.ts';
import { RemoteHand } from './executors/thread-executor.ts';

export interface Kept {
  readonly dir: string;
  readonly log: LogReader;
  readonly hands: readonly Hand[];
}

export interface KeptOptions {
  /** How many threads; as many as the ledger is worth where absent. */
  readonly threads?: number;
}

/**
 * Gives `work` fresh hands, which have no partitions yet, and keeps other processes out meanwhile. Throws
 * HESABU_FILE_MISSING or HESABU_DATA_LOCKED.
 */
export async function withKept<Result>(
  dir: string,
  work: (kept: Kept) => Promise<Result>,
  options: KeptOptions = {},
): Promise<Result> {
  return withKeptLog(dir, async (log) => {
    const threads = options.threads ?? threadsFor(sizeOf(dir), log.partitions);
    const reading: Pick<EventLog, 'read' | 'end'> = { read: log.read, end: log.end };
    const hands: Hand[] =
      threads < 2
        ? [new LocalHand(dir, reading, { readOnly: true })]
        : Array.from({ length: threads }, () => new RemoteHand(dir, { readOnly: true }));
    try {
      return await work({ dir, log, hands });
    } finally {
      await Promise.all(hands.map((hand) => hand.close()));
    }
  });
}

/** Brings the hands to the heads of the ledger, from snapshots where there are any. */
export async function openKept({ hands, log }: Kept): Promise<void> {
  await Promise.all(hands.map((hand, at) => hand.open(partitionsOf(at, hands.length, log.partitions))));
}

/** The hand that has a partition. */
export function handOf({ hands }: Pick<Kept, 'hands'>, partition: number): Hand {
  return hands[partition % hands.length]!;
}

function sizeOf(dir: string): number {
  return statSync(databasePath(dir), { throwIfNoEntry: false })?.size ?? 0;
}
