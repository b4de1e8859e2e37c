// Checkpoints: a partition's tree at one size, signed, after C2SP tlog-checkpoint (https://c2sp.org/tlog-checkpoint).

import { HesabuError } from '../domain/errors.ts';
import { type Digest, digestFromBase64, digestToBase64 } from './digest.ts';
import { openNote, type Signer, signNote, type Verifier } from './note.ts';

export interface Checkpoint {
  readonly partition: number;
  /** Leaves of the tree. */
  readonly size: number;
  readonly root: Digest;
}

/** The first line of a checkpoint. One key signs for every partition, so the partition stands beside its name. */
export function originOf(keyName: string, partition: number): string {
  return `hesabu/${keyName}/partition/${partition}`;
}

/** The signed note. */
export function signCheckpoint(checkpoint: Checkpoint, signer: Signer): string {
  const { partition, size, root } = checkpoint;
  return signNote(`${originOf(signer.name, partition)}\n${size}\n${digestToBase64(root)}\n`, signer);
}

/** Reads a signed note. Throws HESABU_PROOF_INVALID where it is no checkpoint that this key signed. */
export function openCheckpoint(note: string, verifier: Verifier): Checkpoint {
  // What follows the third line are extensions, which the format leaves to others.
  const [origin = '', sizeText = '', rootText = ''] = openNote(note, verifier).split('\n');
  const prefix = originOf(verifier.name, 0).slice(0, -1);
  const partition = origin.startsWith(prefix) ? wholeNumber(origin.slice(prefix.length)) : undefined;
  const size = wholeNumber(sizeText);
  const root = digestFromBase64(rootText);
  if (partition === undefined) throw invalid(`an origin that begins ${prefix}`, origin);
  if (size === undefined) throw invalid('a tree size', sizeText);
  if (root === undefined) throw invalid('a root of 32 bytes in base64', rootText);
  return { partition, size, root };
}

/** A decimal number without leading zeroes, below 2^53; undefined where the text is none. */
export function wholeNumber(text: string): number | undefined {
  const value = Number(text);
  return Number.isSafeInteger(value) && value >= 0 && String(value) === text ? value : undefined;
}

function invalid(expected: string, found: string): HesabuError {
  return new HesabuError('HESABU_PROOF_INVALID', { where: 'checkpoint', expected, found });
}
