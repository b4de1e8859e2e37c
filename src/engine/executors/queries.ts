// The queries to executors: one table, which the local executor, the executor in a thread and the group of all
// executors use. A new query is one row here and needs no other change.

import type { ChangePage } from '../../domain/change.ts';
import type { LedgerHead } from '../../ledger/head.ts';
import { type CaseChanges, type CaseChangesQuestion, mergeCaseChanges } from '../../projections/cases/case-changes.ts';
import type {
  AskedAttachment,
  AskedSettled,
  CaseOfKey,
  CasesOfKey,
  NamedCases,
} from '../../projections/cases/case-index.ts';
import type { Attached } from '../../projections/cases/case-talk.ts';
import type { DecisionSignQuestion, DecisionSigns } from '../../projections/cases/decision-signs.ts';
import type { NamedCasesQuestion } from '../../projections/cases/named-cases.ts';
import { mergeSettled, type SettledPage } from '../../projections/cases/settled-proposals.ts';
import { inOrderOfDays, type Period, periodsOf } from '../../projections/closed-days.ts';
import { MERGES, type Prepared, type PrepareQuestion } from '../../projections/day-sums/statement-index.ts';
import type { StoredPage } from '../../projections/entry-feed.ts';
import {
  type AskedFact,
  type FiledFact,
  type FileRowPage,
  type FileRowQuestion,
  filedFacts,
  fileRows,
} from '../../projections/file-rows.ts';
import { type FoundTransaction, findTransactions, type TransactionName } from '../../projections/found-transactions.ts';
import { hintsAbout, type MoneyHints, mergeHints } from '../../projections/hints.ts';
import type { KeyEntriesQuestion, KeyEntry } from '../../projections/key-entries.ts';
import { type LatePage, type LateQuestion, mergeLate } from '../../projections/late-facts.ts';
import { type LateMove, type LateMovesQuestion, lateMoves } from '../../projections/late-moves.ts';
import { type LedgerSums, ledgerSums, mergeLedgerSums } from '../../projections/ledger-sums.ts';
import {
  claimantsOf,
  findClaims,
  type IdentityClaimants,
  type KeyClaims,
  keysGoingBy,
  type OrderClaim,
  orderClaims,
} from '../../projections/lookup.ts';
import type { OrderChangePage } from '../../projections/order-changes.ts';
import { type FeesPaid, feesPaid, mergeFees, type Payout, payoutsOf } from '../../projections/payouts.ts';
import { type Awaited, type AwaitedQuestion, isKeyAwaited } from '../../projections/pending-payments.ts';
import type { RiskSignal } from '../../projections/risk/signal.ts';
import type { RulesHistoryPage } from '../../projections/rules-history.ts';
import { byMerchant, type ShareRow, sharesOfTasks } from '../../projections/shares.ts';
import type { StatementQuestion } from '../../projections/statement-keys.ts';
import type { StatementLineQuestion, StatementRows } from '../../projections/statement-rows.ts';
import type { DaySums } from '../../projections/statements.ts';
import {
  type ClaimCounts,
  countClaims,
  mergeCounts,
  type TransactionPage,
  type TransactionPageQuestion,
  transactionPage,
} from '../../projections/transactions.ts';
import { type WaitingMoney, waitingMoney } from '../../projections/waiting-money.ts';
import { mergeOpenKeys, type OpenKey, type OpenPageQuestion, openKeys } from '../../task/open-page.ts';
import { type OutcomePart, outcomeRoot } from '../../task/outcome.ts';
import { emptyOverview, type KeyStanding, keyStandings, mergeOverview, type Overview } from '../../task/overview.ts';
import type { RulesByHash } from '../../task/rules-store.ts';
import type { TaskGroup } from '../../task/task-group.ts';
import type { LogModels, RiskQuestion } from './log-models.ts';
import { listRow, logRow, type Row, row } from './query-row.ts';

type LogPlace = { readonly cursor: string | null; readonly limit: number };

/** The input of a query without input. */
type Nothing = Readonly<Record<never, never>>;

