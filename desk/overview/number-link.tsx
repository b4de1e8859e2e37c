// Numbers that open the list that they count.

import { Link } from 'wouter';
import type { Counted } from '../api/types.ts';
import { listAddress } from '../breaks/use-list.ts';
import { ALL_OPEN, type ListQuery } from '../state/case-query.ts';

export const NOTHING: ListQuery['filters'] = {};

export function list(filters: ListQuery['filters']): ListQuery {
  return { ...ALL_OPEN, filters };
}

export function NumberLink({ count, filters }: { readonly count: number; readonly filters: ListQuery['filters'] }) {
  return (
    <Link href={listAddress(list(filters))} className="figure-link">
      {count}
    </Link>
  );
}

export function countOf(counts: readonly Counted[], value: string): number {
  return counts.find((one) => one.value === value)?.count ?? 0;
}
