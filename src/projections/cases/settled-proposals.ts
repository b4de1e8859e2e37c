// Proposals whose case evidence ended before anybody answered them: nothing is left to approve, so they stand in no
// list of what waits. Each is told with the entry that ended its case, which is looked for from the ledger's end back.

import type { Finding } from '../../domain/assessment.ts';
import { ByteReader } from '../../domain/bytes.ts';
import { type CaseKey, caseId, type FoundCase, standingCaseId } from '../../domain/case-id.ts';
import { type Entry, entryId } from '../../domain/entry.ts';
import { isResolution, resolvedFinding } from '../../domain/reason-words-resolutions.ts';
import type { ReasonCode } from '../../domain/reasons.ts';
import type { Instant } from '../../domain/time.ts';
import { forEachEntry } from '../../ledger/block-codec.ts';
import { readEntry, toKey } from '../../ledger/entry-codec.ts';
import type { EventLog } from '../../log/event-log.ts';
import { assessEvidence, readKeyGroup } from '../../matching/assess-key.ts';
import { type ProposalView, proposalsOf } from '../../matching/decisions.ts';
import { returnOutcomes } from '../../matching/return-outcomes.ts';
import type { CompiledRules } from '../../matching/rules.ts';
import { workedFindingsAt } from '../../task/overview.ts';
import type { ReconciliationTask } from '../../task/task.ts';
import { LedgerBlocks } from '../ledger-blocks.ts';
import { caseOfEntry } from '../ledger-changes.ts';
import { type CaseRefunds, returnsThatEnd } from './case-refunds.ts';
import type { CaseTalk } from './case-talk.ts';

/** How long after its case ended one is told of. */
export const TOLD_MILLIS = 30 * 24 * 3_600_000;
/** So many keys are looked at in the time that a block takes to be read. */
const KEYS_PER_BLOCK = 50;

export interface SettledProposal {
  readonly view: ProposalView;
  /** The case as it stood last, which is that of the proposal or answers the same question. */
  readonly case: string;
  readonly key: string;
  readonly merchant: string;
  readonly provider: string;
  readonly finding: Finding & { readonly reason: ReasonCode };
  /** Of a refund: how the returns of the key ended. */
  readonly returns: CaseRefunds['returns'];
  /** Those of them that ended the case. */
  readonly ending: CaseRefunds['returns'];
  /** The entry that ended it, and its time. */
  readonly entry: string;
  readonly at: Instant;
}

export interface SettledQuestion {
  /** Of these keys alone; null for all. */
  readonly keys: readonly string[] | null;
  /** Whose cases may be seen; null for everybody's. */
  readonly merchants: readonly string[] | null;
  /** Only what was settled after this time. */
  readonly since: Instant;
  readonly limit: number;
  /** Whether refunds are wanted too that somebody approved, and of which nobody waits for an answer. */
  readonly withRefunds: boolean;
}

export interface SettledPage {
  /** The latest first. */
  readonly proposals: readonly SettledProposal[];
  /** How many there are in all. */
  readonly total: number;
  /** How much is still to be looked at: until nothing is, some are missing. */
  readonly left: number;
  readonly limit: number;
}

/** What several partitions or executors answered as one. */
export function mergeSettled(answers: readonly SettledPage[]): SettledPage {
  const limit = answers[0]?.limit ?? 0;
  const all = answers.flatMap(({ proposals }) => proposals);
  all.sort((left, right) => right.at - left.at || (left.view.proposal.id < right.view.proposal.id ? -1 : 1));
  const sumOf = (what: 'total' | 'left') => answers.reduce((sum, answer) => sum + answer[what], 0);
  return { proposals: all.slice(0, limit), total: sumOf('total'), left: sumOf('left'), limit };
}

type Ended = Omit<SettledProposal, 'view' | 'key' | 'returns' | 'ending'>;

/** A proposal whose case is gone, and where the entry that ended it is looked for. */
interface Sought {
  readonly own: CaseKey;
  /** The blocks from which the search began and an earlier one did, and the one to look at next. */
  readonly from: number;
  readonly stop: number;
  next: number;
}

/** What a search found, and from which block on it looked. */
interface Found {
  readonly settled: SettledProposal | null;
  readonly from: number;
}

/** Those of one partition. */
export class SettledProposals {
  private readonly task: ReconciliationTask;
  private readonly talk: CaseTalk;
  private readonly rules: CompiledRules;
  private readonly blocks: LedgerBlocks;
  /** The keys with proposals that nobody answered. */
  private readonly watched = new Set<number>();
  /** Those that changed since they were looked at. */
  private readonly changed = new Set<number>();
  /** By key, then by the id of the proposal. */
  private readonly sought = new Map<string, Map<string, Sought>>();
  private readonly found = new Map<string, Map<string, Found>>();

  constructor(task: ReconciliationTask, talk: CaseTalk, rules: CompiledRules, log: Pick<EventLog, 'read'>) {
    this.task = task;
    this.talk = talk;
    this.rules = rules;
    this.blocks = new LedgerBlocks(log);
  }

  /** Something was decided of a key. */
  decide(slot: number, key: string): void {
    if (!this.talk.unanswered.has(key) && !this.watched.has(slot)) return;
    this.watched.add(slot);
    this.changed.add(slot);
  }

  /** A key was assessed. */
  assess(slot: number): void {
    if (this.watched.has(slot)) this.changed.add(slot);
  }

