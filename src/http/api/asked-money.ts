// Money that gateways were asked for, as ports: the service stores it in its database before it calls them. What a
// method changes is on the disk when it returns.

import type { Instant } from '../../domain/time.ts';

export interface AskedPayment {
  /** The key under which the gateway was called. */
  readonly key: string;
  readonly reference: string;
  /** The account whose gateway was asked, as `provider/account`; null if an earlier version stored none. */
  readonly account: string | null;
  /** That of the request's intent; null if an earlier version stored none. */
  readonly fingerprint: string | null;
  /** The time of the last call. */
  readonly at: Instant;
  /** As it was sent, so that a repeated call sends the same. */
  readonly amount: string;
  /** The gateway's id of the payment; null while it has not answered. */
  readonly transaction_id: string | null;
}

/** Requested payments: while the result of one is unknown, no other is started for its order. */
export interface AskedPayments {
  of(reference: string): readonly AskedPayment[];
  /** A repeated request counts from now. */
  add(payment: Omit<AskedPayment, 'transaction_id'>): void;
  answered(key: string, transactionId: string | null): void;
  /** The gateway did not take it. */
  refused(key: string): void;
}

export interface AskedRefund {
  /** The key under which the gateway was called. */
  readonly key: string;
  readonly reference: string;
  /** The account whose gateway was asked, as `provider/account`; null if an earlier version stored none. */
  readonly account: string | null;
  /** That of the request's intent; null if an earlier version stored none. */
  readonly fingerprint: string | null;
  /** The gateway's id of the payment. */
  readonly payment: string;
  /** A decimal as it was sent, so that a repeated call sends the same. */
  readonly amount: string;
  readonly currency: string;
  /** The gateway's id of the refund; null while it has not answered. */
  readonly transaction_id: string | null;
}

/** Requested refunds: money on its way back is never requested again. */
export interface AskedRefunds {
  of(reference: string): readonly AskedRefund[];
  add(refund: Omit<AskedRefund, 'transaction_id'>): void;
  answered(key: string, transactionId: string | null): void;
  /** The gateway did not take it. */
  refused(key: string): void;
}
