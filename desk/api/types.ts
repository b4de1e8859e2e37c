// What the API answers, as far as the page reads it. docs/service.md and /docs have all of it.

import type { Cause, ResolutionKind, WaitingOn } from '../../src/domain/decision.ts';
import type { Sign } from '../../src/domain/hints.ts';
import type { Language } from '../../src/domain/language.ts';
import type { ReasonCode, Stage } from '../../src/domain/reasons.ts';
import type { Facet } from '../state/case-query.ts';
import type { Versioned } from './client.ts';

export type Role = 'operator' | 'approver' | 'auditor' | 'admin';
export type CaseState = 'new' | 'assigned' | 'proposed' | 'awaiting_approval' | 'stale' | 'reopened' | 'resolved';
export type RefundSign = 'waiting' | 'sent' | 'succeeded' | 'failed' | 'unclear';
export type CaseEnd = 'returned_to_customer';
export type Message = Readonly<Record<Language, string>>;

export interface Grant {
  readonly role: Role;
  readonly merchant: string;
}

export interface Me {
  readonly person: {
    readonly id: string;
    readonly name: string;
    readonly mail: string | null;
    readonly language: Language;
    readonly zone: string;
  };
  readonly roles: readonly Grant[];
  readonly sign_in: 'password' | 'issuer';
  readonly session_ends_at: string;
}

export interface Colleague {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly disabled: boolean;
}

export interface DeskState {
  readonly as_of: string;
  readonly now: string;
  readonly zone: string;
  readonly thresholds: Readonly<Record<string, string>>;
  readonly always: readonly ReasonCode[];
  readonly people: readonly Colleague[];
}

export interface ListedCase {
  readonly id: string;
  readonly key: string;
  readonly merchant: string;
  readonly provider: string;
  readonly operator: string | null;
  readonly stage: Stage;
  readonly reason: ReasonCode;
  readonly subject: string;
  readonly message: Message;
  readonly expected: string | null;
  readonly observed: string | null;
  readonly difference: string | null;
  readonly currency: string | null;
  readonly value: readonly { readonly currency: string; readonly amount: string }[];
  readonly opened_at: string | null;
  readonly age: number | null;
  readonly status: CaseState;
  /** What became of its refund; null where there is none. */
  readonly refund: RefundSign | null;
  readonly resolution: ReasonCode | null;
  readonly owner: string | null;
  readonly team: string | null;
  readonly due_at: string | null;
  readonly waiting_on: WaitingOn | null;
  readonly notes: number;
  readonly finding: string;
  readonly entry: string;
  /** That of the whole case, for what is done with it. */
  readonly version: string;
}

export interface Counted {
  readonly value: string;
  readonly count: number;
}

export interface CasesPage {
  readonly cases: readonly ListedCase[];
  readonly total: number;
  readonly value: readonly {
    readonly currency: string;
    readonly over: string;
    readonly under: string;
    readonly other: string;
  }[];
  readonly facets: Readonly<Record<Facet, readonly Counted[]>>;
  readonly search: 'reference' | 'id' | 'contains' | null;
  readonly next: string | null;
}

export interface Actor {
  readonly person: string;
  readonly via: string;
  readonly at: string;
  readonly text: string | null;
}

export type RefundState = 'waiting' | 'held' | 'asked' | 'unclear' | 'sent' | 'failed' | 'stopped';

export interface Proposal {
  readonly id: string;
  readonly case: string;
  readonly content: string;
  readonly state: 'stale' | 'invalid' | 'rejected' | 'awaiting_approval' | 'effective' | 'settled_by_evidence';
  readonly needs_approval: boolean;
  readonly kind: ResolutionKind;
  readonly cause: Cause;
  readonly finding: string;
  readonly amount: string | null;
  readonly currency: string | null;
  /** Of a link: the orders that the money was paid for. */
  readonly to?: readonly { readonly reference: string; readonly merchant: string; readonly amount: string }[];
  /** Of a refund: what became of it; null where the service knows nothing of it. */
  readonly refund?: { readonly state: RefundState; readonly code: string | null; readonly at: string } | null;
  readonly by: Actor;
  readonly approved: Actor | null;
  readonly rejected: Actor | null;
}

export interface DecidedValue {
  readonly field: string;
  readonly value: string | null;
  readonly unit: 'money' | 'word' | 'time';
  readonly currency: string | null;
  readonly ground: string;
  readonly by: readonly string[];
}

