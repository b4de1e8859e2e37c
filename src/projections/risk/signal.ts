// Signals of risk: what about an order is worth a look by a person. They are shown, and decide nothing.

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
  /** How many orders of the shop came together in one window, this one among them; null where it is about one order. */
  readonly count: number | null;
  /** What was seen: the count, the country of the phone, or the amount with its currency. */
  readonly observed: string;
  /** What it is held against: the count, the country of the order or operator, or the amount of review. */
  readonly threshold: string;
  /** The rules' own text of the window, such as `PT24H`; null where there is none. */
  readonly window: string | null;
  /** When the first of these orders was placed. */
  readonly since: Instant;
  /** How many other orders are meant. */
  readonly others: number;
}

/** An order with its signals. */
export interface OrderSignals {
  readonly merchant: string;
  readonly transaction_reference: string;
  readonly signals: readonly RiskSignal[];
}
