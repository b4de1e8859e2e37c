// The read model of cases, where the keys are: it works the rows of cases out, and tells a list of them which changed
// since it was told last. No request passes over all keys but the first ones of a list, in pieces.

import { randomUUID } from 'node:crypto';
import { partitionOf } from '../../domain/partition.ts';
import { digestToHex } from '../../ledger/digest.ts';
import type { LedgerHead } from '../../ledger/head.ts';
import type { EventLog } from '../../log/event-log.ts';
import type { CompiledRules } from '../../matching/rules.ts';
import type { RulesByHash } from '../../task/rules-store.ts';
import type { ReconciliationTask } from '../../task/task.ts';
import type { CaseChanges, CaseChangesQuestion, PartChanges } from './case-changes.ts';
import type { Routing } from './case-owners.ts';
import { type CaseRow, type CaseTerms, caseRowsAt } from './case-rows.ts';
import { type Attached, CaseTalk, type Talk } from './case-talk.ts';
import { askedByKey, type NamedCase, type NamedCasesQuestion, namedCasesOf } from './named-cases.ts';
import { mergeSettled, type SettledPage, SettledProposals, type SettledQuestion } from './settled-proposals.ts';

type ReadLog = Pick<EventLog, 'read' | 'end' | 'partitions'>;

/** The cases of one partition. */
class PartCases {
  readonly terms: CaseTerms;
  readonly rules: CompiledRules;
  readonly rulesHash: LedgerHead['rules_hash'];
  readonly talk: CaseTalk;
  readonly task: ReconciliationTask;
  readonly settled: SettledProposals;
  /** Keys of decisions whose facts are not read yet, or never will be under this name. */
  private readonly missing: Set<string>;
  /** The list has been told of the keys before this slot, */
  private next = 0;
  /** but for what has changed of these; */
  private readonly changed = new Set<number>();
  /** those of them that have rows there; */
  private readonly filled = new Set<number>();
  /** and it shows this mark if it has all that. */
  private mark = '';
  private readonly name = randomUUID();
  private tellings = 0;

  constructor(task: ReconciliationTask, log: ReadLog, terms: CaseTerms) {
    this.task = task;
    this.terms = terms;
    this.rules = terms.rules;
    this.rulesHash = task.head.rules_hash;
    this.talk = new CaseTalk(log, task.head.partition, terms.rules.decisionKeys);
    this.settled = new SettledProposals(task, this.talk, terms.rules, log);
    task.takeAssessed('cases');
    this.missing = this.talk.readOn();
  }

  readOn(): void {
    const { task, talk, settled } = this;
    for (const slot of task.takeAssessed('cases')?.slots ?? []) {
      this.change(slot);
      settled.assess(slot);
    }
    for (const key of talk.readOn()) this.missing.add(key);
    for (const key of this.missing) {
      const slot = task.table.keys.find(key);
      if (slot === undefined) continue;
      this.change(slot);
      settled.decide(slot, key);
      this.missing.delete(key);
    }
  }

  /** How many keys are to be looked at. */
  get left(): number {
    return this.changed.size + this.task.table.count - this.next;
  }

  /** What a list with this mark lacks, from so many keys at most. One that lacks what was told begins anew. */
  changes(mark: string | undefined, most: number): { readonly told: PartChanges; readonly looked: number } {
    const isWhole = mark !== this.mark;
    if (isWhole) {
      this.next = 0;
      this.changed.clear();
      this.filled.clear();
    }
    const rows: [slot: number, rows: readonly CaseRow[]][] = [];
    let looked = 0;
    for (; looked < most; looked++) {
      const slot = this.take();
      if (slot === undefined) break;
      const found = this.rowsAt(slot);
      if (found.length > 0) this.filled.add(slot);
      else if (!this.filled.delete(slot)) continue;
      rows.push([slot, found]);
    }
    this.mark = `${this.name} ${++this.tellings}`;
    return { told: { partition: this.task.head.partition, mark: this.mark, isWhole, rows }, looked };
  }

  readonly rowsOf = (key: string): readonly CaseRow[] => {
    const slot = this.task.table.keys.find(key);
    return slot === undefined ? [] : this.rowsAt(slot);
  };

  private rowsAt(slot: number): readonly CaseRow[] {
    return caseRowsAt(this.task, slot, this.talk, this.terms);
  }

  private change(slot: number): void {
    if (slot < this.next) this.changed.add(slot);
  }

