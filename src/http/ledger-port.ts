// What the HTTP side needs from the ledger: one port for each purpose. The composition root provides them.

import type { Day } from '../domain/calendar.ts';
import type { ClosedHead } from '../domain/decision.ts';
import type { Reject } from '../domain/errors.ts';
import type { Source } from '../domain/fact.ts';
import type { Instant } from '../domain/time.ts';
import type { Rules } from '../matching/rules.ts';
import type { FactSink } from '../producers/fact-sink.ts';
import type { Expectation } from '../producers/files/expectation.ts';
import type { Mapping } from '../producers/files/mapping.ts';
import type { FileKind } from '../producers/formats/format.ts';
import type { CaseOfKey, NamedCases } from '../projections/cases/case-index.ts';
import type { Caught } from '../projections/cases/case-owners.ts';
import type { AskedPage, CasePage } from '../projections/cases/case-question.ts';
import type { SignOfRefunds } from '../projections/cases/case-refunds.ts';
import type { Attached } from '../projections/cases/case-talk.ts';
import type { AskedCase } from '../projections/cases/named-cases.ts';
import type { SettledPage, SettledQuestion } from '../projections/cases/settled-proposals.ts';
import type { Period } from '../projections/closed-days.ts';
import type { EntryPage } from '../projections/entry-feed.ts';
import type { AskedFact, FoundRow } from '../projections/file-rows.ts';
import type { FoundTransaction } from '../projections/found-transactions.ts';
import type { AskingKey, MoneyHints } from '../projections/hints.ts';
import type { ImportRecord } from '../projections/imports.ts';
import type { KeyEntriesQuestion, KeyEntry } from '../projections/key-entries.ts';
import type { Close, LatePage } from '../projections/late-facts.ts';
import type { AskedLateFact, LateMove } from '../projections/late-moves.ts';
import type { KeyClaims, OrderClaim } from '../projections/lookup.ts';
import type { Payout } from '../projections/payouts.ts';
import type { ShareRow } from '../projections/shares.ts';
import type { StatementLineQuestion, StatementRows } from '../projections/statement-rows.ts';
import type { StatementSums } from '../projections/statements.ts';
import type { Shown } from '../projections/transaction-view.ts';
import type { OpenKey, OpenPageQuestion } from '../task/open-page.ts';

export interface TakenFile {
  readonly record: ImportRecord;
  /** Why the file as a whole could not be read. */
  readonly fault: Error | null;
}

/** Called for each refused row, while the file is read. */
export interface GivenFile {
  readonly path: string;
  readonly kind: FileKind;
  /** What rejects and the list of imports show. */
  readonly name: string;
  readonly expected?: Expectation | undefined;
  /** What is what in it, where it is not in our format. */
  readonly mapping?: Mapping | undefined;
}

export type OnReject = (reject: Reject, importId: number) => void;

/** The state of keys, as of the ledger's last block. */
export interface KeyPort {
  /** The time of the ledger's last block. */
  readonly asOf: Instant;
  /** The transactions with this name: a reference, or else any id of one of its claims; or by ids alone. */
  transactions(
    name: string,
    shown: Shown,
    references?: 'and ids' | 'passed over',
  ): Promise<readonly FoundTransaction[]>;
  /** The key with exactly this reference, with all its claims. It is fast, also if there is no such key. */
  findKey(reference: string): Promise<KeyClaims | undefined>;
  /** What a shop says of the order under this reference: few claims, however many its key has. */
  orderClaims(reference: string): Promise<readonly OrderClaim[]>;
  /** The keys with open findings in their order, and one more than the limit if there are more. */
  openPage(question: OpenPageQuestion): Promise<readonly OpenKey[]>;
}

/** The ledger's entries in their order. */
export interface EntryPort {
  /** At most `limit` entries after a cursor; null starts at the first entry. Throws HESABU_CURSOR_INVALID. */
  entriesAfter(cursor: string | null, limit: number): Promise<EntryPage>;
  /** The cursor after the last entry. */
  readonly end: string;
  /** Resolves when blocks were committed after the call, or when the signal aborts. */
  nextBlock(signal?: AbortSignal): Promise<void>;
}

