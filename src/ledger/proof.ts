// Proofs for third parties: that an entry is in the tree, after C2SP tlog-proof (https://c2sp.org/tlog-proof), and
// that a newer checkpoint's tree extends an older one's, in a text of the same form.

import { HesabuError } from '../domain/errors.ts';
import { type Checkpoint, openCheckpoint, wholeNumber } from './checkpoint.ts';
import { type Digest, digestFromBase64, digestToBase64 } from './digest.ts';
import { consistencyProof, inclusionProof, leafHash, verifyConsistency, verifyInclusion } from './merkle.ts';
import type { Verifier } from './note.ts';

const INCLUSION_TITLE = 'c2sp.org/tlog-proof@v1';
const CONSISTENCY_TITLE = 'hesabu/consistency-proof@v1';

/** Proves leaf `index` of the tree over all `leaves`; their number must be the checkpoint's size. */
export function inclusionProofText(leaves: readonly Digest[], index: number, checkpointNote: string): string {
  return proofText(INCLUSION_TITLE, `index ${index}`, inclusionProof(leaves, index), checkpointNote);
}

/** Proves that the tree over all leaves (the new checkpoint's) extends the tree over the first `size`. */
export function consistencyProofText(leaves: readonly Digest[], size: number, checkpointNote: string): string {
  const hashes = size === 0 ? [] : consistencyProof(leaves, size);
  return proofText(CONSISTENCY_TITLE, `from ${size}`, hashes, checkpointNote);
}

/** The position of the entry with these bytes. Throws HESABU_PROOF_INVALID if the proof does not prove it. */
export function verifyInclusionText(
  text: string,
  entry: Buffer,
  verifier: Verifier,
): { readonly index: number; readonly checkpoint: Checkpoint } {
  const { number: index, hashes, checkpointNote } = parseProof(text, INCLUSION_TITLE, 'index');
  const checkpoint = openCheckpoint(checkpointNote, verifier);
  if (!verifyInclusion(leafHash(entry), index, checkpoint.size, hashes, checkpoint.root)) {
    throw invalid(`hashes from entry ${index} to the checkpoint's root`);
  }
  return { index, checkpoint };
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

function proofText(title: string, line: string, hashes: readonly Digest[], checkpointNote: string): string {
  return `${[title, line, ...hashes.map(digestToBase64)].join('\n')}\n\n${checkpointNote}`;
}

interface ParsedProof {
  readonly number: number;
  readonly hashes: readonly Digest[];
  readonly checkpointNote: string;
}

function parseProof(text: string, title: string, word: string): ParsedProof {
  const end = text.indexOf('\n\n');
  const [first, ...lines] = text.slice(0, end).split('\n');
  if (end < 0 || first !== title) throw invalid(`the first line ${title} and a blank line before the checkpoint`);
  // Nothing authenticates extra data, so it is ignored.
  if (lines[0]?.startsWith('extra ')) lines.shift();
  const [name, digits, ...more] = (lines.shift() ?? '').split(' ');
  const number = wholeNumber(digits ?? '');
  if (name !== word || number === undefined || more.length > 0) throw invalid(`a line with "${word}" and a number`);
  const hashes = lines.map((line) => {
    const hash = digestFromBase64(line);
    if (hash === undefined) throw invalid('hashes of 32 bytes in base64');
    return hash;
  });
  return { number, hashes, checkpointNote: text.slice(end + 2) };
}

function invalid(expected: string): HesabuError {
  return new HesabuError('HESABU_PROOF_INVALID', { where: 'proof', expected });
}
