// A scenario: how often it happens, the rows it writes, and the expected result of its key at the end of the week.
// The result follows from how the rows were made. It is never computed by the code that the demo checks.

import type { Standing } from '../../../domain/assessment.ts';
import { isBreak, type ReasonCode } from '../../../domain/reasons.ts';
import type { Store } from './market.ts';
import { isPayerBorne } from './market.ts';
import type { Sale } from './sale.ts';
import { reportDay } from './week.ts';

export interface ExpectedResult {
  readonly standing: Standing;
  /** Breaks and notices, each as often as it must be found. */
  readonly reasons: readonly ReasonCode[];
  /** The key, if it is not the sale's own reference. */
  readonly key?: string;
}

export interface Scenario {
  readonly name: string;
  /** How often it happens, roughly in ten-thousandths: only the proportions matter. */
  readonly weight: number;
  /** The first and last day on which it can start; by default all five. */
  readonly days?: readonly [number, number];
  /** The stores in which it can happen; by default every store whose gateway charges the shop. */
  readonly at?: (store: Store) => boolean;
  readonly write: (sale: Sale) => ExpectedResult;
}

export const anywhere = (): boolean => true;
export const chargesShop = (store: Store): boolean => !isPayerBorne(store.currency);
/** No fee bands, minimum or rounding, and no payout in another currency: parts add up to the whole. */
export const isGhana = (store: Store): boolean => store.currency === 'GHS';
export const isKenya = (store: Store): boolean => store.currency === 'KES';
export const isCfa = (store: Store): boolean => store.currency === 'XOF';
export const isPaidAbroad = (store: Store): boolean => store.payout !== null;
export const isPaidAtHome = (store: Store): boolean => store.payout === null && chargesShop(store);

export function unmatched(...reasons: ReasonCode[]): ExpectedResult {
  return { standing: 'unmatched', reasons };
}

export const CLOSED: ExpectedResult = { standing: 'closed', reasons: [] };
export const PENDING: ExpectedResult = { standing: 'pending', reasons: [] };

/** Matched if the report with the last movement of money came within the week, otherwise pending. */
export function matchedFrom(day: number, ...notices: ReasonCode[]): ExpectedResult {
  if (notices.some(isBreak)) throw new RangeError('a key with a break does not match');
  return { standing: reportDay(day) === undefined ? 'pending' : 'matched', reasons: notices };
}

/** An order without money: closed after its grace period, which the last day's orders are still in. */
export function closedFrom(day: number): ExpectedResult {
  return day < 5 ? CLOSED : PENDING;
}
