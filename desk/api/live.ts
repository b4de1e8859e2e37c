// How the page hears that something changed: it asks again every while. This is the one place that knows it.

import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { get } from './client.ts';

const LIVE_MILLIS = 15_000;

/** What an address answers, and again whenever it may have changed. Null asks nothing. */
export function useLive<Answer>(url: string | null, keep = false): UseQueryResult<Answer> {
  return useQuery<Answer>({
    queryKey: [url],
    queryFn: ({ signal }) => get<Answer>(url!, signal),
    enabled: url !== null,
    refetchInterval: LIVE_MILLIS,
    // What was shown stays until the next is there: nothing jumps.
    ...(keep ? { placeholderData: (before: Answer | undefined) => before } : {}),
  } as Parameters<typeof useQuery<Answer>>[0]) as UseQueryResult<Answer>;
}
