// The audit trail as a command reads it: from the data directory, beside a running service or without one.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { HesabuError } from '../domain/errors.ts';
import type { TrailEntry, TrailQuestion } from '../http/api/call-trail.ts';
import { shareDirectory } from '../log/data-directory.ts';
import { openReadOnly } from '../runtime/read-only-database.ts';
import { findCalls } from './tables/trail-query.ts';

/** The newest first. Writes nothing. Throws HESABU_NOT_FOUND if no service has run on the directory. */
export function readTrail(dir: string, question: TrailQuestion): readonly TrailEntry[] {
  const path = join(dir, 'service.db');
  if (!existsSync(path)) throw new HesabuError('HESABU_NOT_FOUND', { where: path, expected: 'the data of a service' });
  const lock = shareDirectory(dir);
  const database = openReadOnly(path, lock !== undefined);
  try {
    return findCalls(database, question);
  } finally {
    database.close();
    lock?.close();
  }
}
