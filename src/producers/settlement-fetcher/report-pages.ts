// A settlement report that comes in pages. Its position is stored after each page, so that a limit of the gateway, a
// stop or a crash goes on where it was.

import type { Source } from '../../domain/fact.ts';
import type { BodyPage, GatewayWith } from '../gateway.ts';
import type { PageCounts } from '../pages/page-reader.ts';
import type { ReportRow } from './report-table.ts';

export type TakePage = (source: Source, page: BodyPage) => Promise<PageCounts>;

export interface PageParts {
  readonly take: TakePage;
  readonly store: (row: ReportRow) => void;
}

/** A report that never ends is a fault of the other side. */
const PAGES_MAX = 10_000;

/**
 * Reads from a page to the last one; null if the rest is not there yet, or a page comes again instead of it. Throws
 * what the gateway throws.
 */
export async function readPages(
  gateway: GatewayWith<'settlement'>,
  begun: ReportRow,
  first: BodyPage,
  { take, store }: PageParts,
): Promise<ReportRow | null> {
  let page = first;
  let row = begun.cursor === null ? { ...begun, rows: 0, rejected: 0, sha256: null, file: null, import: null } : begun;
  const seen = new Set<string>();
  for (let nth = 0; nth < PAGES_MAX; nth++) {
    const { facts, rejected, sha256 } = await take(gateway, page);
    if (facts > 0 && seen.has(sha256)) break;
    seen.add(sha256);
    const isLast = page.next === null || page.next === row.cursor;
    row = {
      ...row,
      rows: (row.rows ?? 0) + facts,
      rejected: (row.rejected ?? 0) + rejected,
      cursor: isLast ? null : page.next,
    };
    if (isLast) return row;
    store(row);
    const next = await gateway.settlement(row.date, row.cursor);
    if (next === null || !('bodies' in next)) break;
    page = next;
  }
  return null;
}
