// A data directory for commands that change nothing: it must exist, no other process may have it open, and reading
// leaves no files behind.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { HesabuError } from '../../domain/errors.ts';
import { digestToHex, sha256 } from '../../ledger/digest.ts';
import { databasePath, lockDirectory } from '../../log/data-directory.ts';
import { type LogReader, openReader } from '../../log/embedded.ts';
import { forEachValue } from '../../log/value-frames.ts';
import { parseRules } from '../../matching/rules.ts';
import { type Fault, faultOf, tampered } from './verification-fault.ts';

/** Keeps other processes out while `work` runs. Throws HESABU_FILE_MISSING or HESABU_DATA_LOCKED. */
export async function withDirectory<Result>(dir: string, work: () => Promise<Result> | Result): Promise<Result> {
  // A database that is missing beside its checkpoints is a fault of the ledger, not of the command line.
  if (!existsSync(databasePath(dir)) && !existsSync(join(dir, 'checkpoints'))) {
    const remedy = 'Give the directory that reconcile uses as --data.';
    throw new HesabuError('HESABU_FILE_MISSING', { where: databasePath(dir), expected: 'a data directory', remedy });
  }
  const lock = lockDirectory(dir);
  try {
    return await work();
  } finally {
    lock.close();
  }
}

/** As `withDirectory`, with a reader of the log. */
export async function withReadOnlyLog<Result>(
  dir: string,
  work: (reader: LogReader) => Promise<Result> | Result,
): Promise<Result> {
  return withDirectory(dir, async () => {
    const reader = openReader(dir, true);
    try {
      return await work(reader);
    } finally {
      reader.close();
    }
  });
}

/** The hashes of all stored rules in hex, each over the stored text. */
export function storedRules(reader: LogReader, faults: Fault[]): Set<string> {
  const hashes = new Set<string>();
  readTexts(reader, 'rules.v1', faults, (text) => {
    parseRules(JSON.parse(text));
    hashes.add(digestToHex(sha256(Buffer.from(text))));
  });
  return hashes;
}

/** Every record of the imports must be readable. No signature covers them. */
export function checkImports(reader: LogReader, faults: Fault[]): void {
  readTexts(reader, 'imports.v1', faults, (text) => JSON.parse(text));
}

function readTexts(
  reader: LogReader,
  topic: 'rules.v1' | 'imports.v1',
  faults: Fault[],
  take: (text: string) => void,
): void {
  let batches = 0;
  try {
    for (const { payload, from } of reader.read(topic, 0, 0n)) {
      batches++;
      forEachValue(payload, 0, (start, end, index) => {
        const where = `${topic} offset ${from + BigInt(index)}`;
        try {
          take(payload.toString('utf8', start, end));
        } catch (error) {
          faults.push({ ...faultOf(error, where), where, code: 'HESABU_LOG_DAMAGED' });
        }
      });
    }
    const stored = reader.places().find((place) => place.topic === topic && place.partition === 0)?.batches ?? 0;
    if (stored !== batches) faults.push(tampered(topic, `${stored} batches are stored, ${batches} can be read`));
  } catch (error) {
    faults.push(faultOf(error, topic));
  }
}
