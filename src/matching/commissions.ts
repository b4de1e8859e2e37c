// The commission of a marketplace on a merchant's sales, by agreed schedules: those of fees, with a merchant.

import { type CompiledFee, chooseFee, compileFee, expectedFee, type FeeQuestion } from './fees.ts';
import type { CommissionRule } from './rule-forms.ts';

export interface CompiledCommission {
  /** Undefined for every merchant. */
  readonly merchant: string | undefined;
  readonly schedule: CompiledFee;
}

/** The values that select a schedule. `gross` is what the commission is taken of, in minor units. */
export interface CommissionQuestion extends Pick<FeeQuestion, 'currency' | 'gross' | 'day'> {
  readonly merchant: string;
}

export function compileCommission({ merchant, ...schedule }: CommissionRule): CompiledCommission {
  const compiled = compileFee({ ...schedule, tolerance: '0', borne_by: 'merchant' });
  const specificity = compiled.specificity + (merchant === undefined ? 0 : 1);
  return { merchant, schedule: { ...compiled, specificity } };
}

/** In minor units; 0 where no schedule fits. */
export function commissionOn(commissions: readonly CompiledCommission[], question: CommissionQuestion): bigint {
  const { merchant, ...about } = question;
  const own = commissions.filter((commission) => commission.merchant === undefined || commission.merchant === merchant);
  const schedules = own.map(({ schedule }) => schedule);
  const schedule = chooseFee(schedules, { ...about, provider: '', country: null, operator: null });
  return schedule === undefined ? 0n : expectedFee(schedule, about.gross, about.currency);
}
