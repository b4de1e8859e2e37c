// What a gateway is asked at one slot of a reference: one question about all its payments, or one about each.

import { isIdentityKey } from '../../domain/key.ts';
import { type Gateway, type GatewayAnswer, type GatewayWith, type KnownIds, NO_IDS } from '../gateway.ts';

export type PolledGateway = GatewayWith<'status'> & Pick<Gateway, 'asksBy'>;

/** The answers, one after the other. Nothing if the gateway cannot be asked by what is known. */
export async function* askStatus(
  gateway: PolledGateway,
  key: string,
  payments: readonly KnownIds[],
): AsyncGenerator<GatewayAnswer> {
  // An identity is our own key, which no gateway knows.
  const reference = isIdentityKey(key) ? null : key;
  const isEach = gateway.asksBy === 'payment' && payments.length > 0;
  for (const ids of isEach ? payments : [NO_IDS]) {
    const answer = await gateway.status({ reference, ids });
    if (answer !== null) yield answer;
  }
}

/** As `hesabu_polls_total` counts it. */
export function outcomeOf({ facts, fault, isLater }: GatewayAnswer): string {
  if (facts.length > 0) return 'answered';
  if (fault !== null) return 'misunderstood';
  return isLater === true ? 'asked' : 'unknown';
}
