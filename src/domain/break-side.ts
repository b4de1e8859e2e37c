// Whose the money of a difference is. A difference is what was observed less what was expected; of most breaks less
// than expected is missing, but a fee that is too high is missing to us as well.

import { REASONS, type ReasonCode } from './reasons.ts';

/** `under`: money is missing. `over`: there is too much of it. `other`: it has no direction, as a conflict. */
export type BreakSide = 'over' | 'under' | 'other';

/** Of what is taken from us, more than expected is missing. */
const TAKEN: ReadonlySet<ReasonCode> = new Set<ReasonCode>(['FEE_VARIANCE', 'FEE_MISSING']);

export function sideOf(reason: ReasonCode, difference: string | null): BreakSide {
  if (difference === null || REASONS[reason].unit !== 'money' || !/[1-9]/.test(difference)) return 'other';
  return difference.startsWith('-') === TAKEN.has(reason) ? 'over' : 'under';
}
