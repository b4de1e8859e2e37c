// Signs the heads of a ledger, and only of one that grew from what the key signed last. The record of that lies beside
// the key; the checkpoints must agree with it. Somebody who can change files, but has no key, gets nothing signed
// that takes anything back.

import { HesabuError } from '../../domain/errors.ts';
import { decodeBlock } from '../../ledger/block-codec.ts';
import { type Checkpoint, openCheckpoint } from '../../ledger/checkpoint.ts';
import { emptyHead, type LedgerHead } from '../../ledger/head.ts';
import { rootOf } from '../../ledger/merkle.ts';
import type { Signer } from '../../ledger/note.ts';
import { namesHeads, openRecord, signRecord } from '../../ledger/signed-record.ts';
import { makeChainVerifier } from '../../ledger/verify.ts';
import type { EventLog } from '../../log/event-log.ts';
import { forEachValue } from '../../log/value-frames.ts';
import type { OnFailpoint } from '../../runtime/failpoints.ts';
import {
  checkpointFile,
  checkpointNames,
  KEY_FILE,
  makeSigner,
  RECORD_FILE,
  RECORD_MISSING,
  readCheckpoint,
  readRecord,
  signCheckpoints,
  storedSigner,
  writeCheckpoints,
  writeRecord,
} from './checkpoints.ts';

type Read = Pick<EventLog, 'read'>['read'];

interface SignedDirectory {
  readonly dir: string;
  /** The heads of the stored ledger, in the order of the partitions. */
  readonly heads: readonly LedgerHead[];
  readonly read: Read;
  /** A copy of a ledger on Kafka: it may have blocks before it has a key. */
  readonly isCopy: boolean;
  readonly onFailpoint: OnFailpoint;
}

export class LedgerSigner {
  private readonly dir: string;
  private readonly signer: Signer;
  private readonly onFailpoint: OnFailpoint;
  /** What was signed last, by partition. */
  private signed: ReadonlyMap<number, LedgerHead>;

  private constructor({ dir, onFailpoint }: SignedDirectory, signer: Signer, signed: ReadonlyMap<number, LedgerHead>) {
    this.dir = dir;
    this.signer = signer;
    this.onFailpoint = onFailpoint;
    this.signed = signed;
  }

  /**
   * Makes the key of a new ledger. Throws HESABU_SIGNED_LOST if the key or its record is missing or put back,
   * HESABU_SIGNED_NEWER if the ledger ends before what was signed, HESABU_SIGNED_DIFFERS if it did not grow from it.
   */
  static async open(directory: SignedDirectory): Promise<LedgerSigner> {
    const { dir, heads, read, onFailpoint } = directory;
    const stored = storedSigner(dir);
    if (stored === undefined) requireNew(directory);
    const signer = stored ?? (await makeSigner(dir, onFailpoint));
    const signed = recordOf(dir, signer);
    for (const partition of signed.keys()) {
      if (partition >= heads.length) throw differs(`partition ${partition}`, `only ${heads.length} partitions`);
    }
    for (const head of heads) {
      const since = signed.get(head.partition) ?? emptyHead(head.partition);
      try {
        requireCheckpoint(dir, signer, since, read);
        requireGrowth(since, head, read);
      } catch (error) {
        if (error instanceof RangeError) throw differs(`partition ${head.partition}`, error.message);
        throw error;
      }
    }
    return new LedgerSigner(directory, signer, signed);
  }

  /** Whether a partition has blocks, and none of them is signed: nothing is known of such a partition. */
  lacks(heads: readonly LedgerHead[]): boolean {
    return heads.some(({ partition, height }) => height >= 0 && (this.signed.get(partition)?.height ?? -1) < 0);
  }

  /**
   * The heads must be those of the opened ledger, as this process has advanced it. The next call follows when this one
   * has ended.
   */
  async sign(heads: readonly LedgerHead[]): Promise<void> {
    const { dir, signer, onFailpoint } = this;
    const [record, checkpoints] = [signRecord(heads, signer), signCheckpoints(heads, signer)];
    const fresh = heads.filter((head) => {
      const since = this.signed.get(head.partition) ?? emptyHead(head.partition);
      if (head.height < since.height) throw newer(since, head);
      return head.height > since.height;
    });
    if (fresh.length > 0) {
      // The record comes first: it is never older than a checkpoint that somebody may have been given.
      await writeRecord(dir, record, onFailpoint);
      this.signed = new Map(heads.map((head) => [head.partition, head]));
    }
    await writeCheckpoints(dir, checkpoints, onFailpoint);
  }
}

/** Before a database is made, nothing must have been signed of another one. Throws HESABU_SIGNED_NEWER. */
export function requireNothingSigned(dir: string): void {
  const traces = signaturesIn(dir);
  if (traces.length === 0) return;
  const found = `no such file, though there are ${traces.join(' and ')}`;
  throw new HesabuError('HESABU_SIGNED_NEWER', { where: 'hesabu.db', found });
}

