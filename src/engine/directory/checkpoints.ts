// The files of a data directory that a signature makes: the key, one checkpoint for each partition, and beside the key
// the record of what it signed last.

import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HesabuError } from '../../domain/errors.ts';
import { signCheckpoint } from '../../ledger/checkpoint.ts';
import type { LedgerHead } from '../../ledger/head.ts';
import { type Signer, signerFromPem } from '../../ledger/note.ts';
import { signRecord } from '../../ledger/signed-record.ts';
import { syncDirectory } from '../../runtime/directories.ts';
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
export function makeSigner(dir: string, onFailpoint: OnFailpoint): Signer {
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  const signer = signerFromPem(pem, KEY_NAME);
  writeRecord(dir, [], signer, onFailpoint);
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

/** Durable before it returns. */
export function writeRecord(dir: string, heads: readonly LedgerHead[], signer: Signer, onFailpoint: OnFailpoint): void {
  const path = join(dir, RECORD_FILE);
  try {
    mkdirSync(join(dir, 'keys'), { recursive: true, mode: 0o700 });
    writeFileSync(`${path}.tmp`, signRecord(heads, signer), { mode: 0o600, flush: true });
    onFailpoint('run:record-written');
    renameSync(`${path}.tmp`, path);
    syncDirectory(join(dir, 'keys'));
    onFailpoint('run:record-renamed');
  } catch (error) {
    throw storageError(error, path);
  }
}

/** Signs the heads, and writes what is not there yet. A partition without blocks gets no checkpoint. */
export function writeCheckpoints(
  dir: string,
  heads: readonly LedgerHead[],
  signer: Signer,
  onFailpoint: OnFailpoint,
): void {
  const folder = join(dir, 'checkpoints');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const head of heads) {
      if (head.height < 0) continue;
      const note = signCheckpoint(head, signer);
      // The same head gives the same signature, so the checkpoint of an unchanged partition is not written again.
      if (readCheckpoint(dir, head.partition) === note) continue;
      const path = join(dir, checkpointFile(head.partition));
      writeFileSync(`${path}.tmp`, note, { mode: 0o600, flush: true });
      onFailpoint('run:head-written');
      renameSync(`${path}.tmp`, path);
      onFailpoint('run:head-renamed');
    }
    syncDirectory(folder);
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
