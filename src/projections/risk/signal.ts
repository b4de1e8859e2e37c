// Risk signals: what makes an order worth a person's review. They are displayed and decide nothing.

import type { Instant } from '../../domain/time.ts';

export const RISK_SIGNALS = [
  'SAME_DEVICE',
  'SAME_IP',
  'SAME_PHONE',
  'PHONE_COUNTRY',
  'NEAR_THRESHOLD',
  'BURST',
] as const;
export type RiskSignalName = (typeof RISK_SIGNALS)[number];

export interface RiskSignal {
  readonly signal: RiskSignalName;
  /** How many orders of the shop share a window, including this one; null for a signal about a single order. */
  readonly count: number | null;
  /** The observed value: the count, the country of the phone, or the amount with its currency. */
  readonly observed: string;
  /** The value compared with: the count, the country of the order or operator, or the review amount. */
  readonly threshold: string;
  /** The window as written in the rules, such as `PT24H`; null if there is none. */
  readonly window: string | null;
  /** When the first of these orders was placed. */
  readonly since: Instant;
  /** The number of other orders. */
  readonly others: number;
}

/** An order with its signals. */
export interface OrderSignals {
  readonly merchant: string;
  readonly transaction_reference: string;
  readonly signals: readonly RiskSignal[];
}
