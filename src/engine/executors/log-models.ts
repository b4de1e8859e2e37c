// The read models that are made from the log itself and not from the state of keys: a ledger has one of each, where
// its first tasks are, so that they take no memory and no time of the thread that asks.

import type { ChangePage } from '../../domain/change.ts';
import type { Instant } from '../../domain/time.ts';
import type { EventLog } from '../../log/event-log.ts';
import type { SnapshotStore } from '../../log/snapshots.ts';
import type { Rules } from '../../matching/rules.ts';
import { CaseIndex } from '../../projections/cases/case-index.ts';
import {
  DecisionSignIndex,
  type DecisionSignQuestion,
  type DecisionSigns,
} from '../../projections/cases/decision-signs.ts';
import { PeriodKeys } from '../../projections/closed-days.ts';
import { StatementIndex } from '../../projections/day-sums/statement-index.ts';
import { type StoredPage, storedEntriesAfter } from '../../projections/entry-feed.ts';
import { type KeyEntriesQuestion, type KeyEntry, keyEntries } from '../../projections/key-entries.ts';
import { LateFacts } from '../../projections/late-facts.ts';
import { LedgerBlocks } from '../../projections/ledger-blocks.ts';
import { LedgerChanges } from '../../projections/ledger-changes.ts';
import { type OrderChangePage, orderChangesAfter } from '../../projections/order-changes.ts';
import { LiveRisk } from '../../projections/risk/risk.ts';
import type { RiskSignal } from '../../projections/risk/signal.ts';
import { RulesHistory, type RulesHistoryPage } from '../../projections/rules-history.ts';

export interface RiskQuestion {
  readonly reference: string;
  /** The rules in force, and business time. */
  readonly rules: Rules;
  readonly now: Instant;
}

export class LogModels {
  readonly log: Pick<EventLog, 'read' | 'end' | 'partitions'>;
  /** Of the tasks beside it: the others are asked for their own. */
  readonly cases: CaseIndex;
  readonly periods: PeriodKeys;
  /** Of the tasks beside it, as well. */
  readonly statements: StatementIndex;
  /** Of the tasks beside it, as well. */
  readonly late: LateFacts;
  private readonly blocks: LedgerBlocks;
  private readonly changes: LedgerChanges;
  private readonly decisionIndex: DecisionSignIndex;
  /** Made when somebody asks: few do. */
  private rules: RulesHistory | undefined;
  private readonly risk: LiveRisk;
  private asked!: RiskQuestion;

  /** `daySums` is where sums of days are kept over a start, if anybody asks for them. */
  constructor(log: Pick<EventLog, 'read' | 'end' | 'partitions'>, daySums: SnapshotStore | null) {
    this.log = log;
    this.statements = new StatementIndex(daySums);
    this.cases = new CaseIndex(log);
    this.periods = new PeriodKeys(log);
    this.late = new LateFacts(log);
    this.blocks = new LedgerBlocks(log);
    this.changes = new LedgerChanges(log);
    this.decisionIndex = new DecisionSignIndex(log);
    this.risk = new LiveRisk(
      log,
      () => this.asked.rules,
      () => this.asked.now,
    );
  }

  keyEntries(question: KeyEntriesQuestion): KeyEntry[] {
    return keyEntries(this.blocks, question);
  }

  riskSignals(question: RiskQuestion): RiskSignal[] {
    this.asked = question;
    return this.risk.signalsOf(question.reference);
  }

  entriesAfter(cursor: string | null, limit: number): StoredPage {
    return storedEntriesAfter(this.log, cursor, limit);
  }

  orderChanges(cursor: string | null, limit: number): OrderChangePage {
    return orderChangesAfter(this.log, cursor, limit);
  }

  decisionSigns(question: DecisionSignQuestion): DecisionSigns {
    return this.decisionIndex.signs(question);
  }

  rulesHistory(): RulesHistoryPage {
    this.rules ??= new RulesHistory(this.log);
    return this.rules.page();
  }

  changesAfter(cursor: string | null, limit: number): ChangePage {
    return this.changes.after(cursor, limit);
  }
}