const TABLE = {
  /** Restores the tasks of these partitions; the executor then has them. */
  open: row<{ readonly partitions: readonly number[] }, void>({
    answer: (group, { partitions }, _rules, { statements }) => group.open(partitions, statements.keptAt),
    merge: () => {},
  }),
  /** Executes the blocks that other processes have written since. */
  follow: row<Nothing, void>({
    answer: (group) => group.follow(),
    merge: () => {},
  }),
  /** Saves the snapshots that are due, of tasks and of sums of days. */
  saveSnapshots: row<Nothing, void>({
    answer: (group, _nothing, _rules, { statements }) => {
      group.saveSnapshots();
      statements.save();
    },
    merge: () => {},
  }),
  /** The heads of the ledger, in the order of the partitions. */
  heads: row<Nothing, LedgerHead[]>({
    answer: (group) => group.heads,
    merge: (answers) => answers.flat().sort((left, right) => left.partition - right.partition),
  }),
  /** The totals of all keys, and their findings sorted by key. */
  overview: row<Nothing, Overview>({
    answer: (group) => group.overview(),
    merge: (answers) => {
      const overview = emptyOverview();
      for (const answer of answers) mergeOverview(overview, answer);
      overview.findings.sort((left, right) => (left.key < right.key ? -1 : left.key > right.key ? 1 : 0));
      return overview;
    },
  }),
  /** The same as sums, without the findings; those of one partition if it is named. */
  ledgerSums: row<{ readonly partition?: number }, LedgerSums>({
    answer: (group, { partition }) => ledgerSums(group.overview(partition)),
    merge: mergeLedgerSums,
    partition: ({ partition }) => partition,
  }),
  /** A page of the keys with open findings, as `mergeOpenKeys` gives it. */
  openPage: row<OpenPageQuestion, { readonly keys: OpenKey[]; readonly limit: number }, OpenKey[]>({
    answer: ({ tasks }, question) => {
      const answers = tasks.map(({ table, head }) => openKeys(table, head.partition, question));
      return { keys: mergeOpenKeys(answers, question.limit), limit: question.limit };
    },
    merge: (answers) =>
      mergeOpenKeys(
        answers.map(({ keys }) => keys),
        answers[0]?.limit ?? 0,
      ),
  }),
  /** What a list of cases lacks. */
  caseChanges: row<CaseChangesQuestion, CaseChanges>({
    answer: ({ tasks }, question, rules, models) => models.cases.changes(tasks, rules, question),
    merge: mergeCaseChanges,
  }),
  /** The cases of one key, each with what was said of it. */
  casesOfKey: listRow<CasesOfKey, CaseOfKey>(({ tasks }, question, rules, models) =>
    models.cases.casesOf(tasks, rules, question),
  ),
  /** Cases by their ids, as work on many of them needs them. */
  namedCases: row<NamedCasesQuestion, NamedCases>({
    answer: ({ tasks }, question, rules, models) => models.cases.named(tasks, rules, question),
    merge: (answers) => new Map(answers.flatMap((answer) => [...answer])),
  }),
  /** Proposals whose cases evidence ended before anybody answered them. */
  settledProposals: row<AskedSettled, SettledPage>({
    answer: ({ tasks }, question, rules, models) => models.cases.settled(tasks, rules, question),
    merge: mergeSettled,
  }),
  /** The notes that have a file. */
  attached: listRow<AskedAttachment, Attached>(({ tasks }, question, rules, models) =>
    models.cases.attached(tasks, rules, question),
  ),
  /** The outcome root, of the hashes that each executor has. */
  outcomeRoot: row<Nothing, OutcomePart, string>({
    answer: (group) => group.outcomePart(),
    merge: (answers) => outcomeRoot(answers),
  }),
  /** The claims of the keys with this name: a reference or, unless excluded, an id of one of their claims. */
  findClaims: listRow<{ readonly name: string; readonly references?: 'and ids' | 'only' | 'passed over' }, KeyClaims>(
    ({ tasks }, { name, references }) => findClaims(tasks, name, references),
  ),
  /** Those of these keys that have this id among their claims. */
  keysWithId: listRow<{ readonly id: string; readonly keys: readonly string[] }, string>(({ tasks }, { id, keys }) =>
    keysGoingBy(tasks, id, keys),
  ),
  /** The references that name these identities. */
  claimants: listRow<{ readonly identities: readonly string[] }, IdentityClaimants>(({ tasks }, { identities }) =>
    claimantsOf(tasks, identities),
  ),
  /** What a shop says of the order under this reference. */
  orderClaims: listRow<{ readonly reference: string }, OrderClaim>(({ tasks }, { reference }) =>
    orderClaims(tasks, reference),
  ),
  /** Whether the key with this reference leaves something to ask; null if there is none. */
  isAwaited: row<AwaitedQuestion, Awaited | null>({
    answer: ({ tasks }, question, rules) => isKeyAwaited(tasks, rules, question),
    merge: (answers) => answers.find((answer) => answer !== null) ?? null,
  }),
  /** The transactions with this name, as bounded views. */
  findTransactions: listRow<TransactionName, FoundTransaction>(({ tasks }, name, rules) =>
    findTransactions(tasks, rules, name),
  ),
  /** A page of a partition's matched keys in their order, after a key or from the first on. */
  matchedPage: row<TransactionPageQuestion, TransactionPage>({
    answer: ({ tasks }, question, rules) => transactionPage(tasks, question, rules(question.rulesHash)),
    merge: ([only]) => only!,
    partition: ({ partition }) => partition,
  }),
  /** The money that waits for its order or payout, under these keys or under all. */
  waitingMoney: listRow<{ readonly keys: readonly string[] | null }, WaitingMoney>(({ tasks }, { keys }, rules) =>
    waitingMoney(tasks, rules, keys),
  ),
  /** What waiting money may be for, among these keys or all. */
  hintsAbout: row<{ readonly money: readonly WaitingMoney[]; readonly keys: readonly string[] | null }, MoneyHints[]>({
    answer: ({ tasks }, { money, keys }, rules) => hintsAbout(tasks, rules, money, keys),
    merge: mergeHints,
  }),
  /** All payouts, in the order of their keys. */
  payouts: row<Nothing, Payout[]>({
    answer: ({ tasks }) => payoutsOf(tasks),
    merge: (answers) => answers.flat().sort((left, right) => (left.key < right.key ? -1 : 1)),
  }),
  /** What each merchant gets of payments for several, under these rules. */
  shares: row<{ readonly rulesHash: string }, ShareRow[]>({
    answer: ({ tasks }, { rulesHash }, rules) => sharesOfTasks(tasks, () => rules(rulesHash)),
    merge: (answers) => byMerchant(answers.flat()),
  }),
  /** The sums of a day's statements, under these rules. */
  statement: row<StatementQuestion, DaySums>({
    answer: (group, question, rules, { statements }) => statements.ofDay(group, rules, question),
    merge: MERGES.ofDay,
  }),
  /** Takes some more keys into the sums of days. */
  prepareStatements: row<PrepareQuestion, Prepared>({
    answer: ({ tasks }, question, rules, { statements }) => statements.prepare(tasks, rules, question),
    merge: MERGES.prepared,
  }),
  /** The days that people closed or proposed to close, under these rules. */
  periods: row<{ readonly rulesHash: string }, Period[]>({
    answer: ({ tasks }, { rulesHash }, rules, models) => periodsOf(tasks, models.periods, rules(rulesHash)),
    merge: (answers) => inOrderOfDays(answers.flat()),
  }),
  /** The facts about closed days that came later; reads on with each question until it is whole. */
  lateFacts: row<LateQuestion, LatePage>({
    answer: ({ tasks }, question, rules, { late }) => late.page(tasks, rules(question.rulesHash).calendar, question),
    merge: mergeLate,
  }),
  /** What some of them moved. */
  lateMoves: listRow<LateMovesQuestion, LateMove>(({ tasks }, question, rules) => lateMoves(tasks, rules, question)),
  /** The rows behind one line of them. */
  statementRows: row<StatementLineQuestion, StatementRows>({
    answer: ({ tasks }, question, rules, { statements }) => statements.rows(tasks, rules, question),
    merge: MERGES.rows,
  }),
  /** Signals about an order. */
  riskSignals: logRow<RiskQuestion, RiskSignal[]>((models, question) => models.riskSignals(question)),
  /** Those of these facts that files said; the rows of some, as far as one question reads; the entries of a key. */
  filedFacts: listRow<{ readonly facts: readonly AskedFact[] }, FiledFact>(({ tasks }, { facts }, _rules, models) =>
    filedFacts(tasks, models.log.partitions, facts),
  ),
  keyEntries: logRow<KeyEntriesQuestion, KeyEntry[]>((models, question) => models.keyEntries(question)),
  fileRows: logRow<FileRowQuestion, FileRowPage>((models, question) => fileRows(models.log, question)),
  /** A page of the ledger's entries after a cursor. */
  entriesAfter: logRow<LogPlace, StoredPage>((models, { cursor, limit }) => models.entriesAfter(cursor, limit)),
  /** A page of the entries that messages about orders are made from. */
  orderChanges: logRow<LogPlace, OrderChangePage>((models, { cursor, limit }) => models.orderChanges(cursor, limit)),
  /** A page of what changed for people. */
  changesAfter: logRow<LogPlace, ChangePage>((models, { cursor, limit }) => models.changesAfter(cursor, limit)),
  /** Which rules were in force since when; reads on with each question until it is whole. */
  rulesHistory: logRow<Nothing, RulesHistoryPage>((models) => models.rulesHistory()),
  /** Signs of fraud in what people decided. */
  decisionSigns: logRow<DecisionSignQuestion, DecisionSigns>((models, question) => models.decisionSigns(question)),
  /** The fees paid in all. */
  feesPaid: row<Nothing, FeesPaid>({
    answer: ({ tasks }) => feesPaid(tasks.map(({ table }) => table)),
    merge: mergeFees,
  }),
  /** The number of distinct claims of each kind under the keys' own names. */
  claimCounts: row<Nothing, ClaimCounts>({
    answer: ({ tasks }) => countClaims(tasks.map(({ table }) => table)),
    merge: mergeCounts,
  }),
  /** The standing of every key, for a comparison with the known results. */
  standings: listRow<Nothing, KeyStanding>(({ tasks }) => tasks.flatMap(({ table }) => [...keyStandings(table)])),
};

