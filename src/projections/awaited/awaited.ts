// Which payments are awaited: those of which the final word is still to come, so that it is worth asking the gateway.

import type { Claim } from '../../domain/fact.ts';
import type { Instant } from '../../domain/time.ts';
import { openCase } from '../../matching/assess.ts';
import { isFinal } from '../../matching/evidence.ts';
import type { Payment } from '../../matching/payments.ts';
import type { CompiledRules } from '../../matching/rules.ts';

/**
 * Whether a key's claims leave something to ask: an attempt without a final word, also where its order is closed by
 * now, since the money may have moved in time; an order that the shop counts as paid, and no money; an open order of
 * which nothing was heard. Pure.
 */
export function isAwaited(claims: readonly Claim[], rules: CompiledRules, asOf: Instant): boolean {
  const { order, payments } = openCase({ claims }, rules);
  if (payments.some(isOpen)) return true;
  if (order === undefined || payments.some(({ succeeded }) => succeeded)) return false;
  // Only an order that counts as paid never expires.
  if (order.expiresAt === null) return true;
  return order.status !== 'cancelled' && asOf < order.expiresAt && payments.length === 0;
}

function isOpen({ told, succeeded }: Payment): boolean {
  return told !== null && !succeeded && !isFinal(told);
}
