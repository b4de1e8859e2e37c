// What the API remembers between requests, as ports: the service stores it in its database. What a method adds is on
// disk when the method returns or resolves.

import type { Reject } from '../../domain/errors.ts';
import type { SessionTable } from '../access/sessions.ts';
import type { OnReject } from '../ledger-port.ts';
import type { Approvals } from './approvals.ts';
import type { AskedPayments, AskedRefunds } from './asked-money.ts';
import type { Attachments } from './attachments.ts';
import type { BatchStore } from './batch.ts';
import type { CallTrail } from './call-trail.ts';
import type { RefundProposals } from './refund-proposals.ts';
import type { SavedViews } from './saved-views.ts';

export interface ApiTables {
  readonly payments: AskedPayments;
  readonly refunds: AskedRefunds;
  readonly refundProposals: RefundProposals;
  readonly rejects: ImportRejects;
  readonly answers: AnswerStore;
  readonly trail: CallTrail;
  readonly approvals: Approvals;
  readonly attachments: Attachments;
  readonly batches: BatchStore;
  readonly views: SavedViews;
  readonly sessions: SessionTable;
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
