// Proofs for outsiders: of one entry, or that the ledger only grew since an older checkpoint.

import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { STATEMENTS_FOLDER } from '../archive/texts/text-store.ts';
import { ByteReader } from '../domain/bytes.ts';
import { HesabuError } from '../domain/errors.ts';
import { type GivenCheckpoint, readGivenCheckpoints } from '../engine/directory/given-checkpoints.ts';
import { withReadOnlyLog } from '../engine/directory/read-only-directory.ts';
import {
  orTampered,
  readProofFile,
  readVerifierKey,
  requireRoot,
  type Signatures,
  type Signed,
  signedBlocks,
  signedHead,
  unsigned,
} from '../engine/directory/signed-heads.ts';
import { forEachEntry } from '../ledger/block-codec.ts';
import { type Checkpoint, originOf, wholeNumber } from '../ledger/checkpoint.ts';
import type { Digest } from '../ledger/digest.ts';
import { readEntry } from '../ledger/entry-codec.ts';
import { forEachLeaf } from '../ledger/leaves.ts';
import { leafHash, merkleRoot } from '../ledger/merkle.ts';
import { type Verifier, verifierKeyText } from '../ledger/note.ts';
import {
  consistencyProofText,
  inclusionProofText,
  verifyConsistencyText,
  verifyInclusionText,
} from '../ledger/proof.ts';
import type { LogReader } from '../log/log-reader.ts';
import { writeWhole } from '../runtime/whole-file.ts';
import { writeVerifier } from './stand-alone-verifier.ts';

export interface WrittenProof {
  /** The files written, without the stand-alone verifier. */
  readonly files: readonly string[];
  /** The command to run in the directory of the files. */
  readonly check: string;
  /** The tree that the proof is about: `hesabu/<key name>/partition/<p>`. */
  readonly origin: string;
  readonly size: number;
}

/** Writes the proof of an entry. Throws HESABU_NOT_FOUND if it does not exist or is not signed. */
export async function proveEntry(dir: string, id: string, out: string): Promise<WrittenProof> {
  return withReadOnlyLog(dir, async (reader, signatures) => {
    const { signed, files } = entryProof(reader, signatures, id);
    const names = `vkey.txt proof-${id}.txt entry-${id}.bin`;
    const statement = statementOf(dir, files[`entry-${id}.bin`] as Buffer);
    if (statement === undefined) return writeProof(out, signed, files, `node verify.mjs entry ${names}`);
    const name = `statement-${id}.jsonl`;
    return writeProof(out, signed, { ...files, [name]: statement }, `node verify.mjs statement ${names} ${name}`);
  });
}

/** The file of the statement that the entry closed; undefined for another entry, and where it is not here. */
function statementOf(dir: string, entry: Buffer): Buffer | undefined {
  const { reason, kind, subject } = readEntry(new ByteReader(entry)).finding;
  if (reason !== 'PERIOD_CLOSED' || kind !== 'decision') return undefined;
  const name = subject.slice(subject.lastIndexOf('/') + 1);
  const path = join(dir, STATEMENTS_FOLDER, name.slice(0, 2), name);
  return existsSync(path) ? readFileSync(path) : undefined;
}

/** The files of an entry's proof, by name: the proof, the entry's bytes and the key. Throws HESABU_NOT_FOUND. */
export function entryProof(
  reader: LogReader,
  signatures: Signatures,
  id: string,
): { readonly signed: Signed; readonly files: Readonly<Record<string, string | Buffer>> } {
  const [, partition, height, index] = (/^(\d{1,9})-(\d{1,9})-(\d{1,9})$/.exec(id) ?? []).map(Number);
  if (partition === undefined) {
    throw new HesabuError('HESABU_NOT_FOUND', { where: id, expected: 'an id such as 3-0-17, from breaks.csv' });
  }
  const place = { height: height!, index: index! };
  const signed = signedHead(signatures, partition);
  if (signed === undefined || place.height >= signed.checkpoint.blocks) throw missing(reader, partition, id, place);
  const { leaves, entry } = leavesUnder(reader, signed, place);
  if (entry === undefined) throw new HesabuError('HESABU_NOT_FOUND', { where: id });
  const files = {
    [`proof-${id}.txt`]: inclusionProofText(leaves, entry.leaf, entry.leafBytes, signed.note),
    [`entry-${id}.bin`]: entry.bytes,
    'vkey.txt': `${verifierKeyText(signed.verifier)}\n`,
  };
  return { signed, files };
}

