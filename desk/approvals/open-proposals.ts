// The proposals that wait for a second person, and those that waited when other evidence came.

import { useAwaiting, useStale } from '../api/queries.ts';
import type { AwaitingPage } from '../api/types.ts';

const STALE_MAX = 25;

export interface Awaiting extends Readonly<AwaitingPage['proposals'][number]> {
  readonly id: string;
  readonly isStale: boolean;
}

export function useAllAwaiting() {
  const waiting = useAwaiting('anybody');
  const stale = useStale(STALE_MAX);
  const all = [waiting, stale].flatMap(({ data }, at): Awaiting[] =>
    (data?.proposals ?? []).map((one) => ({ ...one, id: one.proposal.id, isStale: at === 1 })),
  );
  return {
    all,
    error: waiting.error,
    isLoading: waiting.data === undefined && waiting.error === null,
    refetch: () => void waiting.refetch(),
  };
}
