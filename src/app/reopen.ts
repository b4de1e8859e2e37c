// `hesabu reopen`: lets a ledger go on in a new epoch, from another time than the one it has reached.

import { HesabuError } from '../domain/errors.ts';
import type { Instant } from '../domain/time.ts';
import { Reconciler } from '../engine/reconciler.ts';
import { EPOCH_WHY_MAX } from '../ledger/epoch.ts';
import type { OnFailpoint } from '../runtime/failpoints.ts';
import { readAsOf } from './as-of.ts';
import { DirectoryTime, type DirectoryTimeOptions } from './directory-time.ts';

export interface ReopenOptions extends DirectoryTimeOptions {
  readonly data: string;
  /** The reason, which the ledger keeps. */
  readonly why: string;
  /** By default the clock's time. */
  readonly asOf?: string;
  readonly future?: boolean;
  readonly onFailpoint?: OnFailpoint;
}

export interface ReopenReport {
  /** The ledger's time before. */
  readonly before: Instant;
  readonly as_of: Instant;
  readonly why: string;
  readonly zone: string;
  /** Entries written for what differs. */
  readonly entries: number;
}

/**
 * Begins an epoch in every partition that has a block, and assesses every key as of its time. If the process ends
 * before the epoch is recorded, nothing has happened; if it ends later, the next run finishes it. Throws
 * HESABU_USAGE, HESABU_FILE_MISSING, and the errors of a time and of opening a data directory.
 */
export async function reopen(options: ReopenOptions): Promise<ReopenReport> {
  const { data, why, asOf, future, onFailpoint, ...clock } = options;
  const reason = readWhy(why);
  const time = new DirectoryTime(data, clock);
  const at = asOf === undefined ? time.now() : readAsOf(asOf, Date.now(), future);
  const reconciler = await Reconciler.openExisting(data, onFailpoint === undefined ? {} : { onFailpoint });
  try {
    const { ledger } = reconciler;
    const { asOf: before, entries, rulesInForce } = ledger;
    if (ledger.heads.every(({ height }) => height < 0)) {
      throw new HesabuError('HESABU_USAGE', { where: data, expected: 'a ledger with a block', found: 'an empty one' });
    }
    await ledger.recordEpoch({ why: reason, as_of: at });
    await ledger.advance(at, rulesInForce);
    await reconciler.finish();
    time.store(at);
    return { before, as_of: at, why: reason, zone: rulesInForce.zone, entries: ledger.entries - entries };
  } finally {
    await reconciler.close();
  }
}

function readWhy(text: string): string {
  const why = text.trim();
  const isText = why !== '' && why.length <= EPOCH_WHY_MAX && !/\p{C}/u.test(why);
  if (isText) return why;
  const expected = `a reason of 1 to ${EPOCH_WHY_MAX} printable characters`;
  throw new HesabuError('HESABU_USAGE', { where: '--why', expected, found: `${why.length} characters` });
}
