// The proposals that wait for a second person, and those of cases whose evidence changed since.

import { useQueries } from '@tanstack/react-query';
import { get } from '../api/client.ts';
import { useAwaiting, useCases } from '../api/queries.ts';
import type { ListedCase, Proposal, WholeCase } from '../api/types.ts';
import { ALL_OPEN } from '../state/case-query.ts';
import { isAdminOnly, useMyself } from '../state/session.ts';

const STALE_MAX = 25;

export interface Awaiting {
  readonly id: string;
  readonly case: ListedCase;
  readonly proposal: Proposal;
  readonly isStale: boolean;
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
  const live = (waiting.data?.proposals ?? []).map((one) => ({ ...one, id: one.proposal.id, isStale: false }));
  const old = whole.flatMap(({ data }) => {
    const last = data?.proposals.findLast(({ state }) => state === 'stale');
    return data?.case && last ? [{ case: data.case, proposal: last, id: last.id, isStale: true }] : [];
  });
  const all: Awaiting[] = [...live, ...old];
  return {
    all,
    error: waiting.error,
    isLoading: waiting.data === undefined && waiting.error === null,
    refetch: () => void waiting.refetch(),
  };
}
