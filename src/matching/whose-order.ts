// Findings on whose order and whose payment it is: what others claim too, and what only others may claim.

import type { Standing } from '../domain/assessment.ts';
import type { Claim, OrderPlaced } from '../domain/fact.ts';
import { earlier, earliest, type Instant, later } from '../domain/time.ts';
import { type Claims, latestOf, nameOf, sortClaims } from './claims.ts';
import type { Findings } from './findings.ts';
import { claimTime } from './lines.ts';
import { merchantsOfParts } from './order-parts.ts';
import type { Order } from './orders.ts';
import type { CompiledRules } from './rules.ts';
import type { Lost, Sharing } from './shared-payments.ts';
import type { Heard } from './speakers.ts';

interface Spoken {
  readonly heard: Heard;
  readonly claims: Claims;
  readonly order: Order | undefined;
  readonly rules: CompiledRules;
  readonly sharing: Sharing;
}

/**
 * Names each account that spoke about an order of a merchant that is not its own. What it said counts for nothing, so
 * the stage stands where it would without it: otherwise an account could stop the orders of all others.
 */
export function tellForeign(found: Findings, { heard, claims, order, rules, sharing }: Spoken): void {
  const { foreign } = heard;
  if (foreign.length === 0) return;
  const merchants = heard.merchants.length > 0 ? heard.merchants : merchantsOfParts(sharing.parts);
  const placedAt = order?.placedAt ?? earliest(statedLast(claims.orders, merchants).map(({ body }) => body.placed_at));
  const since = new Map<string, Instant | null>();
  for (const { source, claim } of foreign) {
    since.set(source, earlier(since.get(source) ?? null, claimTime(claim, rules.calendar)));
  }
  for (const [source, at] of [...since].sort(([left], [right]) => (left < right ? -1 : 1))) {
    const openedAt = at === null ? null : later(at, placedAt);
    found.aside('FOREIGN_ACCOUNT', { subject: source, openedAt }, merchants.join(', '), source);
  }
}

/** What each merchant said last of its order; what it said before no longer holds. */
function statedLast(orders: readonly Claim<OrderPlaced>[], merchants: readonly string[]): Claim<OrderPlaced>[] {
  return merchants.flatMap((merchant) => latestOf(orders.filter((claim) => claim.merchant === merchant)));
}

/** Names the reference at which money counts that was claimed here too. Returns whether there is any. */
export function tellShared(found: Findings, lost: readonly Lost[], order: Order, rules: CompiledRules): boolean {
  let isShared = false;
  for (const { holder, claims } of lost) {
    const { observations, paymentLines } = sortClaims(claims);
    // What went back of it is told there.
    if (observations.length + paymentLines.length === 0) continue;
    const since = earliest([...observations, ...paymentLines].map((claim) => claimTime(claim, rules.calendar)));
    const openedAt = since === null ? null : later(since, order.placedAt);
    found.texts('PAYMENT_SHARED', { subject: nameOf(observations, paymentLines), openedAt }, null, holder, null);
    isShared = true;
  }
  return isShared;
}

/** Says nothing else: what any other sentence advises may be about the other shop's order. */
export function tellMerchants(
  found: Findings,
  orders: readonly Claim<OrderPlaced>[],
  merchants: readonly string[],
): Standing {
  const [first, ...others] = merchants;
  const since = merchants.map((merchant) => {
    return earliest(orders.map((claim) => (claim.merchant === merchant ? claim.body.placed_at : null)));
  });
  const [, second] = since.filter((at) => at !== null).sort((left, right) => left - right);
  found.texts('REFERENCE_SHARED', { subject: '', openedAt: second ?? null }, first!, others.join(', '), null);
  return 'unmatched';
}
