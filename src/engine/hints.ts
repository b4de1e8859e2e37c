// Asks for hints in two questions, because money and what it may be for lie in different partitions.

import { isAsking } from '../domain/hints.ts';
import type { AskingKey, MoneyHints } from '../projections/hints.ts';
import type { Ask } from './executors/queries.ts';

/** The hints about the breaks of some keys; nothing is asked where none of them is an asking one. */
export async function hintsFor(ask: Ask, breaks: readonly AskingKey[]): Promise<readonly MoneyHints[]> {
  const asking = breaks.filter(({ reason }) => isAsking(reason));
  if (asking.length === 0) return [];
  // Money may be for any order; an order is held against all money.
  const isOrder = ({ reason }: AskingKey) => reason === 'PAYMENT_MISSING';
  const keys = asking.some(isOrder) ? null : asking.map(({ key }) => key);
  const money = await ask({ query: 'waitingMoney', keys });
  return money.length === 0 ? [] : ask({ query: 'hintsAbout', money, keys: null });
}