  /** Reads so many blocks at most. */
  page({ keys, merchants, since, limit, withRefunds }: SettledQuestion, most: number): SettledPage {
    const rest = this.lookAtKeys(most * KEYS_PER_BLOCK);
    this.search(Math.ceil(rest / KEYS_PER_BLOCK));
    const proposals: SettledProposal[] = [];
    for (const key of keys ?? this.found.keys()) {
      for (const { settled } of this.found.get(key)?.values() ?? []) {
        if (settled === null || settled.at <= since || !(withRefunds || settled.view.approval === null)) continue;
        if (merchants === null || merchants.includes(settled.merchant)) proposals.push(settled);
      }
    }
    const left = this.changed.size + this.sought.size;
    return mergeSettled([{ proposals, total: proposals.length, left, limit }]);
  }

  private lookAtKeys(most: number): number {
    let rest = most;
    for (const slot of this.changed) {
      if (rest === 0) break;
      rest--;
      this.changed.delete(slot);
      this.lookAt(slot);
    }
    return rest;
  }

  private lookAt(slot: number): void {
    const { task, talk, sought, found } = this;
    const key = task.table.keys.keyOf(slot);
    const asked = talk.unanswered.get(key);
    if (asked === undefined) this.watched.delete(slot);
    const now = asked === undefined ? [] : casesAt(task, slot);
    const known = found.get(key);
    const { height } = task.head;
    const gone = [...(asked ?? [])].flatMap(([id, about]): [string, Sought][] => {
      const own = { key, ...about };
      if (standingCaseId(own, now) !== undefined) return [];
      return [[id, { own, from: height, stop: known?.get(id)?.from ?? -1, next: height }]];
    });
    sought.delete(key);
    found.delete(key);
    if (gone.length === 0) return;
    sought.set(key, new Map(gone));
    found.set(key, new Map([...(known ?? [])].filter(([id]) => gone.some(([one]) => one === id))));
  }

  /** From the end of the ledger back: the last entry that ended a case of the question is what answered it. */
  private search(most: number): void {
    const { task, sought, blocks } = this;
    const { partition, as_of } = task.head;
    for (let looked = 0; looked < most && sought.size > 0; looked++) {
      const height = Math.max(...this.allSought().map(({ one }) => one.next));
      const block = height < 0 ? undefined : blocks.at(partition, height);
      const isOld = block === undefined || block.header.as_of <= as_of - TOLD_MILLIS;
      if (!isOld) this.searchIn(block.entries, height);
      for (const { key, id, one } of this.allSought()) {
        if (one.next === height) one.next--;
        if (isOld || one.next <= one.stop) this.settle(key, id, this.found.get(key)?.get(id)?.settled ?? null);
      }
    }
  }

  private allSought() {
    return [...this.sought].flatMap(([key, ofKey]) => [...ofKey].map(([id, one]) => ({ key, id, one })));
  }

  private searchIn(entries: Buffer, height: number): void {
    const { sought } = this;
    const found: Entry[] = [];
    forEachEntry(entries, (from, to) => {
      const reader = new ByteReader(entries, from, to);
      const size = toKey(reader);
      const key = entries.toString('utf8', reader.at, reader.at + size);
      if (sought.has(key)) found.push(readEntry(new ByteReader(entries, from, to)));
    });
    for (const entry of found.reverse()) {
      for (const [id, one] of sought.get(entry.key) ?? []) {
        if (one.next !== height) continue;
        const ended = this.endedBy(entry, one);
        if (ended !== undefined) this.settle(entry.key, id, ended);
      }
    }
  }

  /** Undefined where the entry ended nothing of the question; null where a decision held until then. */
  private endedBy(entry: Entry, { own }: Sought): Ended | null | undefined {
    const { partition, height, index, as_of } = entry;
    for (const before of this.blocks.entries(partition, entry.supersedes).values()) {
      const name = caseOfEntry(before);
      if (name === null || standingCaseId(own, [name]) === undefined) continue;
      const { finding, merchant, provider } = before;
      if (isResolution(finding.reason!)) return null;
      const last = { ...finding, reason: finding.reason! };
      return {
        ...{ case: caseId(name), merchant, provider, finding: last },
        ...{ entry: entryId(partition, height, index), at: as_of },
      };
    }
    return undefined;
  }

  private settle(key: string, id: string, ended: Ended | null): void {
    const ofKey = this.sought.get(key)!;
    const { from } = ofKey.get(id)!;
    ofKey.delete(id);
    if (ofKey.size === 0) this.sought.delete(key);
    const found = this.found.get(key) ?? new Map<string, Found>();
    this.found.set(key, found.set(id, { settled: ended && this.confirmed(key, id, ended), from }));
  }

  /** Only what waited, or was stale, until then: what somebody had answered is left out, unless it is a refund. */
  private confirmed(key: string, id: string, ended: Ended): SettledProposal | null {
    const { task, rules } = this;
    const state = task.stateAt(task.table.keys.find(key)!);
    const evidence = assessEvidence(key, state, rules, task.head.deadlines_to);
    const view = proposalsOf(key, state.decisions ?? [], rules, evidence).find(({ proposal }) => proposal.id === id);
    const isRefund = view?.proposal.body.kind === 'refund';
    if (view?.state !== 'stale' || (view.approval !== null && !isRefund)) return null;
    if (!isRefund) return { ...ended, view, key, returns: [], ending: [] };
    const asOf = task.head.deadlines_to;
    const returns = returnOutcomes(readKeyGroup(key, state, rules, asOf).claims);
    const ending = returnsThatEnd({ key, ...view.proposal.body.case }, state, returns, { rules, asOf });
    return { ...ended, view, key, returns, ending };
  }
}

/** The cases of a key, open or resolved. */
function casesAt(task: ReconciliationTask, slot: number): FoundCase[] {
  return workedFindingsAt(task.table, slot, task.head.partition).map(({ key, finding }) => {
    return { key, ...finding, ...(isResolution(finding.reason) ? resolvedFinding(finding.subject) : {}) };
  });
}
