// What the API remembers of requests between one and the next, as ports: the service keeps them in its database. What
// a method adds is on the disk when it returns or resolves.

import type { Reject } from '../../domain/errors.ts';
import type { Instant } from '../../domain/time.ts';
import type { OnReject } from '../ledger-port.ts';

export interface ApiTables {
  readonly payments: AskedPayments;
  readonly refunds: AskedRefunds;
  readonly rejects: ImportRejects;
  readonly answers: AnswerStore;
}

export interface AskedPayment {
  /** The key under which the gateway was asked. */
  readonly key: string;
  readonly reference: string;
  /** When it was asked last. */
  readonly at: Instant;
  /** As it was sent, so that the same is sent again. */
  readonly amount: string;
  /** The gateway's id of the payment; null while it has not answered. */
  readonly transaction_id: string | null;
}

/** Payments that were asked for: while nobody knows what became of one, no other is started for its order. */
export interface AskedPayments {
  of(reference: string): readonly AskedPayment[];
  /** One that is asked for again counts from now. */
  add(payment: Omit<AskedPayment, 'transaction_id'>): void;
  answered(key: string, transactionId: string | null): void;
  /** Nothing came of it. */
  refused(key: string): void;
}

export interface AskedRefund {
  /** The key under which the gateway was asked. */
  readonly key: string;
  readonly reference: string;
  /** The gateway's id of the payment. */
  readonly payment: string;
  /** A decimal as it was sent, so that the same is sent again. */
  readonly amount: string;
  readonly currency: string;
  /** The gateway's id of the refund; null while it has not answered. */
  readonly transaction_id: string | null;
}

/** Refunds that were asked for: what is on its way back is never asked for again. */
export interface AskedRefunds {
  of(reference: string): readonly AskedRefund[];
  add(refund: Omit<AskedRefund, 'transaction_id'>): void;
  answered(key: string, transactionId: string | null): void;
  /** Nothing came of it. */
  refused(key: string): void;
}

export interface RejectPage {
  readonly rejects: readonly Reject[];
  /** The number of the last of them. */
  readonly last: number;
  readonly more: boolean;
}

/** The rows of imported files that were not taken. */
export interface ImportRejects {
  /** Keeps what an import tells while it runs, however it ends. */
  collect<Result>(run: (onReject: OnReject) => Promise<Result>): Promise<Result>;
  /** The rejects after a number. */
  page(importId: number, after: number, limit: number): RejectPage;
}

/** An answer as it was sent, so that the same bytes can be sent again. */
export interface KeptAnswer {
  readonly status: number;
  readonly body: string;
}

/** Answers to requests that a client may send again, each under the client's key for 48 hours. */
export interface AnswerStore {
  find(key: string): (KeptAnswer & { readonly fingerprint: string }) | undefined;
  keep(key: string, fingerprint: string, answer: KeptAnswer): Promise<void>;
}
