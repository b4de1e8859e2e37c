// The files that wait for a second person: each lies under its approval's id in a folder that only the owner may read,
// so that it outlives the service, and is gone once its approval is decided or expired.

import { createHash } from 'node:crypto';
import { createReadStream, readdirSync, rmSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { HesabuError } from '../../domain/errors.ts';
import { makeDirectory, syncDirectory } from '../../runtime/directories.ts';
import type { ApiContext } from './api-context.ts';
import type { WaitingImport } from './approvals.ts';

type Parts = Pick<ApiContext, 'approvalDir' | 'tables'>;

/** Moves an uploaded file to its place, durably. */
export async function keepFile({ approvalDir }: Parts, id: string, path: string): Promise<void> {
  makeDirectory(approvalDir);
  const file = await open(path, 'r');
  try {
    await file.datasync();
  } finally {
    await file.close();
  }
  await rename(path, join(approvalDir, id));
  syncDirectory(approvalDir);
}

/** The file's path. Throws HESABU_APPROVAL_LOST if the file is not the one that was looked at. */
export async function demandFile({ approvalDir }: Parts, id: string, { name, sha256 }: WaitingImport): Promise<string> {
  const path = join(approvalDir, id);
  const found = await describeFile(path).catch(() => undefined);
  if (found?.sha256 === sha256) return path;
  const expected = `the file with the SHA-256 ${sha256}`;
  throw new HesabuError('HESABU_APPROVAL_LOST', { where: name, expected, found: found?.sha256 ?? 'none' });
}

export async function removeFile({ approvalDir }: Parts, id: string): Promise<void> {
  await rm(join(approvalDir, id), { force: true });
}

/** Forgets what expired, with its file; at the start also files that a killed process left without an approval. */
export function sweepWaiting({ approvalDir, tables }: Parts, when: 'at the start' | 'each day'): void {
  const { approvals } = tables;
  const needed = new Set(approvals.sweep());
  for (const name of namesIn(approvalDir)) {
    // A file without an approval may be about to get one.
    if (needed.has(name) || (when === 'each day' && approvals.get(name) === undefined)) continue;
    rmSync(join(approvalDir, name), { force: true });
  }
}

/** The size of a file, and its SHA-256 in hex. */
export async function describeFile(path: string): Promise<Pick<WaitingImport, 'bytes' | 'sha256'>> {
  const hash = createHash('sha256');
  let bytes = 0;
  await pipeline(createReadStream(path), async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      hash.update(chunk);
    }
  });
  return { bytes, sha256: hash.digest('hex') };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
