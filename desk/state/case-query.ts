// What the list of breaks shows is what its address says: filters, search, order and page. Nothing else holds it.

import { REASON_CODES, STAGES } from '../../src/domain/reasons.ts';

export const FACETS = [
  ...(['status', 'age', 'reason', 'owner', 'team', 'merchant'] as const),
  ...(['provider', 'operator', 'currency', 'stage', 'due', 'refund'] as const),
] as const;
export type Facet = (typeof FACETS)[number];
export const SORTS = ['due', 'oldest', 'newest', 'value', 'reference'] as const;
export type Sort = (typeof SORTS)[number];
export const AGES = ['0', '1-2', '3-5', '6-10', '11+'] as const;
export const STATES = ['new', 'assigned', 'reopened', 'proposed', 'awaiting_approval', 'stale', 'resolved'] as const;
export const DUES = ['overdue', 'today', 'later', 'none'] as const;
const REFUNDS = ['-', 'waiting', 'sent', 'succeeded', 'failed', 'unclear'] as const;
export const PAGE_SIZE = 100;

/** Of facets whose values are always the same. `all` is every state. */
export const KNOWN: Readonly<Partial<Record<Facet, readonly string[]>>> = {
  ...{ status: [...STATES, 'all'], age: AGES, due: DUES, reason: REASON_CODES, stage: STAGES, refund: REFUNDS },
};

export interface ListQuery {
  /** The values that are let through of each facet; absent, all are. */
  readonly filters: Readonly<Partial<Record<Facet, readonly string[]>>>;
  readonly from: string;
  readonly to: string;
  readonly search: string;
  readonly sort: Sort;
  /** The place after which the page begins, and its number from 1 on. */
  readonly after: string;
  readonly page: number;
}

export const ALL_OPEN: ListQuery = { filters: {}, from: '', to: '', search: '', sort: 'due', after: '', page: 1 };

const BOUND = /^\d{1,15}(\.\d{1,4})?$/;

/** Anything that is not understood is as if it were not there. */
export function readQuery(text: string): ListQuery {
  const given = new URLSearchParams(text);
  const filters: Partial<Record<Facet, string[]>> = {};
  for (const facet of FACETS) {
    const isKnown = (value: string) => value !== '' && KNOWN[facet]?.includes(value) !== false;
    const values = [...new Set(given.getAll(facet).filter(isKnown))];
    if (values.length > 0) filters[facet] = values;
  }
  const bound = (name: string) => (BOUND.test(given.get(name) ?? '') ? given.get(name)! : '');
  const page = Number(given.get('page') ?? 1);
  const after = given.get('after') ?? '';
  return {
    filters,
    ...{ from: bound('value_from'), to: bound('value_to'), search: (given.get('q') ?? '').trim() },
    sort: SORTS.find((one) => one === given.get('sort')) ?? ALL_OPEN.sort,
    ...{ after, page: after !== '' && Number.isInteger(page) && page > 1 ? page : 1 },
  };
}

/** The list, whichever page of it is shown. */
export function listName(query: ListQuery): string {
  return writeQuery({ ...query, after: '', page: 1 });
}

/** As it stands in the address; empty for the list as it is at first. */
export function writeQuery({ filters, from, to, search, sort, after, page }: ListQuery): string {
  const text = new URLSearchParams();
  for (const facet of FACETS) for (const value of filters[facet] ?? []) text.append(facet, value);
  const rest = { value_from: from, value_to: to, q: search, sort: sort === ALL_OPEN.sort ? '' : sort, after };
  for (const [name, value] of Object.entries(rest)) if (value !== '') text.set(name, value);
  if (after !== '') text.set('page', `${page}`);
  return text.toString();
}

/** What the API is asked. */
export function apiQuery(query: ListQuery, limit = PAGE_SIZE): string {
  const text = new URLSearchParams(writeQuery(query));
  text.delete('page');
  text.set('sort', query.sort);
  text.set('limit', `${limit}`);
  return text.toString();
}

/** Of a file with all that match, whatever the page. */
export function fileQuery(query: ListQuery, language: string): string {
  const text = new URLSearchParams(writeQuery({ ...query, after: '', page: 1 }));
  text.set('sort', query.sort);
  text.set('lang', language);
  return text.toString();
}

/** From the first page on, as every change of what is shown begins there. */
export function changed(query: ListQuery, change: Partial<ListQuery>): ListQuery {
  return { ...query, after: '', page: 1, ...change };
}

export function toggled(query: ListQuery, facet: Facet, value: string): ListQuery {
  const before = query.filters[facet] ?? [];
  const values = before.includes(value) ? before.filter((one) => one !== value) : [...before, value];
  return withFacet(query, facet, values);
}

export function withFacet(query: ListQuery, facet: Facet, values: readonly string[]): ListQuery {
  const { [facet]: _, ...others } = query.filters;
  return changed(query, { filters: values.length === 0 ? others : { ...others, [facet]: values } });
}

interface Counted {
  readonly value: string;
  readonly count: number;
}

/** How many come back without the filter: what all values of its facet come to, less what is shown. */
export function hiddenBy(facet: Facet, counts: readonly Counted[], total: number): number {
  // Without a filter by state the resolved ones are not shown either.
  const shown = facet === 'status' ? counts.filter(({ value }) => value !== 'resolved') : counts;
  return Math.max(0, shown.reduce((sum, { count }) => sum + count, 0) - total);
}
