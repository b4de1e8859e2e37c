// A case as it is shown: by the API and by the command alike. Everything is text: amounts are decimals, times ISO 8601.

import { formatMinor } from '../../domain/money.ts';
import { formatInstant } from '../../domain/time.ts';
import { fingerprintOf } from '../../matching/decision-names.ts';
import { findingView } from '../transaction-view.ts';
import type { CasePage, ListedCase } from './case-question.ts';
import type { CaseRow } from './case-rows.ts';

/** So many values of a facet are counted out: people choose among few. */
const FACET_VALUES_MAX = 100;

/** As a header has it. */
export function versionText({ version }: Pick<CaseRow, 'version'>): string {
  return `"${version.toString(36)}"`;
}

/** What a case shows that changes without it. */
export type CaseNow = Pick<ListedCase, 'age' | 'refund'>;

export function caseView(row: CaseRow, { age, refund }: CaseNow): object {
  const { id, key, merchant, provider, standing, finding, reasons, value, status, resolution } = row;
  const { operator, owner, team, due_at, assignment, notes, entryId } = row;
  return {
    ...{ id, key, merchant, provider, operator, standing },
    ...findingView(finding, { reasons: new Set(reasons) }),
    value: value.map(([currency, minor]) => ({ currency, amount: formatMinor(minor, currency) })),
    ...{ age, status, refund, resolution, owner, team, due_at: due_at === null ? null : formatInstant(due_at) },
    ...{ waiting_on: assignment?.waiting_on ?? null, notes, finding: fingerprintOf(finding), entry: entryId },
    version: versionText(row),
  };
}

/** What a page says of all that match. */
export function sumsView({ total, value, facets }: CasePage): object {
  const sums = [...value].sort(([left], [right]) => (left < right ? -1 : 1));
  return {
    total,
    value: sums.map(([currency, { over, under, other }]) => {
      const [more, less, rest] = [over, under, other].map((minor) => formatMinor(minor, currency));
      return { currency, over: more, under: less, other: rest };
    }),
    facets: Object.fromEntries([...facets].map(([facet, counts]) => [facet, countsView(counts)])),
    facets_left_out: Object.fromEntries(
      [...facets].flatMap(([facet, { size }]) =>
        size > FACET_VALUES_MAX ? [[facet, size - FACET_VALUES_MAX] as const] : [],
      ),
    ),
  };
}

/** The most frequent first. */
function countsView(counts: ReadonlyMap<string, number>): object[] {
  const sorted = [...counts].sort(([left, more], [right, less]) => less - more || (left < right ? -1 : 1));
  return sorted.slice(0, FACET_VALUES_MAX).map(([value, count]) => ({ value, count }));
}