/** The files by which something was signed, by whatever key. */
function signaturesIn(dir: string): string[] {
  const record = readRecord(dir);
  const isRecorded = record !== undefined && namesHeads(record);
  return [isRecorded ? [RECORD_FILE] : [], checkpointNames(dir).length > 0 ? ['checkpoints'] : []].flat();
}

/** Without a key, nothing must have been signed. */
function requireNew({ dir, heads, isCopy }: SignedDirectory): void {
  const traces = [
    signaturesIn(dir),
    !isCopy && heads.some(({ height }) => height >= 0) ? ['blocks in hesabu.db'] : [],
  ].flat();
  if (traces.length > 0) throw lost(KEY_FILE, `no key, though there are ${traces.join(' and ')}`);
}

function recordOf(dir: string, { verifier }: Signer): Map<number, LedgerHead> {
  const note = readRecord(dir);
  if (note === undefined) throw new HesabuError('HESABU_SIGNED_LOST', RECORD_MISSING);
  try {
    return openRecord(note, verifier);
  } catch (error) {
    if (!(error instanceof HesabuError)) throw error;
    throw lost(RECORD_FILE, `a record that ${verifier.name}+${verifier.keyId} did not sign`, error);
  }
}

/** What the key signed last of a partition must have come after its checkpoint, and in the same ledger. */
function requireCheckpoint(dir: string, signer: Signer, since: LedgerHead, read: Read): void {
  const { partition } = since;
  const checkpoint = ownCheckpoint(dir, partition, signer);
  if (checkpoint === undefined) return;
  const file = checkpointFile(partition);
  if (checkpoint.blocks > since.height + 1) {
    throw lost(
      RECORD_FILE,
      `${since.height + 1} signed blocks of partition ${partition}, and ${checkpoint.blocks} in ${file}`,
    );
  }
  const isLast = checkpoint.blocks === since.height + 1;
  const hash = isLast ? since.hash : hashAt(read, partition, checkpoint.blocks - 1);
  if (hash === checkpoint.hash) return;
  throw differs(`partition ${partition}, block ${checkpoint.blocks - 1}`, `not the block that ${file} names`);
}

/** Undefined if it is missing, or another's: then the next signature replaces it. */
function ownCheckpoint(dir: string, partition: number, { verifier }: Signer): Checkpoint | undefined {
  const note = readCheckpoint(dir, partition);
  if (note === undefined) return undefined;
  try {
    const checkpoint = openCheckpoint(note, verifier);
    return checkpoint.partition === partition ? checkpoint : undefined;
  } catch (error) {
    if (error instanceof HesabuError) return undefined;
    throw error;
  }
}

function hashAt(read: Read, partition: number, height: number): string | undefined {
  for (const bytes of blocksFrom(read, partition, height)) return decodeBlock(bytes).hash;
  return undefined;
}

/** Follows the stored blocks after the signed head: they must lead to the ledger's head. */
function requireGrowth(since: LedgerHead, head: LedgerHead, read: Read): void {
  const { partition } = head;
  if (head.height < since.height) throw newer(since, head);
  const chain = makeChainVerifier(partition, since);
  if (head.height > since.height) {
    for (const bytes of blocksFrom(read, partition, since.height + 1)) {
      const fault = chain.next(bytes);
      if (fault !== undefined) throw differs(`partition ${partition}, block ${fault.height}`, fault.what);
      if (chain.head.height === head.height) break;
    }
  }
  // All of it is compared: the opened head may come from a snapshot, which anyone can write.
  if (isSameHead(chain.head, head)) return;
  throw differs(`partition ${partition}, block ${since.height}`, 'another block than was signed');
}

function isSameHead(left: LedgerHead, right: LedgerHead): boolean {
  const isSame =
    left.hash === right.hash &&
    left.entries === right.entries &&
    left.as_of === right.as_of &&
    left.rules_hash === right.rules_hash;
  const isSameTree = left.tree.size === right.tree.size && rootOf(left.tree) === rootOf(right.tree);
  const topics = [...left.positions.keys(), ...right.positions.keys()];
  return isSame && isSameTree && topics.every((topic) => left.positions.get(topic) === right.positions.get(topic));
}

/** The bytes of the stored blocks from a height on. */
export function* blocksFrom(read: Read, partition: number, height: number): Iterable<Buffer> {
  for (const { payload, from } of read('ledger.v1', partition, BigInt(height))) {
    const found: Buffer[] = [];
    forEachValue(payload, Math.max(0, height - Number(from)), (start, end) => found.push(payload.subarray(start, end)));
    yield* found;
  }
}

function lost(where: string, found: string, cause?: Error): HesabuError {
  return new HesabuError('HESABU_SIGNED_LOST', { where, found }, cause);
}

function newer({ partition, height }: LedgerHead, head: LedgerHead): HesabuError {
  const detail = { where: `partition ${partition}`, expected: `at least the ${height + 1} blocks that were signed` };
  return new HesabuError('HESABU_SIGNED_NEWER', { ...detail, found: `${head.height + 1}` });
}

function differs(where: string, found: string): HesabuError {
  return new HesabuError('HESABU_SIGNED_DIFFERS', { where, found });
}
