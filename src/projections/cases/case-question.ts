// What is asked of the list of cases, and what it answers. Both go between threads, so they are plain data.

import type { ReasonCode, Stage } from '../../domain/reasons.ts';
import type { Instant } from '../../domain/time.ts';
import type { CaseState } from '../../matching/case-state.ts';
import type { Age, Due } from './case-ages.ts';
import type { Routing } from './case-owners.ts';
import type { RefundSign } from './case-refunds.ts';
import type { CaseRow } from './case-rows.ts';

/** By what the list is counted, each with its values. */
export const FACETS = [
  ...(['status', 'reason', 'stage', 'merchant', 'provider', 'operator'] as const),
  ...(['owner', 'team', 'currency', 'age', 'due', 'refund'] as const),
] as const;
export type Facet = (typeof FACETS)[number];

export const CASE_SORTS = ['oldest', 'newest', 'due', 'value', 'reference'] as const;
export type CaseSort = (typeof CASE_SORTS)[number];

/** Of an owner, a team or an operator: nobody; of a refund: none. */
export const NOBODY = '-';

export const CASE_SEARCHES = ['reference', 'id', 'contains'] as const;
/** What a search is of: a whole reference, the id of a payment, or a part of a reference. */
export type CaseSearch = (typeof CASE_SEARCHES)[number];

/** Of each the values that are let through; absent, all are. */
export interface CaseFilter {
  /** All that are not resolved where absent. */
  readonly status?: readonly (CaseState | 'all')[] | undefined;
  readonly reason?: readonly ReasonCode[] | undefined;
  readonly stage?: readonly Stage[] | undefined;
  readonly merchant?: readonly string[] | undefined;
  readonly provider?: readonly string[] | undefined;
  readonly operator?: readonly string[] | undefined;
  readonly owner?: readonly string[] | undefined;
  readonly team?: readonly string[] | undefined;
  readonly currency?: readonly string[] | undefined;
  readonly age?: readonly Age[] | undefined;
  readonly due?: readonly Due[] | undefined;
  readonly refund?: readonly (RefundSign | typeof NOBODY)[] | undefined;
}

/** A place in a list that is sorted by text, then by number, then by id. */
export interface CasePlace {
  readonly text: string;
  readonly number: number;
  readonly id: string;
}

export interface CaseQuestion {
  readonly filter: CaseFilter;
  /** In minor units of each currency: its decimal is compared. */
  readonly valueFrom?: string | undefined;
  readonly valueTo?: string | undefined;
  readonly q?: { readonly text: string; readonly how: CaseSearch } | undefined;
  /** Whose cases may be seen; null for everybody's. */
  readonly merchants: readonly string[] | null;
  readonly sort: CaseSort;
  readonly after?: CasePlace | undefined;
  readonly limit: number;
  readonly now: Instant;
  readonly routing: Routing;
}

/** What is asked of a list that has its owners already. */
export type AskedPage = Omit<CaseQuestion, 'routing'>;

/** In minor units. What has no direction, such as a conflict, stands apart. */
export interface CaseValue {
  over: bigint;
  under: bigint;
  other: bigint;
}

export interface ListedCase extends CaseRow {
  /** In business days. */
  readonly age: number | null;
  /** What became of its refund; null where there is none. */
  readonly refund: RefundSign | null;
  readonly place: CasePlace;
}

export interface CasePage {
  /** In their order, and one more than the limit if there are more. */
  readonly rows: readonly ListedCase[];
  /** How many the search found, whatever the filters. */
  readonly sought: number;
  readonly total: number;
  /** By currency. */
  readonly value: ReadonlyMap<string, CaseValue>;
  /** How many there would be with each value in the place of the filter by it. */
  readonly facets: ReadonlyMap<Facet, ReadonlyMap<string, number>>;
}
