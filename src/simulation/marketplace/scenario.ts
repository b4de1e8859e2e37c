// What a scenario is: how often it happens, the papers it leaves, and where its key must stand when the week is over.
// The ending follows from how the papers were made. It is never asked of the code that the demo checks.

import type { Standing } from '../../domain/assessment.ts';
import { isBreak, type ReasonCode } from '../../domain/reasons.ts';
import type { Store } from './market.ts';
import { isPayerBorne } from './market.ts';
import type { Sale } from './sale.ts';
import { reportDay } from './week.ts';

export interface Ending {
  readonly standing: Standing;
  /** Breaks and notices, each as often as it is found. */
  readonly reasons: readonly ReasonCode[];
  /** Where it is not the sale's own reference. */
  readonly key?: string;
}

export interface Scenario {
  readonly name: string;
  /** How often it happens, in ten thousandths or so: only the proportions matter. */
  readonly weight: number;
  /** The first and last day on which it may begin; absent for all five. */
  readonly days?: readonly [number, number];
  /** Where it may happen; absent for every store whose gateway charges the shop. */
  readonly at?: (store: Store) => boolean;
  readonly play: (sale: Sale) => Ending;
}

export const anywhere = (): boolean => true;
export const chargesShop = (store: Store): boolean => !isPayerBorne(store.currency);
/** No bands, minimum or rounding of fees, and no payout in another currency: parts add up to the whole. */
export const isGhana = (store: Store): boolean => store.currency === 'GHS';
export const isKenya = (store: Store): boolean => store.currency === 'KES';
export const isCfa = (store: Store): boolean => store.currency === 'XOF';
export const isPaidAbroad = (store: Store): boolean => store.payout !== null;
export const isPaidAtHome = (store: Store): boolean => store.payout === null && chargesShop(store);

export function unmatched(...reasons: ReasonCode[]): Ending {
  return { standing: 'unmatched', reasons };
}

export const CLOSED: Ending = { standing: 'closed', reasons: [] };
export const PENDING: Ending = { standing: 'pending', reasons: [] };

/** Matched, if the report of the day on which the last money moved came within the week; else pending. */
export function matchedFrom(day: number, ...notices: ReasonCode[]): Ending {
  if (notices.some(isBreak)) throw new RangeError('a key with a break does not match');
  return { standing: reportDay(day) === undefined ? 'pending' : 'matched', reasons: notices };
}

/** An order without money: closed once its day of grace is over, which the last day's orders still have. */
export function closedFrom(day: number): Ending {
  return day < 5 ? CLOSED : PENDING;
}
