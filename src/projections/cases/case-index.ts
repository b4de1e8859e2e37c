// The read model of cases: a row for each, kept where the keys are and brought up to date by those keys alone that were
// assessed since. No request passes over all keys but the first one, which makes the rows.

import { digestToHex } from '../../ledger/digest.ts';
import type { LedgerHead } from '../../ledger/head.ts';
import type { EventLog } from '../../log/event-log.ts';
import type { CompiledRules } from '../../matching/rules.ts';
import type { RulesByHash } from '../../task/rules-store.ts';
import type { ReconciliationTask } from '../../task/task.ts';
import { Ageing } from './case-ages.ts';
import type { Routing } from './case-owners.ts';
import { mergeCasePages, PageOfCases } from './case-page.ts';
import type { CasePage, CaseQuestion } from './case-question.ts';
import { type CaseRow, type CaseTerms, caseRowsAt } from './case-rows.ts';
import { type Attached, CaseTalk, type Talk } from './case-talk.ts';
import { type NamedCase, type NamedCasesQuestion, namedCasesIn } from './named-cases.ts';

type ReadLog = Pick<EventLog, 'read' | 'end'>;

/** The cases of one partition. */
class PartCases {
  readonly bySlot = new Map<number, readonly CaseRow[]>();
  readonly terms: CaseTerms;
  readonly rules: CompiledRules;
  readonly rulesHash: LedgerHead['rules_hash'];
  readonly talk: CaseTalk;
  readonly task: ReconciliationTask;
  /** Keys of decisions whose facts are not read yet, or never will be under this name. */
  private missing = new Set<string>();

  constructor(task: ReconciliationTask, log: ReadLog, terms: CaseTerms) {
    this.task = task;
    this.terms = terms;
    this.rules = terms.rules;
    this.rulesHash = task.head.rules_hash;
    this.talk = new CaseTalk(log, task.head.partition, terms.rules.decisionKeys);
    task.takeAssessed('cases');
    this.missing = this.talk.readOn();
    for (let slot = 0; slot < task.table.count; slot++) this.refresh(slot);
  }

  readOn(): void {
    const { task, talk } = this;
    const slots = new Set(task.takeAssessed('cases'));
    for (const key of talk.readOn()) this.missing.add(key);
    for (const key of this.missing) {
      const slot = task.table.keys.find(key);
      if (slot === undefined) continue;
      slots.add(slot);
      this.missing.delete(key);
    }
    for (const slot of slots) this.refresh(slot);
  }

  readonly rowsOf = (key: string): readonly CaseRow[] => {
    const slot = this.task.table.keys.find(key);
    return (slot === undefined ? undefined : this.bySlot.get(slot)) ?? [];
  };

  private refresh(slot: number): void {
    const rows = caseRowsAt(this.task, slot, this.talk, this.terms);
    if (rows.length > 0) this.bySlot.set(slot, rows);
    else this.bySlot.delete(slot);
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

  /** `named` are the keys with the id that is searched for. */
  page(
    tasks: readonly ReconciliationTask[],
    rules: RulesByHash,
    question: CaseQuestion,
    named: ReadonlySet<string> = new Set(),
  ): CasePage {
    const parts = this.partsOf(tasks, rules, question.routing);
    const [first] = parts;
    if (first === undefined) return mergeCasePages([], question.limit);
    const page = new PageOfCases(question, new Ageing(first.terms.rules.calendar, question.now), named);
    for (const { bySlot } of parts) {
      for (const rows of bySlot.values()) for (const row of rows) page.add(row);
    }
    return page.page();
  }

  /** Those with these ids that are here, by their ids. */
  named(tasks: readonly ReconciliationTask[], rules: RulesByHash, question: NamedCasesQuestion): NamedCases {
    const parts = this.partsOf(tasks, rules, question.routing);
    return new Map(parts.flatMap((part) => namedCasesIn(part, question)));
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
      rowsOf(key).map((row) => ({ row, talk: talk.of(row.id) })),
    );
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
      const made = new PartCases(task, this.log, {
        rules: rules(digestToHex(task.head.rules_hash)),
        routing: this.routing.rows,
      });
      this.parts.set(task, made);
      return [made];
    });
  }
}
