// The read model of statements: sums of all days, kept where the keys are and brought up to date by those keys alone
// that were assessed since, or of which a deadline has passed. It is prepared in pieces: the ledger goes on meanwhile.

import type { Instant } from '../../domain/time.ts';
import type { LedgerHead } from '../../ledger/head.ts';
import type { CompiledRules } from '../../matching/rules.ts';
import type { RulesByHash } from '../../task/rules-store.ts';
import type { ReconciliationTask } from '../../task/task.ts';
import { isAsked, isShown, type KeyPart, keyPartAt, type StatementQuestion } from '../statement-keys.ts';
import {
  mergeStatementRows,
  type StatementLineQuestion,
  type StatementRows,
  statementRows,
} from '../statement-rows.ts';
import {
  type DaySums,
  daySums,
  mergeDaySums,
  mergeStatements,
  type StatementSums,
  statementSums,
  sumsOfKeys,
} from '../statements.ts';
import { CourseCodec } from './course-codec.ts';
import { keptRows } from './kept-rows.ts';
import { KeptSums } from './kept-sums.ts';
import { COURSE_MAX, type CourseTerms, PartCourses, residualsOf } from './part-courses.ts';

export interface PrepareQuestion {
  readonly rulesHash: string;
  /** The ledger's time. */
  readonly now: Instant;
  /** How many keys at most are taken in. */
  readonly most: number;
}

/** How many keys are still to be taken in, of how many. */
export interface Prepared {
  readonly left: number;
  readonly keys: number;
}

/** What several executors answered as one. */
export const MERGES = { prepared: mergePrepared, ofDay: mergeDaySums, rows: mergeStatementRows };

function mergePrepared(answers: readonly Prepared[]): Prepared {
  const sumOf = (name: keyof Prepared) => answers.reduce((sum, answer) => sum + answer[name], 0);
  return { left: sumOf('left'), keys: sumOf('keys') };
}

type Tasks = readonly ReconciliationTask[];

interface Stood {
  readonly tasks: Tasks;
  readonly heads: readonly LedgerHead[];
}

/** The sums under one set of rules. */
interface Book {
  readonly rulesHash: string;
  readonly terms: CourseTerms;
  readonly parts: readonly PartCourses[];
  now: Instant;
}

export class StatementIndex {
  private readonly courseMax: number;
  private book: Book | null = null;

  constructor(courseMax = COURSE_MAX) {
    this.courseMax = courseMax;
  }

  /** Takes in some more keys. */
  prepare(tasks: Tasks, rules: RulesByHash, question: PrepareQuestion): Prepared {
    const book = this.known(tasks, question) ?? this.begin(tasks, rules(question.rulesHash), question);
    takeIn(book, question.now, question.most);
    const left = book.parts.reduce((sum, part) => sum + part.left, 0);
    return { left, keys: tasks.reduce((sum, { table }) => sum + table.count, 0) };
  }

  /** The sums of a day: as they are kept, or read from every key where nobody prepares any under these rules. */
  ofDay({ tasks, heads }: Stood, rules: RulesByHash, question: StatementQuestion): DaySums {
    const book = this.whole(tasks, question);
    const sums =
      book === undefined ? statementSums(tasks, rules(question.rulesHash), question) : keptOf(book, question);
    return daySums(sums, heads, question.now);
  }

  /** The rows behind a line of them. */
  rows(tasks: Tasks, rules: RulesByHash, question: StatementLineQuestion): StatementRows {
    const book = this.whole(tasks, question);
    if (book === undefined) return statementRows(tasks, rules(question.rulesHash), question);
    const large = book.parts.flatMap((part) => [...largeKeys(part, book.terms.rules, question)]);
    return keptRows(book.parts, large, book.terms.rules, question);
  }

  /** Undefined under other rules, of tasks that were made anew, and where the ledger's time went back. */
  private known(tasks: Tasks, { rulesHash, now }: { rulesHash: string; now: Instant }): Book | undefined {
    const { book } = this;
    if (book === null || book.rulesHash !== rulesHash || now < book.now) return undefined;
    const isSame = book.parts.length === tasks.length && book.parts.every(({ task }, at) => task === tasks[at]);
    return isSame ? book : undefined;
  }

  private begin(tasks: Tasks, rules: CompiledRules, { rulesHash, now }: PrepareQuestion): Book {
    const terms = { rules, sums: new KeptSums(), codec: new CourseCodec(), courseMax: this.courseMax };
    this.book = { rulesHash, terms, parts: tasks.map((task) => new PartCourses(task, terms)), now };
    return this.book;
  }

  /** With every key as it is now. */
  private whole(tasks: Tasks, question: StatementQuestion): Book | undefined {
    const book = this.known(tasks, question);
    if (book !== undefined) takeIn(book, question.now, Number.POSITIVE_INFINITY);
    return book;
  }
}

function takeIn(book: Book, now: Instant, most: number): void {
  book.now = now;
  let rest = most;
  for (const part of book.parts) rest -= part.takeIn(now, rest);
}

function keptOf({ terms, parts }: Book, question: StatementQuestion): StatementSums[] {
  const { sums: kept, rules } = terms;
  const sums = kept.on(question);
  addResiduals(sums, parts, question);
  return mergeStatements([sums, ...parts.map((part) => sumsOfKeys(largeKeys(part, rules, question), rules, question))]);
}

function* largeKeys(
  { task, large }: PartCourses,
  rules: CompiledRules,
  question: StatementQuestion,
): Iterable<KeyPart> {
  for (const slot of large) {
    const part = keyPartAt(task, slot, rules, question);
    if (part !== undefined) yield part;
  }
}

function addResiduals(
  sums: readonly StatementSums[],
  parts: readonly PartCourses[],
  question: StatementQuestion,
): void {
  for (const part of parts) {
    for (const slot of part.uneven) {
      const { owner, steps } = part.courseAt(slot)!;
      if (!isShown(owner, question)) continue;
      for (const [currency, amount] of residualsOf(steps, question.day)) {
        if (!isAsked(currency, question)) continue;
        const group = sums.find((one) => {
          return one.merchant === owner.merchant && one.provider === owner.provider && one.currency === currency;
        });
        group!.residuals.push({ key: part.task.table.keys.keyOf(slot), amount });
      }
    }
  }
}
