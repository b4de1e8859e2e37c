// A case as somebody read it, for what he does on it: where it is another one by now, the service refuses, and what was
// read stands beside what there is now, until he looked at both and acts again.

import { useState } from 'react';
import { Problem } from '../api/client.ts';
import { useCaseNow } from '../api/queries.ts';
import type { ListedCase, WholeCase } from '../api/types.ts';

/** What was read of a case: all of it, or its row in a list. */
export type ReadCase = Pick<WholeCase, 'case' | 'version'> & Partial<WholeCase>;

export interface Conflict {
  readonly was: WholeCase;
  readonly now: WholeCase;
}

export interface Reading {
  /** Of what was read; empty before anything was. */
  readonly version: string;
  /** Whether a refusal came of what others did meanwhile: both are shown then. */
  readonly isOld: (error: unknown) => Promise<boolean>;
  readonly conflict: Conflict | null;
  readonly forget: () => void;
}

/** `onNow` takes what was shown beside it for what is read from then on. */
export function useReading(id: string, read: ReadCase | null, onNow?: (now: WholeCase) => void): Reading {
  const readNow = useCaseNow(id);
  const [found, setFound] = useState<(Conflict & { readonly id: string }) | null>(null);
  const isOld = async (error: unknown) => {
    if (read === null || !(error instanceof Problem) || error.body.code !== 'HESABU_CASE_CHANGED') return false;
    const now = await readNow().catch(() => null);
    // It may be an order of a link that changed, and not the case.
    if (now === null || now.version === read.version) return false;
    // Of what was not read nothing is compared.
    setFound({ id, was: { ...now, ...read }, now });
    onNow?.(now);
    return true;
  };
  const conflict = found?.id === id ? found : null;
  return { version: read?.version ?? '', isOld, conflict, forget: () => setFound(null) };
}

/** A row of a list as it was read. */
export function readRow(row: ListedCase): ReadCase {
  return { case: row, version: row.version };
}

/** The same of a dialog: what is read is what there was when it opened. Null is of no single case. */
export function useOpenedReading(id: string | null, shown: ReadCase | null): Reading {
  const [read, setRead] = useState(shown);
  return useReading(id ?? '', read, setRead);
}
