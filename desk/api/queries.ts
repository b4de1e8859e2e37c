// What the pages ask of the API.

import { type UseQueryResult, useQuery, useQueryClient } from '@tanstack/react-query';
import { apiQuery, type ListQuery } from '../state/case-query.ts';
import { isAdminOnly, useMyself } from '../state/session.ts';
import { get, getVersion } from './client.ts';
import { useLive } from './live.ts';
import type { AwaitingPage, CasesPage, DeskState, Me, WholeCase } from './types.ts';

/** Names the questions for rows of files, whose answers never change. */
export const FILE_ROWS = 'file rows';

export function useMe(): UseQueryResult<Me | null> {
  // Without a session there is nobody to ask about.
  const hasSession = document.getElementById('desk')?.dataset.session !== 'no';
  const queryFn = async () => (hasSession ? get<Me>('/v1/me') : null);
  return useQuery<Me | null>({ queryKey: ['me'], queryFn, staleTime: Infinity, retry: false });
}

/** The time, the zone and the people; what comes with every page. */
export function useDesk(): UseQueryResult<DeskState> {
  return useLive<DeskState>('/v1/desk', true);
}

export function useCases(query: ListQuery | null, limit?: number): UseQueryResult<CasesPage> {
  return useLive<CasesPage>(query === null ? null : `/v1/cases?${apiQuery(query, limit)}`, true);
}

export function useWholeCase(id: string | null): UseQueryResult<WholeCase> {
  return useLive<WholeCase>(id === null ? null : caseUrl(id), false, getVersion);
}

/** All of a case as it is at this moment, for every part of the page that shows it. */
export function useCaseNow(id: string): () => Promise<WholeCase> {
  const client = useQueryClient();
  return async () => {
    const now: WholeCase = await getVersion(caseUrl(id));
    client.setQueryData([caseUrl(id)], now);
    return now;
  };
}

export function caseUrl(id: string): string {
  return `/v1/cases/${id}`;
}

export function isCaseUrl(name: unknown): boolean {
  return typeof name === 'string' && /^\/v1\/cases\/[^/?]+$/.test(name);
}

export function useAwaiting(whose: 'me' | 'anybody', limit = 100): UseQueryResult<AwaitingPage> {
  return useProposals(`awaiting=${whose}&limit=${limit}`);
}

/** Those that waited when other evidence came. */
export function useStale(limit: number): UseQueryResult<AwaitingPage> {
  return useProposals(`state=stale&limit=${limit}`);
}

/** Those whose break evidence ended before anybody answered them, of the last thirty days. */
export function useSettled(limit: number): UseQueryResult<AwaitingPage> {
  return useProposals(`state=settled_by_evidence&limit=${limit}`);
}

function useProposals(query: string): UseQueryResult<AwaitingPage> {
  return useLive<AwaitingPage>(isAdminOnly(useMyself()) ? null : `/v1/proposals?${query}`, true);
}

/** The name behind an id: of a person, or of a team, which is its own name. */
export function useNameOf(): (id: string) => string {
  const people = useDesk().data?.people ?? [];
  return (id) => people.find((person) => person.id === id)?.name ?? id;
}

/** Who may own a case. */
export function useWorkers(): readonly { readonly id: string; readonly name: string }[] {
  const people = useDesk().data?.people ?? [];
  return people.filter(
    ({ roles, disabled }) => !disabled && (roles.includes('operator') || roles.includes('approver')),
  );
}
