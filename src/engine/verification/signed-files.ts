// What a data directory's files say was signed: its checkpoints, and the record beside the key. Only what the expected
// key signed counts.

import { HesabuError } from '../../domain/errors.ts';
import { openCheckpoint } from '../../ledger/checkpoint.ts';
import type { LedgerHead } from '../../ledger/head.ts';
import { rootOf } from '../../ledger/merkle.ts';
import { type Verifier, verifierKeyText } from '../../ledger/note.ts';
import { openRecord } from '../../ledger/signed-record.ts';
import {
  checkpointFile,
  checkpointNames,
  KEY_FILE,
  RECORD_FILE,
  RECORD_MISSING,
  readCheckpoint,
  readRecord,
  storedSigner,
} from '../directory/checkpoints.ts';
import { type Fault, faultOf, tampered } from '../directory/verification-fault.ts';
import type { SignedHead } from './partition.ts';

export interface SignedFiles {
  /** The key that must have signed: the given one, otherwise the directory's own; undefined if there is none. */
  readonly verifier: Verifier | undefined;
  /** All that it signed. */
  readonly heads: readonly SignedHead[];
}

/** Reads the signed files. A file that is not what it should be is a fault; it says nothing then. */
export function readSignedFiles(dir: string, given: Verifier | undefined, faults: Fault[]): SignedFiles {
  const own = ownVerifier(dir, faults);
  const isDamaged = faults.length > 0;
  const verifier = given ?? own;
  const names = checkpointNames(dir);
  const record = readRecord(dir);
  if (verifier === undefined && !isDamaged && (names.length > 0 || record !== undefined)) {
    faults.push(tampered(KEY_FILE, 'no key, though there are signatures'));
  }
  if (own !== undefined && record === undefined) {
    faults.push({ code: 'HESABU_SIGNED_LOST', ...RECORD_MISSING });
  }
  if (own !== undefined && given !== undefined && verifierKeyText(given) !== verifierKeyText(own)) {
    faults.push({ code: 'HESABU_SIGNED_LOST', where: KEY_FILE, found: `another key, ${nameOf(own)}` });
  }
  if (verifier === undefined) return { verifier, heads: [] };
  const heads = names.flatMap((name) => checkpointIn(dir, name, verifier, faults) ?? []);
  // A checkpoint and the record of an orderly end say the same.
  const recorded = recordedIn(record, verifier, faults).filter((head) => !heads.some((other) => isSame(head, other)));
  return { verifier, heads: [...heads, ...recorded] };
}

/** Whether a fault is that the key has no record. */
export function isRecordMissing({ where, found }: Fault): boolean {
  return where === RECORD_MISSING.where && found === RECORD_MISSING.found;
}

export function nameOf({ name, keyId }: Verifier): string {
  return `${name}+${keyId}`;
}

/** The directory's own key; undefined if it has none, or a damaged one. */
function ownVerifier(dir: string, faults: Fault[]): Verifier | undefined {
  try {
    return storedSigner(dir)?.verifier;
  } catch (error) {
    faults.push(faultOf(error, KEY_FILE));
    return undefined;
  }
}

function checkpointIn(dir: string, name: string, verifier: Verifier, faults: Fault[]): SignedHead | undefined {
  const file = `checkpoints/${name}`;
  const partition = Number(name.replace(/\.txt$/, ''));
  const note = readCheckpoint(dir, partition);
  if (note === undefined || checkpointFile(partition) !== file) {
    const remedy = 'Take it out of the folder: nothing of the ledger is in it.';
    faults.push({ ...tampered(file, 'a file that is not a checkpoint'), remedy });
    return undefined;
  }
  // Nothing is lost with it: the next signature replaces it, if the record beside the key holds.
  const code = 'HESABU_LEDGER_UNSIGNED';
  try {
    const checkpoint = openCheckpoint(note, verifier);
    if (checkpoint.partition === partition) return { ...checkpoint, file };
    faults.push({ code, where: file, found: `the checkpoint of partition ${checkpoint.partition}` });
  } catch (error) {
    faults.push({ ...faultOf(error, file), where: file, code });
  }
  return undefined;
}

function recordedIn(record: string | undefined, verifier: Verifier, faults: Fault[]): SignedHead[] {
  if (record === undefined) return [];
  try {
    return [...openRecord(record, verifier).values()].map(signedHeadOf);
  } catch (error) {
    if (!(error instanceof HesabuError)) throw error;
    faults.push({ ...faultOf(error, RECORD_FILE), where: RECORD_FILE, code: 'HESABU_SIGNED_LOST' });
    return [];
  }
}

function signedHeadOf({ partition, height, hash, tree }: LedgerHead): SignedHead {
  const checkpoint = { partition, size: tree.size, root: rootOf(tree), blocks: height + 1, hash, isRecorded: true };
  return { ...checkpoint, file: RECORD_FILE };
}

function isSame(left: SignedHead, right: SignedHead): boolean {
  const isSamePlace = left.partition === right.partition && left.blocks === right.blocks && left.hash === right.hash;
  return isSamePlace && left.size === right.size && left.root === right.root;
}
