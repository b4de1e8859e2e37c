// Brings the mirror of a ledger up to date, once or for as long as it is wanted.

import { setTimeout as sleep } from 'node:timers/promises';
import { HesabuError } from '../domain/errors.ts';
import type { Patience } from '../kafka/client/outages.ts';
import { openReader } from '../log/log-reader.ts';
import { KurrentMirrorStore } from '../projections/mirror/kurrentdb-store.ts';
import { Mirror, type MirrorOptions } from '../projections/mirror/mirror.ts';
import type { MirrorStore } from '../projections/mirror/mirror-store.ts';
import type { Progress } from '../runtime/progress.ts';
import { connectClusterLog } from './cluster-log.ts';

export interface MirrorLedgerOptions {
  readonly data: string;
  /** The connection string of KurrentDB. */
  readonly kurrentdb: string;
  /** Of the cluster that the directory is a copy of. */
  readonly brokers: string | undefined;
  readonly patience: Patience;
  /** Whether to go on until `signal` aborts, also while KurrentDB cannot be reached. */
  readonly follow: boolean;
  readonly signal: AbortSignal;
  readonly progress: Progress;
  /** What the progress is called. */
  readonly task: string;
  /** Called after each round that mirrored something, and at the end of a single one. */
  readonly onUpToDate: (entries: number) => void;
  /** Called when KurrentDB cannot be reached and is tried again. */
  readonly onAway: (error: HesabuError) => void;
}

const FOLLOW_MILLIS = 1_000;
const AWAY_MILLIS_MAX = 30_000;

export async function mirrorLedger(options: MirrorLedgerOptions): Promise<void> {
  const { data, brokers, patience, follow, signal } = options;
  const store = new KurrentMirrorStore(options.kurrentdb);
  const ledger = await openLedger(data, brokers, patience).catch(async (error) => {
    await store.close();
    throw error;
  });
  const round = mirrorRounds(ledger.log, store, options);
  let wait = FOLLOW_MILLIS;
  try {
    do {
      ledger.check();
      const entries = await round().catch((error) => {
        if (!follow || !isAway(error)) throw error;
        options.onAway(error);
      });
      wait = entries === undefined ? Math.min(2 * wait, AWAY_MILLIS_MAX) : FOLLOW_MILLIS;
      if (entries !== undefined && (entries > 0 || !follow)) options.onUpToDate(entries);
      if (follow) await sleep(wait, undefined, { signal }).catch(() => {});
    } while (follow && !signal.aborted);
  } finally {
    await ledger.log.close();
    await store.close();
  }
}

function isAway(error: unknown): error is HesabuError {
  return error instanceof HesabuError && error.code === 'HESABU_MIRROR_UNREACHABLE';
}

/** The ledger of a directory, which another process may be writing; or that of a cluster, copied to the directory. */
async function openLedger(data: string, kafka: string | undefined, patience: Patience) {
  if (kafka === undefined) return { log: openReader(data), check: () => {} };
  let fault: Error | undefined;
  const onFault = (error: Error) => {
    fault = error;
  };
  const openClusterLog = await connectClusterLog({ brokers: kafka, patience });
  const log = await openClusterLog(data, { onFault });
  const check = () => {
    if (fault !== undefined) throw fault;
  };
  return { log, check };
}

/** Returns the function that brings the mirror up to date; each call shows its progress. */
function mirrorRounds(
  log: MirrorOptions['log'],
  store: MirrorStore,
  { progress, task }: Pick<MirrorLedgerOptions, 'progress' | 'task'>,
): () => Promise<number> {
  let done = 0;
  const onPage = (entries: number) => {
    if (done === 0) progress.start(task, null, '');
    done += entries;
    progress.update(done);
  };
  const mirror = new Mirror({ log, store, onPage });
  return async () => {
    done = 0;
    try {
      return await mirror.catchUp();
    } finally {
      progress.stop();
    }
  };
}
