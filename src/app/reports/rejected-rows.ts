// Which rejected rows name the reference of a break: what it misses may stand in one of them.

import type { Reject } from '../../domain/errors.ts';
import type { RowPlace } from '../../domain/reason-doubts.ts';
import type { Overview } from '../../task/overview.ts';
import { pagesOf, type Rows } from './rows.ts';

/** By reference. */
export type RejectedRows = ReadonlyMap<string, readonly RowPlace[]>;

/** More of them say nothing more: `rejects.csv` has all. */
const PLACES_MAX = 3;
/** Between the words of a row of JSON, and of one whose cells could not be told apart. */
const BETWEEN = /[\s,;|"':{}[\]]+/;

/** What is held grows with the breaks, not with the rejected rows, which are read once. */
export async function rejectedRows(
  { findings }: Pick<Overview, 'findings'>,
  rejects: Rows<Reject> & { readonly length: number },
): Promise<RejectedRows> {
  const found = new Map<string, RowPlace[]>();
  if (rejects.length === 0 || findings.length === 0) return found;
  const references = new Set(findings.map(({ key }) => key));
  for await (const page of pagesOf(rejects)) {
    for (const { file, line, original = [] } of page) {
      for (const name of namesIn(original)) {
        if (!references.has(name)) continue;
        const places = found.get(name) ?? [];
        if (places.length === 0) found.set(name, places);
        if (places.length < PLACES_MAX) places.push({ file, line });
      }
    }
  }
  return found;
}

function namesIn(original: NonNullable<Reject['original']>): Set<string> {
  return new Set(original.flatMap(([, cell]) => [cell.trim(), ...cell.split(BETWEEN)]));
}
