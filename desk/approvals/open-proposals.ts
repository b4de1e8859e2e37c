// The proposals that wait for a second person, and those of cases whose evidence changed since.

import { useQueries } from '@tanstack/react-query';
import { get } from '../api/client.ts';
import { useAwaiting, useCases } from '../api/queries.ts';
import type { FindingRead, ListedCase, Proposal, WholeCase } from '../api/types.ts';
import { ALL_OPEN } from '../state/case-query.ts';
import { isAdminOnly, useMyself } from '../state/session.ts';

const STALE_MAX = 25;

export interface Awaiting {
  readonly id: string;
  readonly case: ListedCase;
  readonly proposal: Proposal;
  readonly isStale: boolean;
  /** What the maker of a stale one read; null where it is not found. */
  readonly read: FindingRead | null;
}

export function useAllAwaiting() {
  const admin = isAdminOnly(useMyself());
  const waiting = useAwaiting('anybody');
  const stale = useCases(admin ? null : { ...ALL_OPEN, filters: { status: ['stale'] }, sort: 'oldest' }, STALE_MAX);
  const whole = useQueries({
    queries: (stale.data?.cases ?? []).map(({ id }) => ({
      queryKey: [`/v1/cases/${id}`],
      queryFn: () => get<WholeCase>(`/v1/cases/${id}`),
    })),
  });
  const live = (waiting.data?.proposals ?? []).map((one) => ({
    ...one,
    id: one.proposal.id,
    isStale: false,
    read: null,
  }));
  const old = whole.flatMap(({ data }) => {
    const last = data?.proposals.findLast(({ state }) => state === 'stale');
    if (data?.case == null || last === undefined) return [];
    const read = data.stale.find(({ proposal }) => proposal === last.id) ?? null;
    return [{ case: data.case, proposal: last, id: last.id, isStale: true, read }];
  });
  const all: Awaiting[] = [...live, ...old];
  return {
    all,
    error: waiting.error,
    isLoading: waiting.data === undefined && waiting.error === null,
    refetch: () => void waiting.refetch(),
  };
}