export interface Claim {
  readonly id: string;
  readonly topic: string;
  readonly provider: string;
  readonly account: string | null;
  readonly occurred_at: string | null;
  readonly forwarded: boolean;
  readonly unsigned: boolean;
  /** Of the file that said it. */
  readonly import: number | null;
  /** Its row there; null where it was not asked for. */
  readonly row: number | null;
  readonly body: Readonly<Record<string, string | null | boolean | Readonly<Record<string, string>>>>;
}

export interface Transaction {
  readonly transaction_reference: string;
  readonly merchant: string;
  readonly provider: string;
  readonly as_of: string;
  readonly standing: string;
  readonly stages: { readonly payment: string; readonly settlement: string };
  readonly amounts: Readonly<
    Record<'order_amount' | 'paid' | 'returned' | 'settled' | 'fee' | 'currency', string | null>
  >;
  readonly paid_at: string | null;
  readonly settled_on: string | null;
  readonly findings: readonly {
    readonly reason: ReasonCode | null;
    readonly subject: string;
    readonly observed: string | null;
    readonly currency: string | null;
    readonly message: Message;
  }[];
  readonly decided: readonly {
    readonly subject: 'order' | 'payment';
    readonly name: string;
    readonly decisions: readonly DecidedValue[];
  }[];
  readonly claims: readonly Claim[];
}

export interface Happening {
  readonly at: string | null;
  readonly what: 'fact' | 'entry' | 'assignment' | 'note' | 'proposal' | 'approval' | 'rejection' | 'settled';
  readonly id: string;
  readonly by: string | null;
  readonly text: string | null;
  /** The entry that replaced an entry. */
  readonly replaced_by: string | null;
  readonly attachments: readonly Attachment[];
}

export interface Attachment {
  readonly sha256: string;
  readonly size: number;
  readonly media: string;
}

export interface Suggestion {
  readonly name: string;
  readonly signs: readonly Sign[];
  readonly same_amount?: boolean;
  readonly same_phone?: boolean;
  readonly same_reference?: boolean;
  readonly minutes_apart?: number | null;
}

export interface WholeCase extends Versioned {
  readonly case: ListedCase | null;
  /** The id of the case that stands for it now, where that is another one. */
  readonly standing: string | null;
  /** Why it is gone, where that is known. */
  readonly end: CaseEnd | null;
  readonly suggestions: {
    readonly named: readonly Suggestion[];
    readonly others: number;
  };
  readonly transaction: Transaction | null;
  readonly proposals: readonly Proposal[];
  /** What the makers of stale proposals read. */
  readonly stale: readonly FindingRead[];
  readonly timeline: readonly Happening[];
}

export interface FindingRead extends Pick<ListedCase, 'reason' | 'expected' | 'observed' | 'difference' | 'currency'> {
  readonly proposal: string;
  /** The ids of the facts that changed it since. */
  readonly changed_by: readonly string[];
}

/** A proposal whose break evidence ended before anybody answered it. */
export interface SettledProposal
  extends Pick<ListedCase, 'key' | 'merchant' | 'provider' | 'reason' | 'difference' | 'currency'> {
  readonly proposal: Proposal;
  readonly end: CaseEnd | null;
  readonly entry: string;
  readonly at: string;
}

export interface AwaitingPage {
  readonly proposals: readonly {
    readonly case: ListedCase;
    readonly proposal: Proposal;
    /** What the maker of a stale one read; null where it is not found. */
    readonly read: FindingRead | null;
  }[];
  /** The latest first, where they are asked for. */
  readonly settled: readonly SettledProposal[];
  readonly total: number;
  readonly next: string | null;
}

/** Where a key stands, and what counts of its money. */
export interface Stand {
  readonly stages: Readonly<Partial<Record<Stage, string>>>;
  readonly order_amount: string | null;
  readonly currency: string | null;
  readonly counted: string | null;
  /** What the order still needs; below zero where it has too much. */
  readonly left: string | null;
  readonly findings: readonly { readonly reason: ReasonCode; readonly difference: string | null }[];
}

export interface TriedKey {
  readonly key: string;
  readonly before: Stand;
  readonly after: Stand;
}

/** What would stand once a proposal holds. */
export interface Trial {
  readonly state: Proposal['state'];
  readonly needs_approval: boolean;
  readonly keys: readonly TriedKey[];
}
