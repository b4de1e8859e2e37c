// What a case may be about, for the person who looks at it: the few that hints name, each with plain signs, yes or no,
// and no score. Nothing follows from one.

import type { Hint } from '../../domain/hints.ts';
import type { ReasonCode } from '../../domain/reasons.ts';
import { type Candidate, hintsByKey, type MoneyHints, nameOf } from '../hints.ts';

const MINUTE_MILLIS = 60_000;

interface Suggestion extends Hint {
  readonly same_amount: boolean;
  readonly same_phone: boolean;
  /** The reference or the order number, written another way. */
  readonly same_reference: boolean;
  /** Between the order and the payment; null where one has no time. */
  readonly minutes_apart: number | null;
}

export interface Suggestions {
  readonly named: readonly Suggestion[];
  readonly others: number;
}

/** Null `merchants` see all; others see only what is theirs. */
export function suggestionsOf(
  hints: readonly MoneyHints[],
  merchants: readonly string[] | null,
  { key, reason }: { readonly key: string; readonly reason: ReasonCode },
): Suggestions {
  const { named, others } = hintsByKey(hints, merchants)(key, reason);
  const candidates = new Map<string, Candidate>();
  for (const { money, candidates: fitting } of hints) {
    for (const candidate of fitting) {
      if (candidate.key === key) candidates.set(money.key, candidate);
      if (money.key === key) candidates.set(nameOf(candidate.key), candidate);
    }
  }
  return { named: named.map((hint) => suggestionOf(hint, candidates.get(hint.name)!)), others };
}

function suggestionOf(hint: Hint, { same, apart }: Candidate): Suggestion {
  const minutes_apart = apart === Number.MAX_SAFE_INTEGER ? null : Math.floor(apart / MINUTE_MILLIS);
  const { amount: same_amount, phone: same_phone, reference: same_reference } = same;
  return { ...hint, same_amount, same_phone, same_reference, minutes_apart };
}
