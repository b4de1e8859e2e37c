// Work on many cases at once, as it is stored: a batch, and a row for each case. The service keeps both in its database
// before anybody is answered, so that a batch which was begun is finished, also after a crash.

import type {
  Attachment,
  BulkKind,
  CaseAssigned,
  Cause,
  DeciderRole,
  DecisionVia,
  ProposalName,
} from '../../domain/decision.ts';
import type { Instant } from '../../domain/time.ts';

export const ACTS = ['assign', 'note', 'propose', 'approve', 'reject'] as const;

export interface AssignAct extends Pick<CaseAssigned, 'owner' | 'due_at' | 'waiting_on'> {
  readonly act: 'assign';
}

export interface NoteAct {
  readonly act: 'note';
  /** The hash of the text. */
  readonly text: string;
  readonly attachments: readonly Attachment[];
}

/** The order that money of several keys is linked to, as it was when it was looked at. */
export interface LinkOrder {
  readonly reference: string;
  readonly merchant: string;
  readonly currency: string;
}

interface Ending {
  readonly kind: BulkKind;
  readonly cause: Cause;
  /** Of links, and only of them: one order, so that no money has to be divided. */
  readonly to?: LinkOrder;
  readonly text: string | null;
}

/** How each case ends; an amount is that of its finding. */
export interface ProposeAct extends Ending {
  readonly act: 'propose';
}

/** The answer to what waits of one kind and one cause, and of links of one order. */
export interface AnswerAct extends Ending {
  readonly act: 'approve' | 'reject';
}

/** Takes back what another batch did. */
export interface WithdrawAct {
  readonly act: 'withdraw';
  readonly batch: string;
  readonly of: (typeof ACTS)[number] | null;
}

export type Act = AssignAct | NoteAct | ProposeAct | AnswerAct | WithdrawAct;

/** Of a row that names no case which its maker may see: it is shown to him alone. No merchant has this name. */
export const NO_MERCHANT = ' ';

/** What a batch is about, row by row: as it was seen by the one who asked for it. */
export interface GivenRow {
  readonly case: string;
  readonly merchant: string;
  /** The fingerprint of the finding that was seen; null where the act is about the case, whatever it comes to. */
  readonly seen: string | null;
  /** The proposal that was read. */
  readonly proposal: ProposalName | null;
  /** Of a workbook: what its row says, and where it stands. */
  readonly act: Act | null;
  readonly line: number | null;
  /** Of a withdrawal: the decision that is taken back. */
  readonly decision: string | null;
}

export const ROW_STATUSES = ['waiting', 'done', 'unchanged', 'refused'] as const;
export type RowStatus = (typeof ROW_STATUSES)[number];

/** What became of a row. */
export interface Outcome {
  readonly status: Exclude<RowStatus, 'waiting'>;
  /** A HESABU_ code, and the rest of its sentence; null of what was not refused. */
  readonly code: string | null;
  readonly why: string | null;
  /** The decision that it became. */
  readonly decision: string | null;
}

export interface BatchRow extends Omit<Outcome, 'status'> {
  readonly status: RowStatus;
  /** Its place in the batch, from 1. */
  readonly number: number;
  readonly given: GivenRow;
}

export interface Batch {
  readonly id: string;
  readonly at: Instant;
  /** Who asked for it, with the roles that he had then by merchant. */
  readonly person: string;
  readonly via: DecisionVia;
  readonly roles: Readonly<Record<string, readonly DeciderRole[]>>;
  /** Null of a workbook, each row of which says itself what to do. */
  readonly act: Act | null;
  readonly finished_at: Instant | null;
  /** The batch that takes it back. */
  readonly withdrawn_by: string | null;
}

export interface BatchRowsQuestion {
  readonly batch: string;
  /** Null for all. */
  readonly merchants: readonly string[] | null;
  readonly status?: RowStatus | undefined;
  /** Rows after this number. */
  readonly after: number;
  readonly limit: number;
}

/** What a method changes is on the disk when it returns or resolves. */
export interface BatchStore {
  /** The rows come in pieces, so that others have their turn between; there is no batch before the last is stored. */
  add(
    batch: Omit<Batch, 'finished_at' | 'withdrawn_by'>,
    rows: readonly (GivenRow & Partial<Outcome>)[],
  ): Promise<void>;
  get(id: string): Batch | undefined;
  /** Those of one person, the newest first. */
  of(person: string, limit: number): readonly Batch[];
  rows(question: BatchRowsQuestion): readonly BatchRow[];
  /** How many rows stand where, of these merchants. */
  counts(batch: string, merchants: readonly string[] | null): Readonly<Record<RowStatus, number>>;
  /** The oldest batch that is not finished. */
  unfinished(): Batch | undefined;
  settle(batch: string, outcomes: readonly (Outcome & Pick<BatchRow, 'number'>)[]): Promise<void>;
  finish(batch: string, at: Instant): void;
}

/** Does what is stored, one batch after another. */
export interface BatchWork {
  /** There is a new batch. */
  wake(): void;
}
