// What a backup says of itself: every file with its SHA-256, and where the ledger ended. It is written last, so that a
// directory without it is no backup.

import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { HesabuError } from '../../domain/errors.ts';
import { storageError } from '../../runtime/storage-errors.ts';

export const MANIFEST_FILE = 'backup.json';
/** The verifier key that the ledger is signed with; not a secret. */
export const VERIFIER_FILE = 'vkey.txt';
/** The copy of the data directory, which is put back as a whole. */
export const dataOf = (target: string): string => join(target, 'data');

const FORMAT = 'hesabu-backup-1';
const CHUNK_BYTES = 1024 * 1024;
const hex = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().min(0);

const MANIFEST = z.strictObject({
  format: z.literal(FORMAT),
  /** ISO 8601, UTC: when the copy of the log began. */
  made_at: z.string(),
  /** Whether a process wrote the directory meanwhile. */
  running: z.boolean(),
  with_keys: z.boolean(),
  /** Files of `keys` that are not in it. */
  keys_left_out: z.array(z.string()),
  /** The ledger of each partition: its blocks, the hash of the last one, and the tree of its leaves. */
  ledger: z.array(z.strictObject({ partition: count, blocks: count, hash: hex, tree_size: count, tree_root: hex })),
  facts: count,
  /** Archived exchanges with the outside. They may be newer than the log: it is copied before them. */
  exchanges: count,
  files: z.array(z.strictObject({ path: z.string(), bytes: count, sha256: hex })),
});

export type BackupManifest = z.infer<typeof MANIFEST>;
export type BackupFile = BackupManifest['files'][number];
export type BackupLedger = BackupManifest['ledger'];

export const manifestText = (manifest: Omit<BackupManifest, 'format'>): string =>
  `${JSON.stringify({ format: FORMAT, ...manifest }, null, 1)}\n`;

/** Throws HESABU_FILE_MISSING where there is no whole backup, and HESABU_BACKUP_DAMAGED if its manifest is not one. */
export function readManifest(target: string): BackupManifest {
  const path = join(target, MANIFEST_FILE);
  if (!existsSync(path)) {
    const remedy = 'Give the directory that hesabu backup wrote as --out. One without this file was not finished.';
    throw new HesabuError('HESABU_FILE_MISSING', { where: path, expected: 'a backup', remedy });
  }
  try {
    return MANIFEST.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof z.ZodError)) throw storageError(error, path);
    throw new HesabuError('HESABU_BACKUP_DAMAGED', { where: MANIFEST_FILE, found: 'no valid manifest' }, error);
  }
}

/** The size and the SHA-256 of a file, read in chunks. */
export function digestOf(path: string, onBytes: (bytes: number) => void): Pick<BackupFile, 'bytes' | 'sha256'> {
  const [hash, buffer] = [createHash('sha256'), Buffer.allocUnsafe(CHUNK_BYTES)];
  let bytes = 0;
  const file = openSync(path, 'r');
  try {
    for (let read = -1; read !== 0; bytes += read) {
      read = readSync(file, buffer, 0, CHUNK_BYTES, bytes);
      hash.update(buffer.subarray(0, read));
      onBytes(read);
    }
  } catch (error) {
    throw storageError(error, path);
  } finally {
    closeSync(file);
  }
  return { bytes, sha256: hash.digest('hex') };
}
