// What the API answers of statements and of closed days, as far as the page reads it.

import type { Actor, Proposal } from './types.ts';

export interface Figure {
  readonly line: string;
  readonly sign: '+' | '-';
  readonly value: string;
}

export interface Explained {
  readonly line: string;
  readonly side: 'under' | 'over';
  readonly count: number;
  readonly value: string;
  readonly ages: readonly number[];
}

export interface Statement {
  readonly merchant: string;
  readonly provider: string;
  readonly currency: string;
  readonly gateway: { readonly opening: string; readonly moves: readonly Figure[]; readonly closing: string };
  readonly bridge: {
    readonly begins: readonly Figure[];
    readonly difference: string;
    readonly agreed: readonly Figure[];
    readonly explained: readonly Explained[];
  };
  readonly clearing: readonly Figure[];
  /** What moved on closed days, and came later. */
  readonly late?: readonly { readonly what: string; readonly sign: '+' | '-'; readonly value: string }[];
  readonly closed?: { readonly sha256: string; readonly by: Actor; readonly approved: Actor } | null;
  readonly residual: string;
  readonly residual_keys: readonly string[];
}

export interface DayStatements {
  readonly day: string;
  readonly zone: string;
  readonly as_of: string;
  readonly over: boolean;
  readonly statements: readonly Statement[];
}

export interface StatementLines {
  readonly day: string;
  readonly line: string;
  readonly sums: readonly { readonly currency: string; readonly sum: string }[];
  readonly rows: readonly {
    readonly merchant: string;
    readonly provider: string;
    readonly currency: string;
    readonly key: string;
    readonly fact: string;
    readonly amount: string;
    /** Where it is left of a key; null of what moved, and of balances. */
    readonly account: 'orders' | 'gateway' | null;
    /** The file that the fact is from, and its row there. */
    readonly import: number | null;
    readonly row: number | null;
    readonly entries: readonly string[];
  }[];
  readonly next: string | null;
}

export interface CloseProposal {
  readonly id: string;
  readonly day: string;
  readonly merchant: string;
  readonly content: string;
  readonly state: Proposal['state'];
  readonly statements: readonly { readonly provider: string; readonly currency: string; readonly closing: string }[];
  readonly overruled: readonly string[];
  readonly by: Actor;
  readonly approved: Actor | null;
  readonly rejected: Actor | null;
}

export interface PeriodDay {
  readonly day: string;
  readonly state: 'open' | 'over' | 'proposed' | 'closed' | 'before';
  readonly unmet: readonly string[] | null;
  readonly proposals: readonly CloseProposal[];
}

/** What came about closed days after they were closed. */
export interface LateFacts {
  readonly is_whole: boolean;
  readonly late: readonly LateGroup[];
}

export interface LateGroup {
  readonly day: string;
  readonly merchant: string;
  readonly booked_on: string;
  readonly count: number;
  /** What they moved; null where they are very many. */
  readonly moved: readonly { readonly what: string; readonly currency: string; readonly amount: string }[] | null;
  readonly facts: readonly { readonly key: string; readonly fact: string; readonly received_at: string }[];
}

export interface Periods {
  readonly zone: string;
  readonly merchant: string;
  readonly next: string | null;
  readonly days: readonly PeriodDay[];
}
