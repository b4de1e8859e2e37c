// `hesabu reopen`: lets a ledger go on in a new epoch, from another time than the one it has reached.

import type { Instant } from '../domain/time.ts';
import { recordEpoch } from '../engine/embedded-ledger.ts';
import { rulesInForce, timeOf } from '../engine/executors/executors.ts';
import { withReadOnlyLedger } from '../engine/read-only-ledger.ts';
import { Reconciler } from '../engine/reconciler.ts';
import type { Epoch } from '../ledger/epoch.ts';
import type { OnFailpoint } from '../runtime/failpoints.ts';
import { RulesLog } from '../task/rules-log.ts';
import { readAsOf } from './as-of.ts';
import { type ClusterOptions, connectClusterLog } from './cluster-log.ts';
import { DirectoryTime, type DirectoryTimeOptions } from './directory-time.ts';
import { readWhy } from './why.ts';

export interface ReopenOptions extends DirectoryTimeOptions {
  readonly data: string;
  /** The reason, which the ledger keeps. */
  readonly why: string;
  /** By default the clock's time. */
  readonly asOf?: string;
  readonly future?: boolean;
  /** The ledger is on Kafka, and the directory is a copy of it. */
  readonly cluster?: ClusterOptions;
  readonly onFailpoint?: OnFailpoint;
}

export interface ReopenReport {
  /** The ledger's time before. */
  readonly before: Instant;
  readonly as_of: Instant;
  readonly why: string;
  readonly zone: string;
  /** Entries written for what differs; null for a ledger on Kafka, whose workers write them. */
  readonly entries: number | null;
}

/**
 * Begins an epoch in every partition that has a block, and assesses every key as of its time. If the process ends
 * before the epoch is recorded, nothing has happened; if it ends later, the next run finishes it. On Kafka it is
 * recorded one partition after another, for the workers to begin: if the process ends between, the same command again
 * reaches all. Throws HESABU_USAGE, HESABU_FILE_MISSING, and the errors of a time, of opening a data directory and of
 * a cluster.
 */
export async function reopen(options: ReopenOptions): Promise<ReopenReport> {
  const { data, why, asOf, future, cluster, onFailpoint, ...clock } = options;
  const reason = readWhy(why);
  const time = new DirectoryTime(data, clock);
  const as_of = asOf === undefined ? time.now() : readAsOf(asOf, Date.now(), future);
  const epoch = { why: reason, as_of };
  if (cluster !== undefined) return { ...epoch, ...(await record(data, cluster, epoch)), entries: null };
  const reconciler = await Reconciler.openExisting(data, onFailpoint === undefined ? {} : { onFailpoint });
  try {
    const { ledger } = reconciler;
    const { asOf: before, entries, rulesInForce } = ledger;
    await ledger.recordEpoch(epoch);
    await ledger.advance(as_of, rulesInForce);
    await reconciler.finish();
    time.store(as_of);
    return { before, ...epoch, zone: rulesInForce.zone, entries: ledger.entries - entries };
  } finally {
    await reconciler.close();
  }
}

/** Records an epoch on Kafka, in the partitions that have a block by now. */
async function record(
  data: string,
  cluster: ClusterOptions,
  epoch: Epoch,
): Promise<Pick<ReopenReport, 'before' | 'zone'>> {
  const openClusterLog = await connectClusterLog(cluster);
  const log = await openClusterLog(data, { isPatient: true });
  try {
    const heads = await withReadOnlyLedger(data, ({ executors }) => executors.ask({ query: 'heads' }));
    const before = { before: timeOf(heads), zone: rulesInForce(heads, new RulesLog(log)).zone };
    await recordEpoch(log, heads, epoch);
    return before;
  } finally {
    await log.close();
  }
}
