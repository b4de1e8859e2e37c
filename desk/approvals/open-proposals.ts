// The proposals that wait for a second person, and those that waited when other evidence came.

import { useAwaiting, useStale } from '../api/queries.ts';
import type { AwaitingPage, Me } from '../api/types.ts';
import { hasRole } from '../state/session.ts';

const STALE_MAX = 25;

export interface Awaiting extends Readonly<AwaitingPage['proposals'][number]> {
  readonly id: string;
  readonly isStale: boolean;
}

/** Of a link one is an approver of the merchants of its orders too. */
export function mayApprove(me: Me, one: Pick<Awaiting, 'case' | 'proposal'>): boolean {
  const merchants = [one.case.merchant, ...(one.proposal.to ?? []).map(({ merchant }) => merchant)];
  return one.proposal.by.person !== me.person.id && merchants.every((merchant) => hasRole(me, 'approver', merchant));
}

export function useAllAwaiting() {
  const waiting = useAwaiting('anybody');
  const stale = useStale(STALE_MAX);
  const all = [waiting, stale].flatMap(({ data }, at): Awaiting[] =>
    (data?.proposals ?? []).map((one) => ({ ...one, id: one.proposal.id, isStale: at === 1 })),
  );
  return {
    all,
    /** Whether more wait, or are stale, than are shown. */
    isCut: [waiting, stale].some(({ data }) => (data?.next ?? null) !== null),
    error: waiting.error,
    isLoading: waiting.data === undefined && waiting.error === null,
    refetch: () => void waiting.refetch(),
  };
}