export type QueryName = keyof typeof TABLE;

/** The types of each row, taken from the table itself. */
type Types = {
  [Name in QueryName]: {
    readonly input: Parameters<(typeof TABLE)[Name]['answer']>[1];
    readonly answer: ReturnType<(typeof TABLE)[Name]['answer']>;
    readonly whole: ReturnType<(typeof TABLE)[Name]['merge']>;
  };
};

/** A query with its input: `{ query: 'findClaims', name: 'A-1' }`. */
export type Query<Name extends QueryName = QueryName> = { readonly query: Name } & Types[Name]['input'];
/** The answer of one executor. */
export type Answer<Name extends QueryName> = Types[Name]['answer'];
/** The merged answer of all executors. */
export type Whole<Name extends QueryName> = Types[Name]['whole'];

/** Asks all executors. */
export type Ask = <Name extends QueryName>(query: Query<Name>) => Promise<Whole<Name>>;

/** The same table, with types that bind a query's name, input and answer together. */
export const QUERIES: {
  readonly [Name in QueryName]: Row<Types[Name]['input'], Types[Name]['answer'], Types[Name]['whole']>;
} = TABLE;

/** The answer of an executor with these tasks. */
export function answerOf<Name extends QueryName>(
  query: Query<Name>,
  group: TaskGroup,
  rules: RulesByHash,
  models: LogModels,
): Answer<Name> {
  return QUERIES[query.query].answer(group, query, rules, models);
}