  private take(): number | undefined {
    for (const slot of this.changed) {
      this.changed.delete(slot);
      return slot;
    }
    return this.next < this.task.table.count ? this.next++ : undefined;
  }
}

/** The key of cases, and who works those that nobody was given. */
export interface CasesOfKey {
  readonly key: string;
  readonly routing: Routing;
}

export interface AskedAttachment {
  readonly sha256: string;
  readonly routing: Routing;
}

export interface AskedSettled extends SettledQuestion {
  readonly routing: Routing;
  /** How many blocks of each partition are read at most. */
  readonly most: number;
}

export interface CaseOfKey {
  readonly row: CaseRow;
  readonly talk: Talk;
}

export type NamedCases = ReadonlyMap<string, NamedCase>;

export class CaseIndex {
  private readonly log: ReadLog;
  private readonly parts = new Map<ReconciliationTask, PartCases>();
  private routing: { readonly text: string; readonly rows: Routing } = { text: '[]', rows: [] };

  constructor(log: ReadLog) {
    this.log = log;
  }

  /** What a list of cases lacks. */
  changes(
    tasks: readonly ReconciliationTask[],
    rules: RulesByHash,
    { routing, marks, most }: CaseChangesQuestion,
  ): CaseChanges {
    const parts = this.partsOf(tasks, rules, routing);
    let rest = most;
    const told = parts.map((part) => {
      const { told, looked } = part.changes(marks.get(part.task.head.partition), rest);
      rest -= looked;
      return told;
    });
    return { parts: told, left: parts.reduce((sum, part) => sum + part.left, 0) };
  }

  /** Those with these ids that are here, by their ids. */
  named(tasks: readonly ReconciliationTask[], rules: RulesByHash, question: NamedCasesQuestion): NamedCases {
    const { cases, withProposals, routing } = question;
    const parts = this.partsOf(tasks, rules, routing);
    const byPartition = new Map(parts.map((part) => [part.task.head.partition, part]));
    const found = [...askedByKey(cases)].flatMap(([key, asked]) => {
      const part = byPartition.get(partitionOf(key, this.log.partitions));
      const isKnown = part?.task.table.keys.find(key) !== undefined;
      return isKnown ? namedCasesOf(part!, key, asked, withProposals) : [];
    });
    return new Map(found);
  }

  /** The notes that have a file, each with the merchant that its case is of. */
  attached(tasks: readonly ReconciliationTask[], rules: RulesByHash, asked: AskedAttachment): Attached[] {
    return this.partsOf(tasks, rules, asked.routing).flatMap(({ talk, rowsOf }) =>
      talk.attached(asked.sha256).map((one) => {
        const row = rowsOf(one.key).find(({ id }) => id === one.case);
        return { ...one, merchant: row?.merchant ?? one.merchant };
      }),
    );
  }

  /** The cases of one key, each with what was said of it. */
  casesOf(tasks: readonly ReconciliationTask[], rules: RulesByHash, { key, routing }: CasesOfKey): CaseOfKey[] {
    return this.partsOf(tasks, rules, routing).flatMap(({ rowsOf, talk }) =>
      rowsOf(key).map((row) => ({ row, talk: talk.of(row.id, { key, ...row.finding }) })),
    );
  }

  /** The proposals whose cases evidence ended before anybody answered them. */
  settled(
    tasks: readonly ReconciliationTask[],
    rules: RulesByHash,
    { routing, most, ...question }: AskedSettled,
  ): SettledPage {
    const parts = this.partsOf(tasks, rules, routing);
    const found = parts.map(({ settled }) => settled.page(question, most));
    return { ...mergeSettled(found), limit: question.limit };
  }

  private partsOf(tasks: readonly ReconciliationTask[], rules: RulesByHash, asked: Routing): PartCases[] {
    // Another configuration gives other owners to all of them.
    const text = JSON.stringify(asked);
    if (text !== this.routing.text) {
      this.routing = { text, rows: asked };
      this.parts.clear();
    }
    // Tasks that were made anew begin again.
    for (const task of this.parts.keys()) if (!tasks.includes(task)) this.parts.delete(task);
    return tasks.flatMap((task) => {
      if (task.head.height < 0) return [];
      const known = this.parts.get(task);
      if (known !== undefined && known.rulesHash === task.head.rules_hash) {
        known.readOn();
        return [known];
      }
      const terms = { rules: rules(digestToHex(task.head.rules_hash)), routing: this.routing.rows };
      const made = new PartCases(task, this.log, terms);
      this.parts.set(task, made);
      made.readOn();
      return [made];
    });
  }
}
