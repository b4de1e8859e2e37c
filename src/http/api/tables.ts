// What the API remembers between requests, as ports: the service stores it in its database. What a method adds is on
// disk when the method returns or resolves.

import type { Reject } from '../../domain/errors.ts';
import type { Instant } from '../../domain/time.ts';
import type { OnReject } from '../ledger-port.ts';
import type { CallTrail } from './call-trail.ts';

export interface ApiTables {
  readonly payments: AskedPayments;
  readonly refunds: AskedRefunds;
  readonly rejects: ImportRejects;
  readonly answers: AnswerStore;
  readonly trail: CallTrail;
}

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

export interface RejectPage {
  readonly rejects: readonly Reject[];
  /** The number of the last one. */
  readonly last: number;
  readonly more: boolean;
}

/** The rejects of imported files. */
export interface ImportRejects {
  /** Stores the rejects of an import while it runs, however it ends. */
  collect<Result>(run: (onReject: OnReject) => Promise<Result>): Promise<Result>;
  /** The rejects after a number. */
  page(importId: number, after: number, limit: number): RejectPage;
}

/** An answer as it was sent, so that the same bytes can be sent again. */
export interface KeptAnswer {
  readonly status: number;
  readonly body: string;
}

/** Answers to requests that a client may repeat, each at its place for 48 hours. */
export interface AnswerStore {
  find(place: string): (KeptAnswer & { readonly fingerprint: string }) | undefined;
  keep(place: string, fingerprint: string, answer: KeptAnswer): Promise<void>;
}
