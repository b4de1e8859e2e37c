// Checkpoints: the signed head of a partition's ledger, after C2SP tlog-checkpoint (https://c2sp.org/tlog-checkpoint).
// The tree covers the entries only; its size counts leaves. So an extension line names the last block: its hash covers
// every header, and with them the facts read and the rules used. Another line says that the signer keeps a record of
// what it signed last. A verifier that does not know these lines ignores them.

import { HesabuError } from '../domain/errors.ts';
import { type Digest, digestFromBase64, digestToBase64 } from './digest.ts';
import type { LedgerHead } from './head.ts';
import { rootOf } from './merkle.ts';
import { openNote, type Signer, signNote, type Verifier } from './note.ts';

export interface Checkpoint {
  readonly partition: number;
  /** The number of leaves of the tree. */
  readonly size: number;
  readonly root: Digest;
  /** The number of blocks; the last one's height is one less. */
  readonly blocks: number;
  /** The last block's hash; zeros where there is none. */
  readonly hash: Digest;
  /** Whether its signer kept a record: checkpoints from before there were records do not say so. */
  readonly isRecorded: boolean;
}

const RECORDED = 'recorded';

/** A checkpoint's first line. One key signs for all partitions, so it has the key's name and the partition. */
export function originOf(keyName: string, partition: number): string {
  return `hesabu/${keyName}/partition/${partition}`;
}

/** The signed note. */
export function signCheckpoint(head: LedgerHead, signer: Signer): string {
  const lines = [
    originOf(signer.name, head.partition),
    head.tree.size,
    digestToBase64(rootOf(head.tree)),
    `blocks ${head.height + 1} ${digestToBase64(head.hash)}`,
    RECORDED,
  ];
  return signNote(`${lines.join('\n')}\n`, signer);
}

/** Reads a signed note. Throws HESABU_PROOF_INVALID if it is not a checkpoint signed by this key. */
export function openCheckpoint(note: string, verifier: Verifier): Checkpoint {
  const [origin = '', sizeText = '', rootText = '', blockLine = '', ...others] = openNote(note, verifier).split('\n');
  const prefix = originOf(verifier.name, 0).slice(0, -1);
  const partition = origin.startsWith(prefix) ? wholeNumber(origin.slice(prefix.length)) : undefined;
  const size = wholeNumber(sizeText);
  const root = digestFromBase64(rootText);
  const [word, blocksText = '', hashText = ''] = blockLine.split(' ');
  const blocks = wholeNumber(blocksText);
  const hash = digestFromBase64(hashText);
  if (partition === undefined) throw invalid(`an origin that begins ${prefix}`, origin);
  if (size === undefined) throw invalid('a tree size', sizeText);
  if (root === undefined) throw invalid('a root of 32 bytes in base64', rootText);
  if (word !== 'blocks' || blocks === undefined || hash === undefined) {
    throw invalid('a line with "blocks", their number and a hash', blockLine);
  }
  return { partition, size, root, blocks, hash, isRecorded: others.includes(RECORDED) };
}

/** A decimal number without leading zeroes, below 2^53; undefined for any other text. */
export function wholeNumber(text: string): number | undefined {
  const value = Number(text);
  return Number.isSafeInteger(value) && value >= 0 && String(value) === text ? value : undefined;
}

function invalid(expected: string, found: string): HesabuError {
  return new HesabuError('HESABU_PROOF_INVALID', { where: 'checkpoint', expected, found });
}
