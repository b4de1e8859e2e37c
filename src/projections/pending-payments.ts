// Which payments are pending: their final status is still to come, so it is worth asking the gateway.

import type { Claim } from '../domain/fact.ts';
import type { Instant } from '../domain/time.ts';
import { digestToHex } from '../ledger/digest.ts';
import { readMatchGroup } from '../matching/assess.ts';
import { isFinal } from '../matching/evidence.ts';
import type { Payment } from '../matching/payments.ts';
import type { CompiledRules } from '../matching/rules.ts';
import type { RulesByHash } from '../task/rules-store.ts';
import type { ReconciliationTask } from '../task/task.ts';

/** Money sent at the last moment needs a moment to appear. */
const APPEAR_MILLIS = 60_000;

export interface Awaited {
  readonly isAwaited: boolean;
  /** From this time on one more check is needed, whatever was reported before; null if no order would expire. */
  readonly lastLook: Instant | null;
}

/**
 * Whether a key's claims leave something to ask: an attempt without a final status, also if its order is closed by
 * now, because the money may have moved in time; an order that the shop counts as paid, without money; an open order
 * without any report; an expired order that was not checked since. `askedAt` is the time of the last check. Pure.
 */
export function isAwaited(
  claims: readonly Claim[],
  rules: CompiledRules,
  asOf: Instant,
  askedAt: Instant | null,
): Awaited {
  const { order, payments, sharing } = readMatchGroup({ claims }, rules, asOf);
  // The payer pays the whole: providers know of that, and of no part.
  if (sharing.partOf !== null) return { isAwaited: payments.some(isOpen), lastLook: null };
  const hasOpen = payments.some(isOpen);
  const hasMoney = payments.some(({ succeeded }) => succeeded);
  if (order === undefined || hasMoney) return { isAwaited: hasOpen, lastLook: null };
  // Only an order that counts as paid never expires.
  if (order.expiresAt === null) return { isAwaited: true, lastLook: null };
  if (order.status === 'cancelled') return { isAwaited: hasOpen, lastLook: null };
  const lastLook = order.expiresAt + APPEAR_MILLIS;
  const isSilent = asOf < order.expiresAt && payments.length === 0;
  const isLastLook = asOf >= lastLook && (askedAt === null || askedAt < lastLook);
  return { isAwaited: hasOpen || isSilent || isLastLook, lastLook };
}

export interface AwaitedQuestion {
  readonly reference: string;
  readonly asOf: Instant;
  readonly askedAt: Instant | null;
}

/** The same for the key with this reference, under the rules of the last block; null if there is no such key. */
export function isKeyAwaited(
  tasks: readonly ReconciliationTask[],
  rules: RulesByHash,
  { reference, asOf, askedAt }: AwaitedQuestion,
): Awaited | null {
  for (const task of tasks) {
    const slot = task.table.keys.find(reference);
    // A key may be known from a block that is being made.
    if (slot === undefined || task.head.height < 0) continue;
    const inForce = rules(digestToHex(task.head.rules_hash));
    return isAwaited(task.stateAt(slot).claims, inForce, asOf, askedAt);
  }
  return null;
}

function isOpen({ reportedStatus, succeeded }: Payment): boolean {
  return reportedStatus !== null && !succeeded && !isFinal(reportedStatus);
}
