// A data directory for commands that change nothing: it must exist, and reading leaves no files behind. A process may
// write it meanwhile.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { HesabuError } from '../../domain/errors.ts';
import { digestToHex, sha256 } from '../../ledger/digest.ts';
import { databasePath, shareDirectory } from '../../log/data-directory.ts';
import { type LogReader, openView, type ViewReader } from '../../log/log-reader.ts';
import { forEachValue } from '../../log/value-frames.ts';
import { parseRules } from '../../matching/rules.ts';
import { semanticsOf } from '../../matching/semantics.ts';
import { readSignatures, type Signatures } from './signed-heads.ts';
import { type Fault, faultOf, tampered } from './verification-fault.ts';

/**
 * Calls `work` with whether the directory is ours alone: then other readers may come, and no writer. Beside a process
 * that writes, nothing is locked, and `work` must use a view. Throws HESABU_FILE_MISSING.
 */
export async function withDirectory<Result>(
  dir: string,
  work: (alone: boolean) => Promise<Result> | Result,
): Promise<Result> {
  // A database that is missing beside its checkpoints is a fault of the ledger, not of the command line.
  if (!existsSync(databasePath(dir)) && !existsSync(join(dir, 'checkpoints'))) {
    const remedy = 'Give the directory that reconcile uses as --data.';
    throw new HesabuError('HESABU_FILE_MISSING', { where: databasePath(dir), expected: 'a data directory', remedy });
  }
  const lock = shareDirectory(dir);
  try {
    return await work(lock !== undefined);
  } finally {
    lock?.close();
  }
}

/** As `withDirectory`, with the log as it is now, and the signatures of just before: the log holds what they cover. */
export async function withReadOnlyLog<Result>(
  dir: string,
  work: (reader: ViewReader, signatures: Signatures) => Promise<Result> | Result,
): Promise<Result> {
  return withDirectory(dir, async (alone) => {
    const signatures = readSignatures(dir);
    const reader = openView(dir, { alone });
    try {
      return await work(reader, signatures);
    } finally {
      reader.close();
    }
  });
}

/** What verification needs of all stored rules. */
export interface StoredRules {
  /** By the hash of the rules in hex. */
  readonly semantics: ReadonlyMap<string, number>;
  /** The keys of services whose word on people's decisions counts. */
  readonly decisionKeys: ReadonlySet<string>;
}

/** The semantics of all stored rules by their hash in hex, which is over the stored text. */
export function storedRules(reader: LogReader, faults: Fault[]): StoredRules {
  const found = new Map<string, number>();
  const decisionKeys = new Set<string>();
  readTexts(reader, 'rules.v1', faults, (text) => {
    const rules = parseRules(JSON.parse(text));
    found.set(digestToHex(sha256(Buffer.from(text))), semanticsOf(rules));
    for (const key of rules.decision_keys ?? []) decisionKeys.add(key);
  });
  return { semantics: found, decisionKeys };
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
