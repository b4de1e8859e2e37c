// Asks for hints in two questions, because money and what it may be for lie in different partitions.

import type { Finding } from '../domain/assessment.ts';
import { type HintsByReason, isAsking } from '../domain/hints.ts';
import { type AskingKey, hintsOfKey, type MoneyHints } from '../projections/hints.ts';
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

/** The hints about the findings of one key. */
export async function hintsOfFindings(ask: Ask, key: string, findings: readonly Finding[]): Promise<HintsByReason> {
  const reasons = [...new Set(findings.map(({ reason }) => reason))];
  const hints = await hintsFor(
    ask,
    reasons.map((reason) => ({ key, reason })),
  );
  return hintsOfKey(hints, key, reasons);
}

/** Which of these orders are named by the hints about any money. */
export async function ordersForMoney(ask: Ask, references: readonly string[]): Promise<ReadonlySet<string>> {
  const money = await ask({ query: 'waitingMoney', keys: null });
  if (money.length === 0) return new Set();
  // Nearly always nothing fits any of them. Otherwise it takes all orders to know which few are named.
  const among = await ask({ query: 'hintsAbout', money, keys: references });
  const fitting = new Set(among.map((one) => one.money.key));
  if (fitting.size === 0) return new Set();
  const hints = await ask({ query: 'hintsAbout', money: money.filter(({ key }) => fitting.has(key)), keys: null });
  const named = new Set(hints.flatMap(({ candidates }) => candidates.map(({ key }) => key)));
  return new Set(references.filter((reference) => named.has(reference)));
}