/** An entry above the checkpoint exists, but is not signed yet. */
function missing(reader: LogReader, partition: number, id: string, { height }: EntryPlace): HesabuError {
  const isStored = partition < reader.partitions && BigInt(height) < reader.end('ledger.v1', partition);
  return isStored ? unsigned(id) : new HesabuError('HESABU_NOT_FOUND', { where: id });
}

/**
 * Writes the proof that the ledger only grew. `from` is a number of leaves, with `partitionText` beside it, or a file
 * with an older checkpoint. Throws HESABU_USAGE or HESABU_FILE_MISSING; HESABU_PROOF_INVALID for one that is not of
 * this key and the partitions of this ledger; HESABU_SIGNED_NEWER for one of a longer ledger; HESABU_SIGNED_DIFFERS for
 * one of a fork.
 */
export async function proveGrowth(
  dir: string,
  from: string,
  partitionText: string | undefined,
  out: string,
): Promise<WrittenProof> {
  return withReadOnlyLog(dir, async (reader, signatures) => {
    if (signatures.verifier === undefined) throw unsigned(dir);
    const isSize = /^\d{1,15}$/.test(from) && !existsSync(from);
    const since = isSize ? undefined : olderCheckpoint(from, signatures.verifier, partitionText, reader.partitions);
    const partition = since?.partition ?? partitionIn(partitionText, reader.partitions);
    const signed = signedHead(signatures, partition);
    if (signed === undefined) {
      if (since !== undefined) requireHeld(reader, since);
      throw unsigned(`partition ${partition}`);
    }
    const size = since?.size ?? Number(from);
    requireSigned(from, since ?? size, signed);
    const { leaves, blocks } = leavesUnder(reader, signed);
    if (since !== undefined) requireSame(since, merkleRoot(leaves, 0, size), blocks[since.blocks - 1]);
    const name = `consistency-${partition}.txt`;
    const olderName = since === undefined ? 'OLDER' : `"${resolve(from)}"`;
    const files = { [name]: consistencyProofText(leaves, size, signed.note) };
    return writeProof(out, signed, files, `node verify.mjs growth vkey.txt ${olderName} ${name}`);
  });
}

/** The checkpoint in a file; of several, that of the partition. */
function olderCheckpoint(
  file: string,
  verifier: Verifier,
  partitionText: string | undefined,
  partitions: number,
): GivenCheckpoint {
  const given = readGivenCheckpoints(file, verifier);
  const wanted = partitionText === undefined ? undefined : partitionIn(partitionText, partitions);
  const [one, ...more] = given.filter(({ partition }) => wanted === undefined || partition === wanted);
  if (one === undefined || more.length > 0) {
    const found = `checkpoints of partition ${given.map(({ partition }) => partition).join(', ')}`;
    const expected = wanted === undefined ? '--partition P for one of them' : `a checkpoint of partition ${wanted}`;
    throw new HesabuError('HESABU_USAGE', { where: file, expected, found });
  }
  if (one.partition < partitions) return one;
  const expected = `a checkpoint of a partition from 0 to ${partitions - 1}`;
  throw new HesabuError('HESABU_PROOF_INVALID', { where: file, expected, found: `one of partition ${one.partition}` });
}

function partitionIn(text: string | undefined, partitions: number): number {
  const partition = wholeNumber(text ?? '');
  if (partition !== undefined && partition < partitions) return partition;
  const expected = `--consistency-from FILE, or --consistency-from SIZE --partition P, from 0 to ${partitions - 1}`;
  throw new HesabuError('HESABU_USAGE', { where: 'proof', expected, ...(text === undefined ? {} : { found: text }) });
}

/** The newest signature must cover the older checkpoint, or that many leaves. */
function requireSigned(where: string, older: Checkpoint | number, { checkpoint }: Signed): void {
  const { partition, size, blocks } = checkpoint;
  if (typeof older === 'number') {
    if (older <= size) return;
    throw new HesabuError('HESABU_USAGE', { where: 'proof', expected: `a size up to ${size}`, found: where });
  }
  if (older.size <= size && older.blocks <= blocks) return;
  const expected = `at least ${older.size} leaves in ${older.blocks} blocks of partition ${partition}`;
  throw new HesabuError('HESABU_SIGNED_NEWER', { where, expected, found: `${size} in ${blocks}` });
}

