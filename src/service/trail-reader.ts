// The audit trail as a command reads it: from the data directory, beside a running service or without one.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { HesabuError } from '../domain/errors.ts';
import type { TrailEntry, TrailQuestion } from '../http/api/call-trail.ts';
import { shareDirectory } from '../log/data-directory.ts';
import { openReadOnly } from '../runtime/read-only-database.ts';
import { type ChainHead, type CheckedChain, checkChain } from './tables/trail-chain.ts';
import { findCalls } from './tables/trail-query.ts';
import { OLDEST } from './tables/trail-table.ts';

/** The newest first. Writes nothing. Throws HESABU_NOT_FOUND if no service has run on the directory. */
export function readTrail(dir: string, question: TrailQuestion): readonly TrailEntry[] {
  return withTrail(dir, (database) => findCalls(database, question));
}

/**
 * Compares each record with the chain, and the chain with a head that somebody noted. Throws HESABU_NOT_FOUND, and
 * HESABU_TRAIL_TAMPERED with the first record that is not as it was.
 */
export function checkTrail(dir: string, noted?: ChainHead): Omit<CheckedChain, 'fault'> {
  return withTrail(dir, (database) => {
    database.exec('BEGIN');
    const has = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'audit_chain'").get() !== undefined;
    // A service that made no chain yet has run on the directory.
    if (!has) return { links: 0, unlinked: 0, head: null };
    const { oldest } = database.prepare(`SELECT ${OLDEST} AS oldest`).get() as { readonly oldest: number | null };
    const { fault, ...checked } = checkChain(database, oldest ?? Number.NEGATIVE_INFINITY, noted);
    if (fault !== null) throw new HesabuError('HESABU_TRAIL_TAMPERED', fault);
    return checked;
  });
}

function withTrail<Result>(dir: string, read: (database: DatabaseSync) => Result): Result {
  const path = join(dir, 'service.db');
  if (!existsSync(path)) throw new HesabuError('HESABU_NOT_FOUND', { where: path, expected: 'the data of a service' });
  const lock = shareDirectory(dir);
  const database = openReadOnly(path, lock !== undefined);
  try {
    return read(database);
  } finally {
    database.close();
    lock?.close();
  }
}
