// What stands under an identity: the facts that no reference has, once they have waited long enough for one. So money
// is never invisible.

import { dayOfDate } from '../domain/calendar.ts';
import type { Claim } from '../domain/fact.ts';
import type { Instant } from '../domain/time.ts';
import type { PaymentState } from './evolve.ts';
import { keptByIdentity } from './identity-words.ts';
import type { CompiledRules } from './rules.ts';

export interface IdentityState {
  readonly state: PaymentState;
  /** When the next fact has waited long enough; Infinity where none waits. */
  readonly nextDeadline: number;
}

export function identityState(
  key: string,
  { claims }: PaymentState,
  rules: CompiledRules,
  asOf: Instant,
): IdentityState {
  const standing: Claim[] = [];
  let nextDeadline = Number.POSITIVE_INFINITY;
  for (const claim of keptByIdentity(key, claims, rules)) {
    const since = timeOf(claim, rules);
    // What has no time does not wait.
    const until = since === null ? asOf : since + rules.grace.resolution;
    if (until <= asOf) standing.push(claim);
    else if (until < nextDeadline) nextDeadline = until;
  }
  return { state: { claims: standing }, nextDeadline };
}

function timeOf({ body, occurred_at }: Claim, { calendar }: CompiledRules): Instant | null {
  return body.type === 'SettlementLineReported' ? calendar.startOf(dayOfDate(body.settlement_date)) : occurred_at;
}
