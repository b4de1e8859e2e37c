// Money that waits for its order, and what a bank received without a payout's name: what is known of it by itself.

import { dayOfDate } from '../domain/calendar.ts';
import { knownPseudonym } from '../domain/forgotten.ts';
import { isAsking } from '../domain/hints.ts';
import { isPayoutKey } from '../domain/key.ts';
import { minorOf } from '../domain/money.ts';
import type { ReasonCode } from '../domain/reasons.ts';
import type { Instant } from '../domain/time.ts';
import { digestToHex } from '../ledger/digest.ts';
import { readKeyGroup } from '../matching/assess-key.ts';
import type { Payment } from '../matching/payments.ts';
import { readPayout } from '../matching/payouts.ts';
import type { CompiledRules } from '../matching/rules.ts';
import { openFindingsAt } from '../task/overview.ts';
import type { RulesByHash } from '../task/rules-store.ts';
import type { ReconciliationTask } from '../task/task.ts';

/** Of a key with very many payments, so many are held against orders. */
const PARTS_MAX = 1_000;
const DAY_MILLIS = 24 * 3_600_000;

/** An amount in minor units, when it came, and by whose phones: pseudonyms, equal where the phones are. */
export interface MoneyPart {
  readonly amount: bigint;
  readonly currency: string;
  readonly at: Instant | null;
  readonly phones: readonly string[];
}

/** Money that waits for its order or its payout. */
export interface WaitingMoney {
  readonly key: string;
  /** Whose order it was paid for; empty where nobody knows. */
  readonly merchant: string;
  readonly reason: Exclude<ReasonCode, 'PAYMENT_MISSING'>;
  readonly parts: readonly MoneyPart[];
}

/** The money that waits, of some tasks: under these keys, or under all where null. */
export function waitingMoney(
  tasks: readonly ReconciliationTask[],
  rules: RulesByHash,
  keys: readonly string[] | null,
): WaitingMoney[] {
  return tasks.flatMap((task) => {
    if (task.head.height < 0) return [];
    const inForce = rules(digestToHex(task.head.rules_hash));
    const slots = keys === null ? [...task.waiting.asking] : keys.flatMap((key) => task.table.keys.find(key) ?? []);
    return slots.flatMap((slot) => moneyAt(task, slot, inForce));
  });
}

function moneyAt(task: ReconciliationTask, slot: number, rules: CompiledRules): WaitingMoney[] {
  const { table, head } = task;
  const key = table.keys.keyOf(slot);
  const open = openFindingsAt(table, slot, head.partition).find(({ finding: { reason } }) => {
    return isAsking(reason) && reason !== 'PAYMENT_MISSING';
  });
  const { merchant = '', finding } = open ?? {};
  if (isPayoutKey(key)) {
    const parts = readPayout(task.stateAt(slot)).sums.flatMap(({ currency, banked, bankedOn }) => {
      return banked === null ? [] : [{ amount: banked, currency, at: dateTime(bankedOn), phones: [] }];
    });
    return finding === undefined ? [] : [{ key, merchant, reason: 'BANK_UNEXPLAINED', parts }];
  }
  const { order, payments } = readKeyGroup(key, task.stateAt(slot), rules, head.deadlines_to);
  const live = payments.filter(({ succeeded }) => succeeded).slice(0, PARTS_MAX);
  if (order === undefined) {
    // Its order may still come in time, but it may be for another one already.
    return live.length === 0 ? [] : [{ key, merchant, reason: 'ORDER_MISSING', parts: live.flatMap(partOf) }];
  }
  const { reason, currency = null, difference = null } = finding ?? {};
  if (reason !== 'AMOUNT_OVER' || currency === null || difference === null) return [];
  const times = live.flatMap(({ seenAt }) => seenAt ?? []);
  const at = times.length === 0 ? null : Math.max(...times);
  const phones = live.flatMap(phonesOf);
  return [{ key, merchant, reason, parts: [{ amount: minorOf(difference, currency), currency, at, phones }] }];
}

function partOf(payment: Payment): MoneyPart[] {
  const { gross: amount, currency, succeededAt, seenAt } = payment;
  if (amount === null || currency === null) return [];
  return [{ amount, currency, at: succeededAt ?? seenAt, phones: phonesOf(payment) }];
}

function phonesOf({ observations }: Payment): string[] {
  return [...new Set(observations.flatMap(({ body }) => knownPseudonym(body.msisdn) ?? []))];
}

/** A date as a time, to be compared with another. */
export function dateTime(date: string | null): Instant | null {
  return date === null ? null : dayOfDate(date) * DAY_MILLIS;
}
