// The files of a data directory that a signature makes: the key, one checkpoint for each partition, and beside the key
// the record of what it signed last. No write keeps its thread waiting for the disk, because that thread may answer.

import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HesabuError } from '../../domain/errors.ts';
import { signCheckpoint } from '../../ledger/checkpoint.ts';
import type { LedgerHead } from '../../ledger/head.ts';
import { type Signer, signerFromPem } from '../../ledger/note.ts';
import { signRecord } from '../../ledger/signed-record.ts';
import { syncDirectoryBeside } from '../../runtime/directories.ts';
import type { OnFailpoint } from '../../runtime/failpoints.ts';
import { readOrMakeSecret } from '../../runtime/secrets.ts';
import { storageError } from '../../runtime/storage-errors.ts';

const KEY_NAME = 'ledger';
/** Below the data directory. */
export const KEY_FILE = join('keys', 'ledger.pem');
export const RECORD_FILE = join('keys', 'ledger.signed');
/** What is told of a key without a record. */
export const RECORD_MISSING = {
  where: RECORD_FILE,
  found: 'no such file beside the key',
  remedy:
    'Restore the folder keys of the data directory from a backup. Only a ledger that is older than such records is ' +
    'taken over with hesabu restore-record.',
};
export const checkpointFile = (partition: number): string => join('checkpoints', `${partition}.txt`);

/**
 * Makes the key that signs this directory's ledger: Ed25519. The record, which says that nothing was signed yet, is
 * there before the key: a key without a record has lost it.
 */
export async function makeSigner(dir: string, onFailpoint: OnFailpoint): Promise<Signer> {
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  const signer = signerFromPem(pem, KEY_NAME);
  await writeRecord(dir, signRecord([], signer), onFailpoint);
  readOrMakeSecret(dir, 'ledger.pem', () => Buffer.from(pem));
  return signer;
}

/**
 * The stored key; undefined if there is none. Throws HESABU_SIGNED_LOST if the file is not byte for byte the PEM of an
 * Ed25519 key: what the key signed counts for nothing without it.
 */
export function storedSigner(dir: string): Signer | undefined {
  const path = join(dir, KEY_FILE);
  if (!existsSync(path)) return undefined;
  const pem = readFileSync(path, 'latin1');
  try {
    const signer = signerFromPem(pem, KEY_NAME);
    if (signer.privateKey.export({ type: 'pkcs8', format: 'pem' }) === pem) return signer;
  } catch (error) {
    if (!(error instanceof HesabuError)) throw error;
  }
  throw new HesabuError('HESABU_SIGNED_LOST', {
    where: KEY_FILE,
    expected: 'the PEM of an Ed25519 key, as it was written',
    found: 'a damaged file',
  });
}

/** The last signed head of a partition, as a signed note; undefined if none was signed yet. */
export function readCheckpoint(dir: string, partition: number): string | undefined {
  return readText(join(dir, checkpointFile(partition)));
}

/** The names of all files of checkpoints, whole or not. */
export function checkpointNames(dir: string): string[] {
  try {
    return readdirSync(join(dir, 'checkpoints'))
      .filter((name) => !name.endsWith('.tmp'))
      .sort();
  } catch {
    return [];
  }
}

/** The record of what the key signed last, as a signed note; undefined if there is none. */
export function readRecord(dir: string): string | undefined {
  return readText(join(dir, RECORD_FILE));
}

/** Durable when it resolves. */
export async function writeRecord(dir: string, note: string, onFailpoint: OnFailpoint): Promise<void> {
  const path = join(dir, RECORD_FILE);
  try {
    mkdirSync(join(dir, 'keys'), { recursive: true, mode: 0o700 });
    await writeFile(`${path}.tmp`, note, { mode: 0o600, flush: true });
    onFailpoint('run:record-written');
    await rename(`${path}.tmp`, path);
    await syncDirectoryBeside(join(dir, 'keys'));
    onFailpoint('run:record-renamed');
  } catch (error) {
    throw storageError(error, path);
  }
}

/** The signed heads by partition. A partition without blocks gets none. */
export function signCheckpoints(heads: readonly LedgerHead[], signer: Signer): Map<number, string> {
  const signed = heads.filter(({ height }) => height >= 0);
  return new Map(signed.map((head) => [head.partition, signCheckpoint(head, signer)]));
}

/** Writes those that are not there yet. */
export async function writeCheckpoints(
  dir: string,
  notes: ReadonlyMap<number, string>,
  onFailpoint: OnFailpoint,
): Promise<void> {
  const folder = join(dir, 'checkpoints');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const [partition, note] of notes) {
      // The same head gives the same signature, so the checkpoint of an unchanged partition is not written again.
      if (readCheckpoint(dir, partition) === note) continue;
      const path = join(dir, checkpointFile(partition));
      await writeFile(`${path}.tmp`, note, { mode: 0o600, flush: true });
      onFailpoint('run:head-written');
      await rename(`${path}.tmp`, path);
      onFailpoint('run:head-renamed');
    }
    await syncDirectoryBeside(folder);
  } catch (error) {
    throw storageError(error, folder);
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
