// The signed heads of a data directory's ledger: one checkpoint for each partition, and the key that signs them.

import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HesabuError } from '../../domain/errors.ts';
import { signCheckpoint } from '../../ledger/checkpoint.ts';
import type { LedgerHead } from '../../ledger/head.ts';
import { type Signer, signerFromPem } from '../../ledger/note.ts';
import { syncDirectory } from '../../runtime/directories.ts';
import { NO_FAILPOINTS, type OnFailpoint } from '../../runtime/failpoints.ts';
import { readOrMakeSecret } from '../../runtime/secrets.ts';
import { storageError } from '../../runtime/storage-errors.ts';

const KEY_NAME = 'ledger';

/** The key that signs this directory's ledger: Ed25519, created when it is first needed. */
function readSigner(dir: string): Signer {
  const pem = readOrMakeSecret(dir, 'ledger.pem', () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    return Buffer.from(privateKey.export({ type: 'pkcs8', format: 'pem' }));
  });
  return signerFromPem(pem.toString(), KEY_NAME);
}

/**
 * The stored key; undefined if none was created yet. Throws HESABU_PROOF_INVALID if the file is not byte for byte the
 * PEM of an Ed25519 key.
 */
export function storedSigner(dir: string): Signer | undefined {
  const path = join(dir, 'keys', 'ledger.pem');
  if (!existsSync(path)) return undefined;
  const pem = readFileSync(path, 'latin1');
  const signer = signerFromPem(pem, KEY_NAME);
  if (signer.privateKey.export({ type: 'pkcs8', format: 'pem' }) === pem) return signer;
  throw new HesabuError('HESABU_PROOF_INVALID', { where: path, expected: 'a PKCS8 PEM in its canonical form' });
}

/** Signs the heads. A partition without blocks gets no checkpoint. */
export function writeCheckpoints(
  dir: string,
  heads: readonly LedgerHead[],
  onFailpoint: OnFailpoint = NO_FAILPOINTS,
): void {
  const signer = readSigner(dir);
  const folder = join(dir, 'checkpoints');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const head of heads) {
      if (head.height < 0) continue;
      const note = signCheckpoint(head, signer);
      // The same head gives the same signature, so the checkpoint of an unchanged partition is not written again.
      if (readCheckpoint(dir, head.partition) === note) continue;
      const path = checkpointPath(dir, head.partition);
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

/** The last signed head of a partition, as a signed note; undefined if none was signed yet. */
export function readCheckpoint(dir: string, partition: number): string | undefined {
  try {
    return readFileSync(checkpointPath(dir, partition), 'utf8');
  } catch {
    return undefined;
  }
}

function checkpointPath(dir: string, partition: number): string {
  return join(dir, 'checkpoints', `${partition}.txt`);
}
