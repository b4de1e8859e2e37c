// Reads the statements that closes froze, and holds their bytes against the hashes that the ledger has.

import { hash } from 'node:crypto';
import { HesabuError } from '../domain/errors.ts';
import type { ClosedDay } from './closed-days.ts';
import { type FrozenPart, frozenParts } from './frozen-statement.ts';

interface HashedFiles {
  /** Null for one that is not there. */
  read(sha256: string): Promise<string | null>;
}

/** Throws HESABU_LEDGER_TAMPERED for one that is not there, or has other bytes. */
export async function readFrozenFiles(
  closes: readonly ClosedDay[],
  files: HashedFiles,
): Promise<(close: ClosedDay) => readonly FrozenPart[]> {
  const found = new Map<ClosedDay, readonly FrozenPart[]>();
  for (const close of closes) {
    const parts = await Promise.all(close.statements.map(({ sha256 }) => readFrozenFile(sha256, files)));
    found.set(close, parts.flat());
  }
  return (close) => found.get(close) ?? [];
}

async function readFrozenFile(sha256: string, files: HashedFiles): Promise<readonly FrozenPart[]> {
  const text = await files.read(sha256);
  const where = `statements/${sha256.slice(0, 2)}/${sha256}`;
  if (text === null) throw new HesabuError('HESABU_LEDGER_TAMPERED', { where, found: 'no such file' });
  const found = hash('sha256', text, 'hex');
  if (found !== sha256) throw new HesabuError('HESABU_LEDGER_TAMPERED', { where, expected: sha256, found });
  return frozenParts(text);
}
