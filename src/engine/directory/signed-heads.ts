// The signed head of a partition and the entries under it, for exports and proofs.

import { HesabuError } from '../../domain/errors.ts';
import { type Block, decodeBlock } from '../../ledger/block-codec.ts';
import { type Checkpoint, openCheckpoint } from '../../ledger/checkpoint.ts';
import type { Digest } from '../../ledger/digest.ts';
import { type Verifier, verifierFromText } from '../../ledger/note.ts';
import type { LogReader } from '../../log/log-reader.ts';
import { forEachValue } from '../../log/value-frames.ts';
import { readRegularFile } from '../../runtime/regular-file.ts';
import { checkpointNames, readCheckpoint, storedSigner } from './checkpoints.ts';

/** A block has 64 MiB at most, and a proof has it in Base64. */
const PROOF_BYTES_MAX = 128 * 1024 * 1024;

export interface Signed {
  readonly verifier: Verifier;
  /** The signed note. */
  readonly note: string;
  readonly checkpoint: Checkpoint;
}

/** The public key of a data directory, and its checkpoints by partition, as they are at one moment. */
export interface Signatures {
  /** Undefined if there is no key. Throws HESABU_SIGNED_LOST if it is damaged: who only reads does not need it. */
  readonly verifier: Verifier | undefined;
  readonly notes: ReadonlyMap<number, string>;
}

export function readSignatures(dir: string): Signatures {
  const partitions = checkpointNames(dir).map((name) => Number(name.replace(/\.txt$/, '')));
  const notes = partitions.flatMap((partition) => {
    const note = readCheckpoint(dir, partition);
    return note === undefined ? [] : [[partition, note] as const];
  });
  return {
    get verifier() {
      return storedSigner(dir)?.verifier;
    },
    notes: new Map(notes),
  };
}

/** Undefined if nothing of the partition was signed yet. Throws HESABU_PROOF_INVALID if the signature is not ours. */
export function signedHead({ verifier, notes }: Signatures, partition: number): Signed | undefined {
  const note = notes.get(partition);
  if (note === undefined || verifier === undefined) return undefined;
  const checkpoint = openCheckpoint(note, verifier);
  if (checkpoint.partition === partition) return { verifier, note, checkpoint };
  throw new HesabuError('HESABU_LEDGER_TAMPERED', {
    where: `checkpoints/${partition}.txt`,
    expected: `the checkpoint of partition ${partition}`,
    found: `that of ${checkpoint.partition}`,
  });
}

export function unsigned(where: string): HesabuError {
  const remedy =
    'A running service signs each minute. Otherwise run hesabu verify, then reconcile: it signs what grew from what ' +
    'was signed.';
  return new HesabuError('HESABU_NOT_FOUND', { where, expected: 'a signed checkpoint over it', remedy });
}

/** The blocks under a checkpoint, in order. Throws HESABU_LEDGER_TAMPERED for bytes that are not a block. */
export function* signedBlocks(
  reader: LogReader,
  { partition, blocks }: Pick<Checkpoint, 'partition' | 'blocks'>,
): Iterable<Block> {
  let height = 0;
  for (const { payload } of reader.read('ledger.v1', partition, 0n)) {
    const found: Buffer[] = [];
    forEachValue(payload, 0, (start, end) => found.push(payload.subarray(start, end)));
    for (const bytes of found) {
      if (height++ >= blocks) return;
      yield blockOf(bytes, partition, height - 1);
    }
  }
}

function blockOf(bytes: Buffer, partition: number, height: number): Block {
  return orTampered(`partition ${partition}, block ${height}`, () => decodeBlock(bytes));
}

/** The result of reading stored bytes. Throws HESABU_LEDGER_TAMPERED where they cannot be read. */
export function orTampered<Result>(where: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new HesabuError('HESABU_LEDGER_TAMPERED', { where, found: error.message }, error);
  }
}

/** Stops an export or a proof that would not verify. Throws HESABU_LEDGER_TAMPERED if the roots differ. */
export function requireRoot(partition: number, size: number, root: Digest, signed: Pick<Checkpoint, 'size' | 'root'>) {
  if (size === signed.size && root === signed.root) return;
  throw new HesabuError('HESABU_LEDGER_TAMPERED', {
    where: `partition ${partition}`,
    expected: `the tree of ${signed.size} leaves that was signed`,
    found: `another tree, of ${size}`,
    remedy: 'Run hesabu verify: it names the place.',
  });
}

/** Reads a file with a verifier key. Throws HESABU_FILE_MISSING or HESABU_PROOF_INVALID. */
export function readVerifierKey(path: string): Verifier {
  return verifierFromText(readProofFile(path).toString().replace(/\n$/, ''));
}

/** A proof has its leaf, which is as large as its key's entries of a block. Throws as `readRegularFile` does. */
export function readProofFile(path: string): Buffer {
  return readRegularFile(path, PROOF_BYTES_MAX);
}
