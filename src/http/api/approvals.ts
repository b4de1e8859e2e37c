// Requests that wait for a second person, as a port: the service stores them in its database. What a method changes is
// on the disk when it returns.

import type { Instant } from '../../domain/time.ts';
import type { FileKind } from '../../producers/formats/format.ts';
import type { AskedRefund } from './asked-money.ts';

/**
 * `approved`: it was approved, and its effect is not known yet; it is asked for again by approving it again. `failed`:
 * it was approved, and had no effect.
 */
export const APPROVAL_STATUSES = ['waiting', 'approved', 'done', 'failed', 'refused', 'expired'] as const;
export type ApprovalStatus = (typeof APPROVAL_STATUSES)[number];

/** How long a request waits. */
export const APPROVAL_MILLIS = 7 * 86_400_000;

/** A refund as it is asked of the gateway; its amount is held back while it waits. */
export interface WaitingRefund {
  readonly kind: 'refund';
  readonly refund: Omit<AskedRefund, 'transaction_id'>;
  /** For the gateway; forgotten once the request is no longer waiting. */
  readonly reason: string | null;
}

/** A file, which lies in the folder of waiting files under the approval's id. */
export interface WaitingImport {
  readonly kind: 'import';
  readonly file: FileKind;
  readonly name: string;
  readonly provider: string;
  readonly account: string | null;
  readonly expect: string | null;
  /** The mapping's text, and which of those in it is meant. */
  readonly mapping: string | null;
  readonly mapping_name: string | null;
  readonly bytes: number;
  /** Of the file, hex: what is approved is what was looked at. */
  readonly sha256: string;
}

export type WaitingRequest = WaitingRefund | WaitingImport;

/** Who did something: an API key, and its person. */
export interface Actor {
  readonly key: string;
  readonly person: string | null;
}

export interface Decision {
  readonly at: Instant;
  readonly by: Actor;
  readonly why: string | null;
}

export interface Approval {
  /** The id of the request that asks. */
  readonly id: string;
  readonly merchant: string;
  readonly request: WaitingRequest;
  readonly asked_at: Instant;
  readonly asked_by: Actor;
  readonly status: ApprovalStatus;
  readonly decision: Decision | null;
  /** The gateway's id of the refund, the number of the import, or a HESABU_* code. */
  readonly result: string | null;
}

export interface ApprovalQuestion {
  /** Null for all. */
  readonly merchants: readonly string[] | null;
  readonly status?: ApprovalStatus | undefined;
  /** Only those that are older than this one. */
  readonly after?: string | undefined;
  readonly limit: number;
}

export interface Approvals {
  add(approval: Pick<Approval, 'id' | 'merchant' | 'request' | 'asked_at' | 'asked_by'>): void;
  get(id: string): Approval | undefined;
  /** The newest first. */
  page(question: ApprovalQuestion): readonly Approval[];
  /** The refund that has this key of the gateway. */
  ofKey(key: string): Approval | undefined;
  /** The refunds of an order that wait. */
  refundsOf(reference: string): readonly Approval[];
  /** The files that wait. */
  files(): readonly Approval[];
  /** With the refund among those that were asked of gateways: its amount is held back by one of the two at any time. */
  approve(approval: Approval, decision: Decision): void;
  refuse(id: string, decision: Decision): void;
  /** An approved request had its effect. */
  finish(id: string, result: string | null): void;
  /** An approved request had no effect, and will have none; `code` says why. A refund's amount is free again. */
  fail(approval: Approval, code: string): void;
  /** Nothing was begun, and it may be tried again: it waits as before. */
  waitAgain(approval: Approval): void;
  /** Forgets what expired, and what is older than a year; gives the ids of all whose files are still needed. */
  sweep(): readonly string[];
}
