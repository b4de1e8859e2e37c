// Proofs for others: that an entry is in a leaf of the tree, after C2SP tlog-proof (https://c2sp.org/tlog-proof), and
// that a newer checkpoint's tree extends an older one's, in a text of the same form. The leaf itself is the proof's
// extra data: who has only the entry needs it to make the leaf's hash.

import { ByteReader } from '../domain/bytes.ts';
import { entryId } from '../domain/entry.ts';
import { HesabuError } from '../domain/errors.ts';
import { forEachEntry } from './block-codec.ts';
import { type Checkpoint, openCheckpoint, wholeNumber } from './checkpoint.ts';
import { bytesFromBase64, type Digest, digestFromBase64, digestToBase64 } from './digest.ts';
import { readEntry } from './entry-codec.ts';
import { consistencyProof, inclusionProof, leafHash, verifyConsistency, verifyInclusion } from './merkle.ts';
import type { Verifier } from './note.ts';

const INCLUSION_TITLE = 'c2sp.org/tlog-proof@v1';
const CONSISTENCY_TITLE = 'hesabu/consistency-proof@v1';
const EXTRA = 'extra ';

/** Proves leaf `index`, with these bytes, of the tree over all `leaves`; their number must be the checkpoint's size. */
export function inclusionProofText(
  leaves: readonly Digest[],
  index: number,
  leaf: Buffer,
  checkpointNote: string,
): string {
  const lines = [`${EXTRA}${leaf.toString('base64')}`, `index ${index}`];
  return proofText(INCLUSION_TITLE, lines, inclusionProof(leaves, index), checkpointNote);
}

/** Proves that the tree over all leaves (the new checkpoint's) extends the tree over the first `size`. */
export function consistencyProofText(leaves: readonly Digest[], size: number, checkpointNote: string): string {
  const hashes = size === 0 ? [] : consistencyProof(leaves, size);
  return proofText(CONSISTENCY_TITLE, [`from ${size}`], hashes, checkpointNote);
}

/** What a proof proves: which leaf of the checkpoint's tree has the entry with this id. */
export interface ProvedEntry {
  readonly id: string;
  readonly leaf: number;
  readonly checkpoint: Checkpoint;
}

/** Throws HESABU_PROOF_INVALID if the proof does not prove the entry with these bytes. */
export function verifyInclusionText(text: string, entry: Buffer, verifier: Verifier): ProvedEntry {
  const { number, extra, hashes, checkpointNote } = parseProof(text, INCLUSION_TITLE, 'index');
  const checkpoint = openCheckpoint(checkpointNote, verifier);
  const id = extra === undefined ? undefined : idIn(extra, entry);
  if (extra === undefined || id === undefined) throw invalid('extra data with a leaf that has the entry');
  if (!verifyInclusion(leafHash(extra), number, checkpoint.size, hashes, checkpoint.root)) {
    throw invalid(`hashes from leaf ${number} to the checkpoint's root`);
  }
  return { id, leaf: number, checkpoint };
}

/** The id of the entry with these bytes, if the leaf has it. */
function idIn(leaf: Buffer, bytes: Buffer): string | undefined {
  let id: string | undefined;
  try {
    forEachEntry(leaf, (from, to) => {
      if (!bytes.equals(leaf.subarray(from, to))) return;
      const { partition, height, index } = readEntry(new ByteReader(leaf, from, to));
      id = entryId(partition, height, index);
    });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
  return id;
}

/** The newer checkpoint. Throws HESABU_PROOF_INVALID if the proof does not lead to it from the older one. */
export function verifyConsistencyText(text: string, olderNote: string, verifier: Verifier): Checkpoint {
  const older = openCheckpoint(olderNote, verifier);
  const { number: size, hashes, checkpointNote } = parseProof(text, CONSISTENCY_TITLE, 'from');
  const newer = openCheckpoint(checkpointNote, verifier);
  if (newer.partition !== older.partition) throw invalid(`a proof about partition ${older.partition}`);
  if (size !== older.size) throw invalid(`a proof from size ${older.size}`);
  if (!verifyConsistency(older.size, older.root, newer.size, newer.root, hashes)) {
    throw invalid('hashes that lead from the older root to the newer one');
  }
  return newer;
}

function proofText(title: string, lines: readonly string[], hashes: readonly Digest[], checkpointNote: string): string {
  return `${[title, ...lines, ...hashes.map(digestToBase64)].join('\n')}\n\n${checkpointNote}`;
}

interface ParsedProof {
  readonly number: number;
  /** Nothing authenticates it: it counts for what its hash leads to. */
  readonly extra: Buffer | undefined;
  readonly hashes: readonly Digest[];
  readonly checkpointNote: string;
}

function parseProof(text: string, title: string, word: string): ParsedProof {
  const end = text.indexOf('\n\n');
  const [first, ...lines] = text.slice(0, end).split('\n');
  if (end < 0 || first !== title) throw invalid(`the first line ${title} and a blank line before the checkpoint`);
  const extra = lines[0]?.startsWith(EXTRA) ? bytesFromBase64(lines.shift()!.slice(EXTRA.length)) : undefined;
  const [name, digits, ...more] = (lines.shift() ?? '').split(' ');
  const number = wholeNumber(digits ?? '');
  if (name !== word || number === undefined || more.length > 0) throw invalid(`a line with "${word}" and a number`);
  const hashes = lines.map((line) => {
    const hash = digestFromBase64(line);
    if (hash === undefined) throw invalid('hashes of 32 bytes in base64');
    return hash;
  });
  return { number, extra, hashes, checkpointNote: text.slice(end + 2) };
}

function invalid(expected: string): HesabuError {
  return new HesabuError('HESABU_PROOF_INVALID', { where: 'proof', expected });
}
