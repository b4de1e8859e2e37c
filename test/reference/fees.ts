// The fee that the rules expect of a payment, as the reference computes it: with fractions, rounded once.

import type { Heard, Line, Word } from './claims.ts';
import { dayOfDate } from './days.ts';
import type { Schedule, Terms } from './terms.ts';
import { type Exact, exact, floor, halfUp, isLess, major, plus, times } from './values.ts';

interface Charged {
  readonly amount: { readonly gross: bigint; readonly currency: string };
  readonly words: readonly Word[];
  readonly lines: readonly Line[];
  /** The time of success; null where none is known. */
  readonly at: number | null;
}

export interface Scheduled {
  readonly minor: bigint;
  readonly tolerance: bigint;
  readonly borneBy: 'merchant' | 'payer';
}

/** The most specific schedule that fits; of several, the last listed. */
export function scheduledFee(payment: Charged, heard: Heard, terms: Terms): Scheduled | null {
  const fitting = terms.fees.filter((schedule) => fits(schedule, payment, heard, terms));
  const most = Math.max(...fitting.map(specifics));
  const schedule = fitting.filter((each) => specifics(each) === most).at(-1);
  if (schedule === undefined) return null;
  const { gross, currency } = payment.amount;
  const fee = feeOf(schedule, major(gross, currency));
  return {
    minor: halfUp(fee, currency),
    tolerance: floor(exact(schedule.tolerance ?? '0'), currency),
    borneBy: schedule.borne_by === 'payer' ? 'payer' : 'merchant',
  };
}

/** Provider, currency, country, operator, amount band, validity: one point each. */
function specifics(schedule: Schedule): number {
  const { provider, currency, country, operator, amount_from, amount_to, valid_from, valid_to } = schedule;
  const narrowing = [provider, currency, country, operator, amount_from ?? amount_to, valid_from ?? valid_to];
  return narrowing.filter((part) => part !== undefined).length;
}

function fits(schedule: Schedule, payment: Charged, heard: Heard, terms: Terms): boolean {
  const { gross, currency } = payment.amount;
  const value = major(gross, currency);
  const claims = [...payment.words, ...payment.lines];
  const operators = [...payment.words.map(({ body }) => body.operator), heard.order?.body.operator ?? null];
  const operator = operators.find((each) => each !== null) ?? null;
  const day = payment.at === null ? null : terms.days.dayOf(payment.at);
  const { amount_from, amount_to, valid_from, valid_to } = schedule;
  if (schedule.provider !== undefined && schedule.provider !== claims[0]!.provider) return false;
  if (schedule.currency !== undefined && schedule.currency !== currency) return false;
  if (schedule.country !== undefined && schedule.country !== heard.order?.body.country) return false;
  if (schedule.operator !== undefined && schedule.operator !== operator) return false;
  if (amount_from !== undefined && isLess(value, exact(amount_from))) return false;
  if (amount_to !== undefined && !isLess(value, exact(amount_to))) return false;
  if (valid_from !== undefined && (day === null || day < dayOfDate(valid_from))) return false;
  if (valid_to !== undefined && (day === null || day >= dayOfDate(valid_to))) return false;
  return true;
}

/** clamp(flat + percent x gross, min, max) x (1 + VAT). */
function feeOf({ percent = '0', flat = '0', min, max, vat = '0' }: Schedule, gross: Exact): Exact {
  let fee = plus(exact(flat), times(gross, hundredth(percent)));
  if (min !== undefined && isLess(fee, exact(min))) fee = exact(min);
  if (max !== undefined && isLess(exact(max), fee)) fee = exact(max);
  return times(fee, plus(exact('1'), hundredth(vat)));
}

export const hundredth = (text: string): Exact => times(exact(text), { num: 1n, den: 100n });