function requireSame({ file, partition, blocks, hash, root }: GivenCheckpoint, found: Digest, block?: Digest): void {
  if (found === root && (blocks === 0 || block === hash)) return;
  throw new HesabuError('HESABU_SIGNED_DIFFERS', {
    where: file,
    expected: `the ${blocks} blocks of partition ${partition} under it`,
    found: `other ones under checkpoints/${partition}.txt: the key signed two ledgers, and both files are the evidence`,
  });
}

/** What was given away must be in the ledger, even if the checkpoint that came after it was taken away. */
function requireHeld(reader: LogReader, { file, partition, blocks, hash }: GivenCheckpoint): void {
  let count = 0;
  let last: Digest | undefined;
  for (const block of signedBlocks(reader, { partition, blocks })) {
    count++;
    last = block.hash;
  }
  const where = file;
  const expected = `the ${blocks} blocks of partition ${partition} under it`;
  if (count < blocks) throw new HesabuError('HESABU_SIGNED_NEWER', { where, expected, found: `${count}` });
  if (blocks === 0 || last === hash) return;
  throw new HesabuError('HESABU_SIGNED_DIFFERS', { where, expected, found: 'other ones, under no checkpoint' });
}

interface ProvableEntry {
  /** The number of its leaf in the tree, and the leaf's bytes. */
  readonly leaf: number;
  readonly leafBytes: Buffer;
  readonly bytes: Buffer;
}

/** The nth entry of a leaf, if it has so many. */
function entryIn(leafBytes: Buffer, wanted: number, leaf: number): ProvableEntry | undefined {
  let bytes: Buffer | undefined;
  forEachEntry(leafBytes, (from, to, index) => {
    if (index === wanted) bytes = leafBytes.subarray(from, to);
  });
  return bytes === undefined ? undefined : { leaf, leafBytes, bytes };
}

interface EntryPlace {
  readonly height: number;
  readonly index: number;
}

/** The hashes of all leaves and blocks under the checkpoint, checked against its root, and the entry at `place`. */
function leavesUnder(reader: LogReader, { checkpoint }: Signed, place?: EntryPlace) {
  const leaves: Digest[] = [];
  const blocks: Digest[] = [];
  let entry: ProvableEntry | undefined;
  for (const { header, hash, entries } of signedBlocks(reader, checkpoint)) {
    blocks.push(hash);
    const wanted = header.height === place?.height ? place.index : undefined;
    orTampered(`partition ${header.partition}, block ${header.height}`, () =>
      forEachLeaf(entries, ({ from, to, first }) => {
        if (wanted !== undefined) entry = entryIn(entries.subarray(from, to), wanted - first, leaves.length) ?? entry;
        leaves.push(leafHash(entries, from, to));
      }),
    );
  }
  requireRoot(checkpoint.partition, leaves.length, merkleRoot(leaves), checkpoint);
  return { leaves, blocks, entry };
}

async function writeProof(
  out: string,
  { verifier, checkpoint }: Signed,
  files: Readonly<Record<string, string | Buffer>>,
  check: string,
): Promise<WrittenProof> {
  const all = { ...files, 'vkey.txt': `${verifierKeyText(verifier)}\n` };
  for (const [name, content] of Object.entries(all)) await writeWhole(out, name, content);
  await writeVerifier(out);
  const { partition, size } = checkpoint;
  return { files: Object.keys(all), check, origin: originOf(verifier.name, partition), size };
}

/** What a valid proof proves, in words. Throws HESABU_PROOF_INVALID if it is not valid. */
export function checkProof(files: readonly string[], keyPath: string): string {
  const [proofPath, otherPath] = files;
  if (proofPath === undefined || otherPath === undefined || files.length > 2) {
    throw new HesabuError('HESABU_USAGE', { where: 'proof', expected: '--check PROOF ENTRY, or --check PROOF OLDER' });
  }
  const verifier = readVerifierKey(keyPath);
  const text = readProofFile(proofPath).toString();
  const other = readProofFile(otherPath);
  if (text.startsWith('hesabu/consistency-proof')) {
    const { partition, size } = verifyConsistencyText(text, other.toString(), verifier);
    return `${originOf(verifier.name, partition)} only grew, to ${size} leaves`;
  }
  const { id, leaf, checkpoint } = verifyInclusionText(text, other, verifier);
  return `entry ${id} in leaf ${leaf} of ${checkpoint.size} in ${originOf(verifier.name, checkpoint.partition)}`;
}
