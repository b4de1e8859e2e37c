// What executors are asked: one table, from which the local executor, the executor in a thread and the group of all
// executors work. A new query is one row here; nothing else has to be told of it.

import type { LedgerHead } from '../../ledger/head.ts';
import { findClaims, type KeyClaims } from '../../projections/lookup.ts';
import {
  type ClaimCounts,
  countClaims,
  mergeCounts,
  type TransactionPage,
  transactionPage,
} from '../../projections/transactions.ts';
import { type OutcomeRun, outcomeRoot } from '../../task/outcome.ts';
import { emptyOverview, type KeyStanding, keyStandings, mergeOverview, type Overview } from '../../task/overview.ts';
import { type FoundPlaces, findPlaces } from '../../task/resolution/places.ts';
import type { RulesByHash } from '../../task/rules-store.ts';
import type { TaskGroup } from '../../task/task-group.ts';

/**
 * One query. `Input` is what it is asked with, `Answer` what one executor says of its partitions, and `Whole` what the
 * answers of all executors say together. Inputs and answers go between threads, so they are plain data.
 */
interface Row<Input extends object, Answer, Whole> {
  /** How an executor answers, from the tasks of its partitions. */
  answer(group: TaskGroup, input: Input, rules: RulesByHash): Answer;
  /** The answers in the order of the executors. */
  merge(answers: readonly Answer[]): Whole;
  /** The partition that is asked about: its executor alone is asked. All executors where absent. */
  partition?(input: Input): number;
  /** Gives an answer from another thread its class again, which the message loses. */
  revive?(answer: Answer): Answer;
}

/** Names the types of a row; `Whole` is the type of one answer unless told. */
function row<Input extends object, Answer, Whole = Answer>(
  given: Row<Input, Answer, Whole>,
): Row<Input, Answer, Whole> {
  return given;
}

/** The input of a query that needs none. */
type Nothing = Readonly<Record<never, never>>;

const TABLE = {
  /** Restores these partitions, whose tasks the executor then has. */
  open: row<{ readonly partitions: readonly number[] }, void>({
    answer: (group, { partitions }) => group.open(partitions),
    merge: () => {},
  }),
  /** Executes the blocks that others have written since. */
  follow: row<Nothing, void>({
    answer: (group) => group.follow(),
    merge: () => {},
  }),
  /** Keeps snapshots of the partitions where they are due. */
  saveSnapshots: row<Nothing, void>({
    answer: (group) => group.saveSnapshots(),
    merge: () => {},
  }),
  /** The heads of the ledger, in the order of the partitions. */
  heads: row<Nothing, LedgerHead[]>({
    answer: (group) => group.heads,
    merge: (answers) => answers.flat().sort((left, right) => left.partition - right.partition),
  }),
  /** What all keys add up to; the findings of all are in the order of their keys. */
  overview: row<Nothing, Overview>({
    answer: (group) => group.overview(),
    merge: (answers) => {
      const overview = emptyOverview();
      for (const answer of answers) mergeOverview(overview, answer);
      overview.findings.sort((left, right) => (left.key < right.key ? -1 : left.key > right.key ? 1 : 0));
      return overview;
    },
  }),
  /** The outcome root, from one run of outcomes of each executor. */
  outcomeRoot: row<Nothing, OutcomeRun, string>({
    answer: (group) => group.outcomeRun(),
    merge: (answers) => outcomeRoot(answers),
    revive: ({ buffer, byteOffset, length }) => Buffer.from(buffer, byteOffset, length),
  }),
  /** Where the aliases are claimed, and where the facts lie forwarded. */
  findPlaces: row<{ readonly aliases: ReadonlySet<string>; readonly facts: ReadonlySet<string> }, FoundPlaces>({
    answer: ({ tasks }, { aliases, facts }) => {
      const tables = tasks.map(({ table }) => table);
      return findPlaces(tables, aliases, facts);
    },
    merge: (answers) => ({
      references: answers.flatMap(({ references }) => references),
      forwarded: answers.flatMap(({ forwarded }) => forwarded),
    }),
  }),
  /** The claims of the keys with this name: a reference or, unless only that is asked, an id of any of their claims. */
  findClaims: row<{ readonly name: string; readonly references?: 'and ids' | 'only' }, KeyClaims[]>({
    answer: ({ tasks }, { name, references }) => findClaims(tasks, name, references),
    merge: (answers) => answers.flat(),
  }),
  /** The matched keys of a partition in their order, from the one at a place on. */
  matchedPage: row<{ readonly partition: number; readonly from: number; readonly rulesHash: string }, TransactionPage>({
    answer: ({ tasks }, { partition, from, rulesHash }, rules) => {
      const { table } = tasks.find(({ head }) => head.partition === partition)!;
      return transactionPage(table, from, rules(rulesHash));
    },
    merge: ([only]) => only!,
    partition: ({ partition }) => partition,
  }),
  /** How many distinct claims of each kind came under the keys' own names. */
  claimCounts: row<Nothing, ClaimCounts>({
    answer: ({ tasks }) => countClaims(tasks.map(({ table }) => table)),
    merge: mergeCounts,
  }),
  /** Where every key stands, to be compared with the known truth of each. */
  standings: row<Nothing, KeyStanding[]>({
    answer: ({ tasks }) => tasks.flatMap(({ table }) => [...keyStandings(table)]),
    merge: (answers) => answers.flat(),
  }),
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

/** A query as it is asked: `{ query: 'findClaims', name: 'A-1' }`. */
export type Query<Name extends QueryName = QueryName> = { readonly query: Name } & Types[Name]['input'];
/** What one executor answers. */
export type Answer<Name extends QueryName> = Types[Name]['answer'];
/** What all executors answer together. */
export type Whole<Name extends QueryName> = Types[Name]['whole'];

/** Asks all executors. */
export type Ask = <Name extends QueryName>(query: Query<Name>) => Promise<Whole<Name>>;

/** The same table, typed so that a query's name, input and answer are known to belong together. */
export const QUERIES: {
  readonly [Name in QueryName]: Row<Types[Name]['input'], Types[Name]['answer'], Types[Name]['whole']>;
} = TABLE;

/** The answer of an executor with these tasks. */
export function answerOf<Name extends QueryName>(
  query: Query<Name>,
  group: TaskGroup,
  rules: RulesByHash,
): Answer<Name> {
  return QUERIES[query.query].answer(group, query, rules);
}
