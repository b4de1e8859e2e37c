// The read model of statements: sums of all days, kept where the keys are and brought up to date by those keys alone
// that were assessed since, or of which a deadline has passed. It is prepared in pieces: the ledger goes on meanwhile.

import type { Instant } from '../../domain/time.ts';
import { digestToHex } from '../../ledger/digest.ts';
import type { LedgerHead } from '../../ledger/head.ts';
import type { SnapshotName, SnapshotStore } from '../../log/snapshots.ts';
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
import { keptRows } from './kept-rows.ts';
import { COURSE_MAX, type CourseTerms, PartCourses } from './part-courses.ts';
import { residualsOf } from './residuals.ts';

export interface PrepareQuestion {
  readonly rulesHash: string;
  /** The ledger's time. */
  readonly now: Instant;
  /** How many keys at most are taken in. */
  readonly most: number;
}

/** How many keys are still to be taken in, of how many, and some of those whose movements leave a residual. */
export interface Prepared {
  readonly left: number;
  readonly keys: number;
  readonly uneven: readonly string[];
}

/** So many keys with a residual are named. */
const UNEVEN_MAX = 20;

/** What several executors answered as one. */
export const MERGES = { prepared: mergePrepared, ofDay: mergeDaySums, rows: mergeStatementRows };

function mergePrepared(answers: readonly Prepared[]): Prepared {
  const sumOf = (name: 'left' | 'keys') => answers.reduce((sum, answer) => sum + answer[name], 0);
  const uneven = answers.flatMap((answer) => answer.uneven).slice(0, UNEVEN_MAX);
  return { left: sumOf('left'), keys: sumOf('keys'), uneven };
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
  isOrdered: boolean;
}

export class StatementIndex {
  private readonly courseMax: number;
  /** Where the sums are kept over a start; null where nobody keeps any. */
  private readonly snapshots: SnapshotStore | null;
  private book: Book | null = null;

  constructor(snapshots: SnapshotStore | null = null, courseMax = COURSE_MAX) {
    this.snapshots = snapshots;
    this.courseMax = courseMax;
  }

  /** The block of a partition up to which its sums are kept. */
  readonly keptAt = (partition: number): SnapshotName | undefined => this.snapshots?.newest(partition);

  /** At the end: all that changed since the last snapshots. */
  save(): void {
    for (const part of this.book?.parts ?? []) this.savePart(part, true);
  }

  /** Takes in some more keys. */
  prepare(tasks: Tasks, rules: RulesByHash, question: PrepareQuestion): Prepared {
    const book = this.known(tasks, question) ?? this.begin(tasks, rules(question.rulesHash), question);
    takeIn(book, question.now, question.most);
    const left = book.parts.reduce((sum, part) => sum + part.left, 0);
    // One at a time, for others wait meanwhile.
    if (left === 0) book.parts.some((part) => this.savePart(part, false));
    if (left === 0) order(book);
    const uneven = book.parts.flatMap(unevenKeys).slice(0, UNEVEN_MAX);
    return { left, keys: tasks.reduce((sum, { table }) => sum + table.count, 0), uneven };
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
    const terms = { rules, courseMax: this.courseMax };
    this.book = { rulesHash, terms, parts: tasks.map((task) => this.partOf(task, terms, now)), now, isOrdered: false };
    return this.book;
  }

  /** As it was kept, if that is of this ledger and these rules. */
  private partOf(task: ReconciliationTask, terms: CourseTerms, now: Instant): PartCourses {
    const { partition, height } = task.head;
    const kept = height < 0 ? undefined : this.snapshots?.load(partition);
    return (kept && PartCourses.restored(task, terms, kept, now)) ?? PartCourses.begun(task, terms);
  }

  /** Returns whether it was worth its bytes. */
  private savePart(part: PartCourses, isLast: boolean): boolean {
    const { snapshots, book } = this;
    if (snapshots === null || book === null || !part.isSnapshotDue(isLast)) return false;
    const { partition, height, hash } = part.task.head;
    snapshots.save(partition, { height, blockHash: digestToHex(hash) }, part.snapshot(book.now));
    return true;
  }

  /** With every key as it is now. */
  private whole(tasks: Tasks, question: StatementQuestion): Book | undefined {
    const book = this.known(tasks, question);
    if (book !== undefined) takeIn(book, question.now, Number.POSITIVE_INFINITY);
    return book;
  }
}

/** Sorts all keys once, so that nobody who asks for rows waits for it: from then on only new ones are sorted. */
function order(book: Book): void {
  if (book.isOrdered) return;
  for (const { task } of book.parts) task.table.keys.slotsInOrder();
  book.isOrdered = true;
}

function takeIn(book: Book, now: Instant, most: number): void {
  book.now = now;
  let rest = most;
  for (const part of book.parts) rest -= part.takeIn(now, rest);
}

function keptOf({ terms: { rules }, parts }: Book, question: StatementQuestion): StatementSums[] {
  return mergeStatements(
    parts.flatMap((part) => {
      const sums = part.sums.on(question);
      addResiduals(sums, part, question);
      return [sums, sumsOfKeys(largeKeys(part, rules, question), rules, question)];
    }),
  );
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

function unevenKeys({ uneven, task }: PartCourses): string[] {
  return [...uneven].slice(0, UNEVEN_MAX).map((slot) => task.table.keys.keyOf(slot));
}

function addResiduals(sums: readonly StatementSums[], part: PartCourses, question: StatementQuestion): void {
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
