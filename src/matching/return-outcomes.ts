// How the returns of a key ended, by the ids under which a gateway knows them: for who asked for one of them.

import { ownIds } from '../domain/payment-ids.ts';
import type { Claims } from './claims.ts';
import { bestOutcome } from './evidence.ts';
import { stateOf } from './return-state.ts';

export type ReturnOutcome = 'succeeded' | 'failed';

/** Those that may still end in another way are left out. */
export function returnOutcomes({
  returnObservations,
  returnLines,
}: Pick<Claims, 'returnObservations' | 'returnLines'>): (readonly [id: string, outcome: ReturnOutcome])[] {
  const ids = new Set([...returnObservations, ...returnLines].flatMap(({ body }) => ownIds(body)));
  return [...ids].flatMap((id): (readonly [string, ReturnOutcome])[] => {
    const observations = returnObservations.filter(({ body }) => ownIds(body).includes(id));
    const lines = returnLines.filter(({ body }) => ownIds(body).includes(id));
    const state = stateOf(observations, lines);
    if (state === 'done') return [[id, 'succeeded']];
    // One that never happened failed as well, once somebody says so.
    const isEnded = state === 'failed' || (state === 'none' && bestOutcome(observations) !== undefined);
    return isEnded ? [[id, 'failed']] : [];
  });
}
