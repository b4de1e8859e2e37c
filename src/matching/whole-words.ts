// What a whole order tells each of its parts: where the payment stands. Unlike other words it depends on rules and
// time, for a part must not stand otherwise than its whole.

import type { Claim } from '../domain/fact.ts';
import { formatMinor } from '../domain/money.ts';
import type { Instant } from '../domain/time.ts';
import { assess, readMatchGroup } from './assess.ts';
import type { PaymentState } from './evolve.ts';
import { type Told, toldTo } from './handoffs.ts';
import { type OrderPart, partByName, partsIn, type RefusedWhole, type WholeStand } from './order-parts.ts';
import { returnedByPart } from './part-returns.ts';
import type { CompiledRules } from './rules.ts';
import { Words } from './words.ts';

const NOTHING_KNOWN: ReadonlyMap<string, WholeStand | RefusedWhole> = new Map();

/** Under which rules and as of when a key was assessed. */
export interface Terms {
  readonly rules: CompiledRules;
  readonly asOf: Instant;
}

/**
 * What a whole tells its parts. Under rules that have just changed every key is due at no time: what it told before is
 * then not known, and it says all of it again.
 */
export function wholeWords(state: PaymentState, terms: Terms): Words {
  const words = new Words();
  const told = toldTo(state.claims);
  const parts = partsIn(told);
  if (parts.length === 0) return words;
  const isKnown = terms.asOf > Number.NEGATIVE_INFINITY;
  const stands = isKnown ? standsOf(state, told, parts, terms) : NOTHING_KNOWN;
  for (const { reference } of parts) {
    const stand = stands.get(reference);
    if (!isKnown) words.say(reference, 'whole', '');
    else if (stand !== undefined) words.say(reference, 'whole', JSON.stringify(stand));
  }
  return words;
}

function standsOf(state: PaymentState, told: Told, parts: readonly OrderPart[], { rules, asOf }: Terms) {
  const stands = new Map<string, WholeStand | RefusedWhole>();
  const about = readMatchGroup(state, rules, asOf);
  const { whole, sharing } = about;
  if (sharing.partOf !== null) {
    for (const { reference } of parts) stands.set(reference, { of: sharing.partOf.parent });
  }
  // Nobody knows whose order the whole is.
  if (whole === null) return stands;
  const { payment, settlement, findings } = assess(state, rules, asOf);
  const end = findings.find(({ stage, kind, reason }) => stage === 'payment' && kind === 'closed' && reason !== null);
  const { currency } = whole.order;
  const returned = returnedByPart(whole, about, partByName(told, parts));
  for (const { reference, isOwed } of whole.parts) {
    const failed = returned.failed.get(reference);
    stands.set(reference, {
      ...{ payment, settlement, currency, isOwed },
      ...{ isPaid: whole.isPaid, paidAt: whole.paidAt },
      returned: formatMinor(returned.parts.get(reference) ?? 0n, currency),
      ...(failed === undefined ? {} : { failed: formatMinor(failed, currency) }),
      ...(end === undefined ? {} : { ended: { reason: end.reason!, at: end.opened_at } }),
    });
  }
  return stands;
}

/** Whether a key has told parts anything, or has to. */
export function isWhole(claims: readonly Claim[]): boolean {
  for (const { body } of claims) if (body.type === 'Handoff' && body.word === 'belongs') return true;
  return false;
}
