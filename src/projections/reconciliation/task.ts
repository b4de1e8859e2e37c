// The reconciliation task of one partition: facts in, the next block out. The same step runs on any log, live and in a
// replay; its result depends only on the blocks before, the values read, the time and the rules.

import { ByteWriter } from '../../domain/bytes.ts';
import type { Cause, EntryDraft } from '../../domain/entry.ts';
import type { Instant } from '../../domain/time.ts';
import { type BuiltBlock, buildBlock } from '../../ledger/block.ts';
import type { BlockInput } from '../../ledger/block-codec.ts';
import { digestFromHex, sha256OfParts } from '../../ledger/digest.ts';
import { emptyHead, type LedgerHead } from '../../ledger/head.ts';
import type { Batch } from '../../log/event-log.ts';
import { readClaim } from '../../log/fact-codec.ts';
import { assess } from '../../matching/assess.ts';
import { withoutMoved } from '../../matching/claims.ts';
import { EMPTY_STATE, evolve, type PaymentState } from '../../matching/evolve.ts';
import type { CompiledRules } from '../../matching/rules.ts';
import { writeAssessment } from './assessment-codec.ts';
import { draftChanges, type Entered, NOTHING_ENTERED } from './changes.ts';
import { type KeyRecord, readRecord, readRecordAssessment, readState, writeRecordHead } from './key-record.ts';
import { StateTable } from './state-table.ts';
import { type SourceCounts, TouchedKeys } from './touched-keys.ts';

/** Keys that a block assesses because of time or rules alone; what is left over waits for the next block. */
const DUE_MAX = 50_000;

export interface TaskBlock extends BuiltBlock {
  /** Per import: how many of its facts were new, and how many were known before. */
  readonly counts: ReadonlyMap<number, SourceCounts>;
}

const scratchAssessment = new ByteWriter(4096);
const scratchRecord = new ByteWriter(16_384);

export class ReconciliationTask {
  head: LedgerHead;
  readonly table: StateTable;

  constructor(head: LedgerHead, table: StateTable) {
    this.head = head;
    this.table = table;
  }

  static empty(partition: number): ReconciliationTask {
    return new ReconciliationTask(emptyHead(partition), new StateTable());
  }

  /** Whether a block at this time under these rules would assess any key without a fact. */
  hasDue(asOf: Instant, rules: CompiledRules): boolean {
    if (this.table.count === 0) return false;
    return this.rulesChanged(rules) || this.table.deadlines.subarray(0, this.table.count).some((at) => at <= asOf);
  }

  /**
   * Reads the batches, which follow the head's positions topic by topic, assesses each key once that they touch or
   * whose deadline has passed, and returns the block of what changed. The task then stands after that block.
   */
  step(batches: readonly Batch[], asOf: Instant, rules: CompiledRules): TaskBlock {
    if (this.rulesChanged(rules)) this.table.deadlines.fill(Number.NEGATIVE_INFINITY, 0, this.table.count);
    const touched = new TouchedKeys(this.table);
    for (const batch of batches) touched.readBatch(batch);
    touched.addDue(asOf, DUE_MAX);
    const drafts = this.assessTouched(touched, asOf, rules);
    const terms = { inputs: inputsOf(batches), as_of: asOf, rules_hash: digestFromHex(rules.hash)! };
    const built = buildBlock(this.head, terms, drafts);
    this.head = built.head;
    return { ...built, counts: touched.counts };
  }

  private rulesChanged(rules: CompiledRules): boolean {
    return this.head.height >= 0 && digestFromHex(rules.hash) !== this.head.rules_hash;
  }

  private assessTouched(touched: TouchedKeys, asOf: Instant, rules: CompiledRules): EntryDraft[] {
    const drafts: EntryDraft[] = [];
    const sink = {
      partition: this.head.partition,
      height: this.head.height + 1,
      push: (draft: EntryDraft) => drafts.push(draft) - 1,
    };
    for (let order = 0; order < touched.count; order++) {
      const slot = touched.slotAt(order);
      const place = this.table.recordOf(slot);
      const { records } = this.table;
      const record = place.to > place.from ? readRecord(records, place.from, place.to) : undefined;
      const old = record === undefined ? EMPTY_STATE : readState(records, record.claimsFrom, place.to);
      const news = evolveTouched(touched, order, old);
      const isVacant = news.state.claims.length > 0 && withoutMoved(news.state.claims).length === 0;
      const assessment = assess(news.state, rules, asOf);
      scratchAssessment.length = 0;
      if (!isVacant) writeAssessment(scratchAssessment, assessment);
      this.table.deadlines[slot] = assessment.next_deadline ?? Number.POSITIVE_INFINITY;
      const bytes = scratchAssessment.view();
      const isSame = record !== undefined && sameBytes(records, record, bytes);
      let entered: Entered = record?.entered ?? NOTHING_ENTERED;
      if (!isSame) {
        const before = record === undefined ? undefined : assessmentBefore(records, record);
        entered = draftChanges(sink, this.table.keyOf(slot), before, entered, assessment, news.cause);
      } else if (news.added.length === 0) continue;
      writeRecord(this.table, slot, bytes, entered, record, place.to, touched, news.added);
    }
    return drafts;
  }
}

/** A key that gave up all its claims has no assessment left, only entries to supersede. */
function assessmentBefore(records: Buffer, record: KeyRecord) {
  return record.assessment.to === record.assessment.from ? undefined : readRecordAssessment(records, record);
}

interface News {
  readonly state: PaymentState;
  /** The values among the touched that are new claims. */
  readonly added: readonly number[];
  readonly cause: Cause | null;
}

function evolveTouched(touched: TouchedKeys, order: number, old: PaymentState): News {
  let state = old;
  let cause: Cause | null = null;
  const added: number[] = [];
  for (let value = touched.firstValue(order); value >= 0; value = touched.nextValue(value)) {
    const { payload, from, to } = touched.valueAt(value);
    const next = evolve(state, readClaim(payload, from, to));
    const isNew = next !== state;
    touched.tally(value, isNew);
    if (!isNew) continue;
    state = next;
    added.push(value);
    cause = touched.causeOf(value);
  }
  return { state, added, cause };
}

function sameBytes(records: Buffer, record: KeyRecord, bytes: Buffer): boolean {
  const { from, to } = record.assessment;
  return to - from === bytes.length && records.compare(bytes, 0, bytes.length, from, to) === 0;
}

function writeRecord(
  table: StateTable,
  slot: number,
  assessment: Buffer,
  entered: Entered,
  record: KeyRecord | undefined,
  recordTo: number,
  touched: TouchedKeys,
  added: readonly number[],
): void {
  const writer = scratchRecord;
  writer.length = 0;
  writeRecordHead(writer, assessment, entered);
  if (record !== undefined) writer.raw(table.records.subarray(record.claimsFrom, recordTo));
  for (const value of added) {
    const { payload, from, to } = touched.valueAt(value);
    writer.uint32(to - from);
    writer.raw(payload.subarray(from, to));
  }
  table.setRecord(slot, writer.buffer, writer.length);
}

/** What a block says it read: per topic the offsets, and the hash over the values with their lengths. */
export function inputsOf(batches: readonly Batch[]): BlockInput[] {
  const inputs: BlockInput[] = [];
  for (const topic of new Set(batches.map((batch) => batch.topic))) {
    const read = batches.filter((batch) => batch.topic === topic);
    const parts = read.map((batch) => batch.payload);
    inputs.push({ topic, from: read[0]!.from, to: read.at(-1)!.to, sha256: sha256OfParts(parts) });
  }
  return inputs;
}
