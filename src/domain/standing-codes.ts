// The numbers by which standings are written: the outcome root is over them. `resolved` came later, after those of
// payouts.

import { STANDINGS, type Standing } from './assessment.ts';

const CODES: Readonly<Record<Standing, number>> = { closed: 0, matched: 1, pending: 2, unmatched: 3, resolved: 8 };
/** A payout's key has one standing only, and so another first number than all others. */
const PAYOUT_CODES: typeof CODES = { closed: 4, matched: 5, pending: 6, unmatched: 7, resolved: 9 };

const BY_CODE = new Map(
  STANDINGS.flatMap((standing) => [
    [CODES[standing], standing],
    [PAYOUT_CODES[standing], standing],
  ]),
);

export function codeOfStanding(standing: Standing): number {
  return CODES[standing];
}

export function payoutCodeOf(standing: Standing): number {
  return PAYOUT_CODES[standing];
}

export function isPayoutCode(code: number): boolean {
  return (code >= PAYOUT_CODES.closed && code <= PAYOUT_CODES.unmatched) || code === PAYOUT_CODES.resolved;
}

/** Throws a RangeError for a number that no standing has. */
export function standingOfCode(code: number): Standing {
  const standing = BY_CODE.get(code);
  if (standing === undefined) throw new RangeError(`there is no standing ${code}`);
  return standing;
}
