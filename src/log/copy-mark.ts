// The mark of a data directory that is a copy of a ledger on Kafka. Appending anything that the topics do not hold
// would fork the copy, and Kafka's records at those offsets would never be read.

import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { HesabuError } from '../domain/errors.ts';
import { syncDirectory } from '../runtime/directories.ts';
import { databasePath } from './data-directory.ts';

/** The ledger that a directory is a copy of. */
export interface CopyOf {
  /** The id that the cluster gave itself; its addresses may change. */
  readonly cluster: string;
  readonly prefix: string;
}

const NAME = 'copy-of.json';

/**
 * A writer calls this under the lock. It marks an empty directory as a copy if the writer wants one. Throws
 * HESABU_DATA_IS_COPY if a directory with the mark is opened as one of its own, and HESABU_DATA_OTHER_LEDGER if
 * the directory holds another ledger than the wanted one.
 */
export function checkCopy(dir: string, wanted: CopyOf | undefined): void {
  const mark = readMark(dir);
  if (wanted === undefined) {
    if (mark === undefined) return;
    throw new HesabuError('HESABU_DATA_IS_COPY', { where: dir, found: `the copy of ${nameOf(mark)}` });
  }
  if (mark === undefined && !existsSync(databasePath(dir))) return writeMark(dir, wanted);
  if (mark?.cluster === wanted.cluster && mark.prefix === wanted.prefix) return;
  const found = mark === undefined ? 'a ledger of its own' : nameOf(mark);
  throw new HesabuError('HESABU_DATA_OTHER_LEDGER', { where: dir, expected: nameOf(wanted), found });
}

/** Whether a directory is a copy: its topics may end at different moments of the ledger. */
export function isCopy(dir: string): boolean {
  return readMark(dir) !== undefined;
}

function nameOf({ cluster, prefix }: CopyOf): string {
  return `the ledger ${prefix === '' ? 'without a prefix' : `with the prefix ${prefix}`} on cluster ${cluster}`;
}

function readMark(dir: string): CopyOf | undefined {
  const path = join(dir, NAME);
  if (!existsSync(path)) return undefined;
  try {
    const { cluster, prefix } = JSON.parse(readFileSync(path, 'utf8')) as Partial<CopyOf>;
    if (typeof cluster === 'string' && typeof prefix === 'string') return { cluster, prefix };
  } catch {
    // An unreadable mark is an error, reported below: guessing could fork the copy.
  }
  throw new HesabuError('HESABU_LOG_DAMAGED', { where: path, found: 'no valid mark of a copy' });
}

/** Durable before the first record: without its mark, a copy would be taken for one of its own. */
function writeMark(dir: string, { cluster, prefix }: CopyOf): void {
  const [path, fresh] = [join(dir, NAME), join(dir, `${NAME}.new`)];
  const descriptor = openSync(fresh, 'w', 0o600);
  try {
    writeSync(descriptor, `${JSON.stringify({ cluster, prefix })}\n`);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(fresh, path);
  syncDirectory(dir);
}
