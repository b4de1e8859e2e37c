// `hesabu restore-record`: takes over a ledger that is older than records of what was signed last. It is checked as
// `verify` and `replay` check it; what no check can know, a person confirms.

import { HesabuError } from '../domain/errors.ts';
import type { Instant } from '../domain/time.ts';
import { readGivenCheckpoints } from '../engine/directory/given-checkpoints.ts';
import { withDirectory } from '../engine/directory/read-only-directory.ts';
import { requireNoRecord, requireUnrecorded, restoreRecord, whollySigned } from '../engine/directory/record-restore.ts';
import { type VerifyOptions, verifyDirectory } from '../engine/verification/directory.ts';
import { isRecordMissing } from '../engine/verification/signed-files.ts';
import { digestToHex } from '../ledger/digest.ts';
import { verifierKeyText } from '../ledger/note.ts';
import { openView } from '../log/log-reader.ts';
import { NO_FAILPOINTS, type OnFailpoint } from '../runtime/failpoints.ts';
import { replayLedger } from './replay.ts';

export interface RecordRestoreOptions extends VerifyOptions {
  /** The confirmation of an earlier call; without it nothing is written. */
  readonly confirm?: string;
  readonly onFailpoint?: OnFailpoint;
}

export interface RecordRestoreReport {
  /** The key that signed, `name+key id+base64`. */
  readonly key: string;
  /** How many checkpoints that were given away the ledger holds. */
  readonly held: number;
  /** What `confirm` must be for these heads. */
  readonly confirmation: string;
  readonly restored: boolean;
  readonly partitions: readonly {
    readonly partition: number;
    readonly blocks: number;
    readonly entries: number;
    /** The last block's time and hash in hex; null before the first. */
    readonly as_of: Instant | null;
    readonly head: string | null;
  }[];
}

/**
 * Writes the record if the key signed the whole ledger before it kept one, every block follows from the facts, and
 * `confirm` is the confirmation of these heads. Throws HESABU_USAGE if there is a record, HESABU_DATA_LOCKED beside a
 * process that writes, HESABU_SIGNED_LOST for a ledger that had a record, and the errors of a ledger that is not
 * verified.
 */
export async function takeOver(options: RecordRestoreOptions): Promise<RecordRestoreReport> {
  const { data, confirm, onFailpoint = NO_FAILPOINTS, ...verifying } = options;
  return withDirectory(data, async (alone) => {
    if (!alone) throw new HesabuError('HESABU_DATA_LOCKED', { where: data });
    requireNoRecord(data);
    const { faults, held } = await verifyDirectory({ data, ...verifying });
    const fault = faults.find((one) => !isRecordMissing(one));
    if (fault !== undefined) throw new HesabuError(fault.code, fault);
    const { progress } = verifying;
    const reader = openView(data, { alone });
    try {
      const signed = whollySigned(data, reader);
      const { signer, heads, confirmation } = signed;
      for (const file of options.checkpoint ?? []) {
        for (const given of readGivenCheckpoints(file, signer.verifier)) requireUnrecorded(given, file);
      }
      await replayLedger(progress === undefined ? { data } : { data, progress });
      const restored = confirm === confirmation;
      if (restored) await restoreRecord(data, signed, onFailpoint);
      const partitions = heads.map(({ partition, height, entries, as_of, hash }) => ({
        ...{ partition, blocks: height + 1, entries },
        ...(height < 0 ? { as_of: null, head: null } : { as_of, head: digestToHex(hash) }),
      }));
      return { key: verifierKeyText(signer.verifier), held, confirmation, restored, partitions };
    } finally {
      reader.close();
    }
  });
}
