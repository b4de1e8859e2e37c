// Takes over a ledger that is older than records of what was signed last. Its record is made once, of what the key's
// own checkpoints sign, where that is all there is. Somebody who takes a record away gains nothing by it: the
// checkpoints say that there was one.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { HesabuError } from '../../domain/errors.ts';
import { TASK_TOPICS } from '../../domain/fact.ts';
import { type Checkpoint, openCheckpoint } from '../../ledger/checkpoint.ts';
import { digestToHex, sha256 } from '../../ledger/digest.ts';
import { EPOCHS_TOPIC } from '../../ledger/epoch.ts';
import type { LedgerHead } from '../../ledger/head.ts';
import { rootOf } from '../../ledger/merkle.ts';
import type { Signer } from '../../ledger/note.ts';
import { signRecord } from '../../ledger/signed-record.ts';
import { makeChainVerifier } from '../../ledger/verify.ts';
import { checkCopy } from '../../log/copy-mark.ts';
import type { LogReader } from '../../log/log-reader.ts';
import type { OnFailpoint } from '../../runtime/failpoints.ts';
import {
  checkpointFile,
  KEY_FILE,
  RECORD_FILE,
  readCheckpoint,
  signCheckpoints,
  storedSigner,
  writeCheckpoints,
  writeRecord,
} from './checkpoints.ts';
import { blocksFrom } from './ledger-signer.ts';

const CONFIRMATION_LENGTH = 16;

/** A ledger whose checkpoints sign all of it. */
export interface WhollySigned {
  readonly signer: Signer;
  readonly heads: readonly LedgerHead[];
  /** Names these heads and this key: who confirms it has seen them. */
  readonly confirmation: string;
}

/** Throws HESABU_USAGE if there is a record, and HESABU_DATA_IS_COPY for a copy, which is copied again instead. */
export function requireNoRecord(dir: string): void {
  checkCopy(dir, undefined);
  // Also one that cannot be read is one.
  if (!existsSync(join(dir, RECORD_FILE))) return;
  const detail = { where: RECORD_FILE, expected: 'no such file', found: 'one' };
  throw new HesabuError('HESABU_USAGE', { ...detail, remedy: 'Nothing is to be restored: run hesabu verify.' });
}

/**
 * The heads of the ledger, if the key signed each of them, and before it kept a record. Throws HESABU_SIGNED_LOST
 * if it kept one, and HESABU_LEDGER_UNSIGNED for anything that no checkpoint covers.
 */
export function whollySigned(dir: string, reader: LogReader): WhollySigned {
  const signer = storedSigner(dir);
  if (signer === undefined) throw new HesabuError('HESABU_SIGNED_LOST', { where: KEY_FILE, found: 'no key' });
  const heads = Array.from({ length: reader.partitions }, (_, partition) => {
    const head = storedHead(reader, partition);
    requireSigned(head, ownCheckpoint(dir, partition, signer));
    requireRead(reader, head);
    return head;
  });
  if (heads.every(({ height }) => height < 0)) throw unsigned('hesabu.db', 'no block');
  const confirmation = digestToHex(sha256(Buffer.from(signRecord(heads, signer)))).slice(0, CONFIRMATION_LENGTH);
  return { signer, heads, confirmation };
}

/** The checkpoints are signed again, as those of a signer with a record. Durable when it resolves. */
export async function restoreRecord(
  dir: string,
  { signer, heads }: WhollySigned,
  onFailpoint: OnFailpoint,
): Promise<void> {
  await writeRecord(dir, signRecord(heads, signer), onFailpoint);
  await writeCheckpoints(dir, signCheckpoints(heads, signer), onFailpoint);
}

/** Throws HESABU_SIGNED_LOST for a checkpoint whose signer kept a record. */
export function requireUnrecorded({ isRecorded }: Checkpoint, file: string): void {
  if (!isRecorded) return;
  const found = 'a checkpoint whose signer kept a record: this ledger is not older than records';
  const remedy =
    'Somebody may have taken the record away to have older blocks signed again: restore the folder keys of the data ' +
    'directory from a backup.';
  throw new HesabuError('HESABU_SIGNED_LOST', { where: file, found, remedy });
}

/** Follows the blocks from the first on. */
function storedHead(reader: LogReader, partition: number): LedgerHead {
  const chain = makeChainVerifier(partition);
  for (const bytes of blocksFrom(reader.read, partition, 0)) {
    const fault = chain.next(bytes);
    if (fault === undefined) continue;
    const where = `partition ${partition}, block ${fault.height}`;
    throw new HesabuError('HESABU_LEDGER_TAMPERED', { where, found: fault.what });
  }
  return chain.head;
}

function ownCheckpoint(dir: string, partition: number, { verifier }: Signer): Checkpoint | undefined {
  const note = readCheckpoint(dir, partition);
  if (note === undefined) return undefined;
  const checkpoint = openCheckpoint(note, verifier);
  requireUnrecorded(checkpoint, checkpointFile(partition));
  return checkpoint;
}

function requireSigned(head: LedgerHead, checkpoint: Checkpoint | undefined): void {
  const { partition, height, hash, tree } = head;
  const [blocks, file] = [height + 1, checkpointFile(partition)];
  if (checkpoint === undefined) {
    if (blocks > 0) throw unsigned(`partition ${partition}`, `${blocks} blocks, and no ${file}`);
    return;
  }
  const isPlace = checkpoint.partition === partition && checkpoint.blocks === blocks;
  if (!isPlace) {
    throw unsigned(`partition ${partition}`, `${blocks} blocks, where ${file} names ${checkpoint.blocks}`);
  }
  if (checkpoint.hash === hash && checkpoint.size === tree.size && checkpoint.root === rootOf(tree)) return;
  const where = `partition ${partition}, block ${height}`;
  throw new HesabuError('HESABU_SIGNED_DIFFERS', { where, found: `not the block that ${file} names` });
}

/** A fact that no block has read is under no signature. */
function requireRead(reader: LogReader, { partition, positions }: LedgerHead): void {
  for (const topic of [...TASK_TOPICS, EPOCHS_TOPIC] as const) {
    const unread = reader.end(topic, partition) - (positions.get(topic) ?? 0n);
    if (unread > 0n) throw unsigned(`${topic} partition ${partition}`, `${unread} facts that no block has read`);
  }
}

function unsigned(where: string, found: string): HesabuError {
  const remedy =
    'Run reconcile once more with the version that made the ledger: its orderly end signs all of it. Otherwise ' +
    'restore a backup.';
  return new HesabuError('HESABU_LEDGER_UNSIGNED', { where, found, remedy });
}
