// The words in which examples of fees are told.

import { callback, given, line, order, t } from './given.ts';

export const later = t('9 00:00');
export const both = { payment: 'matched', settlement: 'matched' } as const;
export const open = { payment: 'matched', settlement: 'unmatched' } as const;
type Schedule = Readonly<Record<string, string>>;
/** Rules of these schedules, for the provider and currency of the examples unless they say otherwise. */
export const rulesOf = (...fees: readonly Schedule[]) => ({
  fees: fees.map((fee) => ({ provider: 'mfs-africa', currency: 'KES', ...fee })),
});

/** A settled payment of this gross with this fee on its line. */
export const settled = (gross: string, fee: string | null, currency = 'KES') =>
  given(order({ amount: gross, currency }), callback({ amount: gross, currency }), line({ gross, fee, currency }));

/** Shows that `expected` is the fee of `gross`: it agrees, and one that is no fee at all differs from it. */
export function feeIs(expected: string, gross: string, rules: unknown, currency = 'KES'): void {
  settled(gross, expected, currency).at(later, rules).shows(both);
  settled(gross, '9999', currency)
    .at(later, rules)
    .shows({ ...open, found: [{ reason: 'FEE_VARIANCE', expected }] });
}