/** What people work. */
export interface CasePort {
  /** A page of cases as of the last round of the ledger, and one more than the limit if there are more. */
  page(question: AskedPage, signOf?: SignOfRefunds): Promise<CasePage>;
  /** Who gets which cases by the configuration, with how many open ones each row catches now. */
  routing(): Promise<Caught>;
  /** Those with these ids, by their ids; with what was proposed only where it is wanted. */
  named(cases: readonly AskedCase[], withProposals: boolean): Promise<NamedCases>;
  /** The notes that have a file. */
  attached(sha256: string): Promise<readonly Attached[]>;
  /** The cases of one key, each with what was said of it. */
  ofKey(key: string): Promise<readonly CaseOfKey[]>;
  /** The entries about a key, also those that later ones replaced, in the order in which they were written. */
  entriesOf(question: KeyEntriesQuestion): Promise<readonly KeyEntry[]>;
  /** The proposals whose cases evidence ended before anybody answered them. */
  settled(question: SettledQuestion): Promise<Pick<SettledPage, 'proposals' | 'total'>>;
}

export interface ProofPort {
  /** The current signed heads of the ledger: one note for each partition that has a block. */
  checkpoints(): Promise<readonly string[]>;
  /** The files of a proof, by name, with the entry's bytes and the key. Throws HESABU_NOT_FOUND. */
  prove(entryId: string): Promise<Readonly<Record<string, string | Buffer>>>;
}

export interface WritePort extends FactSink {
  /** Imports a file into the log and reconciles it. */
  importFile(file: GivenFile, source: Source, onReject: OnReject): Promise<TakenFile>;
}

export interface LoopPort {
  /** The rules in force. */
  readonly rules: Rules;
  /**
   * Reconciles everything that was appended before the call, and resolves when its blocks are on the disk. `at once`
   * does not wait for more facts to gather.
   */
  catchUp(pace?: 'at once'): Promise<void>;
}

export interface DayStatements {
  readonly asOf: Instant;
  readonly statements: readonly StatementSums[];
  /** Where the ledger stood. */
  readonly heads: readonly ClosedHead[];
}

/** Answers may be as of some time ago. */
export interface StatementPort {
  /** Of all merchants. What was worked out under another `since` is not given. */
  ofDay(day: Day, since?: string): Promise<DayStatements>;
  /** The days that people closed, or proposed to close, as of the ledger's last block. */
  periods(): Promise<readonly Period[]>;
  /** The facts about closed days that came later; a long log is read on with each question. */
  late(closes: readonly Close[]): Promise<LatePage>;
  /** What such facts moved. */
  lateMoves(facts: readonly AskedLateFact[]): Promise<readonly LateMove[]>;
  /** What a figure of them is the sum of. */
  rows(question: AskedStatementLine): Promise<StatementRows>;
  /** Which rows of files facts behind figures were; those of which the log has none are left out. */
  fileRows(facts: readonly AskedFact[]): Promise<readonly FoundRow[]>;
}

export type AskedStatementLine = Omit<StatementLineQuestion, 'now' | 'rulesHash'>;

/**
 * All ports. Code that needs few of them takes only these, so that a test provides no more. What is asked of the ledger
 * and not answered in time throws HESABU_OVERLOADED.
 */
export interface LedgerPort {
  readonly reader: KeyPort & EntryPort & ProofPort;
  readonly writer: WritePort;
  readonly loop: LoopPort;
  readonly cases: CasePort;
  /** What the breaks of some keys may be about, as hints.ts of the projections reads it. */
  hints(breaks: readonly AskingKey[]): Promise<readonly MoneyHints[]>;
  /** All payouts, in the order of their keys. */
  payouts(): Promise<readonly Payout[]>;
  readonly statements: StatementPort;
  /** What merchants get of payments for several, in the order of merchants. */
  shares(): Promise<readonly ShareRow[]>;
}
