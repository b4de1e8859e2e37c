// The reconciliation task of one partition: facts in, the next block out. The same step runs on any log, live and in a
// replay; its result depends only on the blocks before, the values read, the time and the rules.

import { ByteWriter } from '../domain/bytes.ts';
import { IDENTITY_MARK_CODE, PAYOUT_MARK_CODE } from '../domain/key.ts';
import type { Instant } from '../domain/time.ts';
import { BlockBuilder, type BuiltBlock } from '../ledger/block.ts';
import { digestFromHex, digestToHex } from '../ledger/digest.ts';
import { emptyHead, type LedgerHead } from '../ledger/head.ts';
import type { Batch } from '../log/event-log.ts';
import { EMPTY_STATE, type PaymentState } from '../matching/evolve.ts';
import { hasLinks } from '../matching/links.ts';
import type { CompiledRules } from '../matching/rules.ts';
import { isWhole, type Terms } from '../matching/whole-words.ts';
import { type Assessed, type AssessedReader, AssessedSlots } from './assessed-slots.ts';
import { writeAssessment } from './assessment-codec.ts';
import { inputsOf } from './block-inputs.ts';
import type { ClaimSource } from './claims-ahead.ts';
import { draftEntries, type Entered, NOTHING_ENTERED } from './entry-drafts.ts';
import { epochOf } from './epochs.ts';
import { type Handoffs, HandoffWriter } from './handoff-writer.ts';
import { HOT_CLAIMS_MIN, HotKeys } from './hot-keys.ts';
import { IdentityTable } from './identity-table.ts';
import { assessmentBefore, hasAssessment, readRecord, readState, recordAt, writeRecordHead } from './key-record.ts';
import { KeyTable } from './key-table.ts';
import { PackedKeys } from './packed-keys.ts';
import { PlainKeys } from './plain-keys.ts';
import type { RulesByHash } from './rules-store.ts';
import { standOf } from './stand.ts';
import { StateTable } from './state-table.ts';
import { causeOf, evolveTouched, type SourceCounts, TouchedKeys } from './touched-keys.ts';
import { WaitingKeys } from './waiting-keys.ts';
import { writtenFindings } from './written-findings.ts';

/** A record of this size has very many claims. */
const WARM_BYTES_MIN = 256 * 1024;
/** What a claim costs that was kept, as a power of two of a part. */
const KEPT_SHIFT = 4;
/** The maximum of keys that a block assesses because of time or rules alone; the rest waits for the next block. */
const DUE_MAX = 50_000;

export interface TaskBlock extends BuiltBlock {
  /** By import: how many of its facts were new, and how many were known before. */
  readonly counts: ReadonlyMap<number, SourceCounts>;
  /** What its keys tell others. */
  readonly handoffs: Handoffs;
}

/** How a task works; its blocks are the same in any way. */
export interface TaskOptions {
  /**
   * Whether plain keys are assessed from bytes. A replay goes without, so that each one proves by the general code what
   * was made from bytes.
   */
  readonly plain: boolean;
  /** Where claims are found again; without it, no key is packed. */
  readonly claims?: ClaimSource;
}

/** What a step may need besides its time and rules. */
export interface StepTerms {
  /** The rules of the block before; the same if absent. */
  readonly before?: CompiledRules;
  /** Up to when deadlines pass; the block's time if absent. */
  readonly deadlinesTo?: Instant;
}

/** What a block needs of all its keys. */
interface BlockInProgress {
  readonly touched: TouchedKeys;
  /** Up to when deadlines pass. */
  readonly asOf: Instant;
  readonly rules: CompiledRules;
  readonly before: CompiledRules;
  readonly builder: BlockBuilder;
  readonly handoffs: HandoffWriter;
}

interface Change {
  readonly old: PaymentState;
  readonly state: PaymentState;
  readonly isNew: boolean;
  /** Until then the key stood as it was assessed last. */
  readonly lastDeadline: number;
}

const PLAIN: TaskOptions = { plain: true };

const scratchAssessment = new ByteWriter(4096);
const scratchRecord = new ByteWriter(16_384);

export class ReconciliationTask {
  head: LedgerHead;
  readonly table: StateTable;
  /** The identities of which there is nothing to decide. */
  readonly identities: IdentityTable;
  /** How many claims the blocks since the last snapshot have assessed: what it costs to execute them again. */
  assessed = 0;
  private readonly hot = new HotKeys();
  private waitingKeys: WaitingKeys | null = null;
  private readonly assessedSlots = new AssessedSlots();
  /** Null where every key is assessed by the general code. */
  readonly plainKeys: PlainKeys | null;

  constructor(head: LedgerHead, table: StateTable, identities = new IdentityTable(), options = PLAIN) {
    this.head = head;
    this.table = table;
    this.identities = identities;
    this.plainKeys = options.plain ? new PlainKeys(table) : null;
  }

  static empty(partition: number, options = PLAIN): ReconciliationTask {
    const packed = options.claims && new PackedKeys(0, options.claims);
    const table = new StateTable(new KeyTable(), packed);
    return new ReconciliationTask(emptyHead(partition), table, new IdentityTable(), options);
  }

  /** Whether a block at this time under these rules would assess any key without a fact. */
  hasDue(asOf: Instant, rules: CompiledRules): boolean {
    if (this.table.count === 0) return false;
    return this.rulesChanged(rules) || this.table.deadlines.hasDue(this.table.count, asOf);
  }

  /**
   * Reads the batches, which follow the head's positions topic by topic. Assesses each touched key and each key whose
   * deadline has passed once, and returns the block of the changes. The task then stands after that block. Where the
   * batch is the record that begins an epoch, every key is assessed anew: those that are too many wait for the next
   * blocks.
   */
  step(batches: readonly Batch[], asOf: Instant, rules: CompiledRules, more: StepTerms = {}): TaskBlock {
    const { before = rules, deadlinesTo = asOf } = more;
    const epoch = epochOf(batches);
    if (epoch !== undefined && epoch.as_of !== asOf) throw new RangeError(`the epoch begins as of ${epoch.as_of}`);
    const touched = new TouchedKeys(this.table, this.identities);
    const isNew = epoch !== undefined || this.rulesChanged(rules);
    if (isNew) this.table.deadlines.expireAll(this.table.count);
    if (epoch === undefined) for (const batch of batches) touched.readBatch(batch);
    // What identities say may depend on the rules, and must be told in one block.
    touched.addDue(deadlinesTo, DUE_MAX, isNew);
    const block: BlockInProgress = {
      ...{ touched, rules, before, asOf: deadlinesTo },
      builder: new BlockBuilder(this.head, asOf),
      handoffs: new HandoffWriter(),
    };
    for (let order = 0; order < touched.count; order++) {
      this.table.packed?.ahead.read(order, touched.count, (next) => touched.slotAt(next));
      this.assessKey(order, block);
    }
    touched.release();
    const inputs = inputsOf(batches);
    const built = block.builder.close({
      ...{ inputs, as_of: asOf, deadlines_to: deadlinesTo },
      rules_hash: digestFromHex(rules.hash)!,
    });
    this.head = built.head;
    return { ...built, counts: touched.counts, handoffs: block.handoffs.take() };
  }

  private rulesChanged(rules: CompiledRules): boolean {
    return this.head.height >= 0 && digestFromHex(rules.hash) !== this.head.rules_hash;
  }

  private assessKey(order: number, block: BlockInProgress): void {
    const slot = block.touched.slotAt(order);
    this.assessedSlots.add('cases', slot);
    const stage = this.plainKeys?.assess(order, block);
    // Who works a case, and what was noted of it, moves nothing.
    if (stage !== undefined || this.assessAnyKey(order, block)) this.assessedSlots.add('statements', slot);
    if (stage === undefined) return;
    this.assessed += this.plainKeys!.claimsRead;
    this.waitingKeys?.notePlain(slot, stage);
  }

  /** Returns whether its claims or its assessment are others now. */
  private assessAnyKey(order: number, { touched, asOf, rules, before, builder, handoffs }: BlockInProgress): boolean {
    const { table, hot } = this;
    const slot = touched.slotAt(order);
    const place = table.recordOf(slot);
    const { bytes: records } = place;
    const known = hot.get(slot);
    const record = place.to > place.from ? recordAt(place, known?.written) : undefined;
    const old = known?.state ?? (record === undefined ? EMPTY_STATE : readState(records, record.claimsFrom, place.to));
    const { state, added } = evolveTouched(touched, order, old);
    // What follows from a state that was kept takes a small part of the time.
    this.assessed += known === undefined ? state.claims.length : state.claims.length >>> KEPT_SHIFT;
    const { assessment, vacant, deadline } = standOf(table.keys, slot, state, rules, asOf);
    const lastDeadline = table.deadlines.at[slot]!;
    table.deadlines.set(slot, deadline);
    this.waitingKeys?.note(slot, vacant ? null : assessment);
    const change = { old, state, isNew: added.length > 0, lastDeadline };
    this.tell(slot, change, before, { rules, asOf }, handoffs);
    const changes = vacant ? undefined : known?.written?.changesTo(assessment);
    scratchAssessment.length = 0;
    if (changes !== undefined) changes.write(scratchAssessment, records, record!.assessment.to);
    else if (!vacant) writeAssessment(scratchAssessment, assessment);
    const bytes = scratchAssessment.view();
    let entered: Entered = record?.entered ?? NOTHING_ENTERED;
    let headSize = record === undefined ? 0 : record.claimsFrom - place.from;
    const isOther = record === undefined || !hasAssessment(records, record, bytes);
    if (isOther) {
      const last = changes ?? (record === undefined ? undefined : assessmentBefore(records, record));
      const cause = added.length === 0 ? null : causeOf(touched.valueAt(added.at(-1)!));
      entered = draftEntries(builder, table.keys.keyOf(slot), last, entered, assessment, cause, changes?.same);
      headSize = writeRecord(table, slot, bytes, entered, headSize, touched, added);
    } else if (added.length > 0) headSize = writeRecord(table, slot, bytes, entered, headSize, touched, added);
    const isChanged = isOther || added.length > 0;
    if (state.claims.length < HOT_CLAIMS_MIN) return isChanged;
    const { findings } = assessment;
    const about = { entered, headSize };
    hot.put(slot, state, changes?.written(about) ?? (vacant ? undefined : writtenFindings(findings, about)));
    return isChanged;
  }

  /** Writes what a key says to others, where new claims or rules may have changed it. */
  private tell(slot: number, change: Change, before: CompiledRules, now: Terms, handoffs: HandoffWriter): void {
    const { keys } = this.table;
    const { rules } = now;
    const { old, state, isNew, lastDeadline } = change;
    if (keys.markOf(slot) === PAYOUT_MARK_CODE) return;
    const isIdentity = keys.markOf(slot) === IDENTITY_MARK_CODE;
    const isTimed = (!isIdentity && isWhole(state.claims)) || hasLinks(state);
    if (!isNew && !isTimed && !(isIdentity && before !== rules)) return;
    const key = keys.keyOf(slot);
    if (isTimed) {
      const asOf = Math.min(this.head.deadlines_to, lastDeadline - 1);
      handoffs.tellTimed(key, old, { rules, asOf }, state, now);
    }
    if (isNew) handoffs.tellPayouts(old, state);
    if (isIdentity) handoffs.tellIdentity(key, old, before, state, rules);
    else if (isNew) handoffs.tellReference(key, old, state);
  }

  /** Decodes and assesses the keys that have very many claims, so that the first fact about one does not have to. */
  warm(rules: RulesByHash): void {
    const { table, head, hot } = this;
    for (let slot = 0; slot < table.count; slot++) {
      if (table.packed?.has(slot)) continue;
      const place = table.recordOf(slot);
      if (place.to - place.from < WARM_BYTES_MIN) continue;
      const { bytes, from } = place;
      const record = readRecord(bytes, from, place.to);
      const state = this.stateAt(slot);
      const { assessment, vacant } = standOf(
        table.keys,
        slot,
        state,
        rules(digestToHex(head.rules_hash)),
        head.deadlines_to,
      );
      scratchAssessment.length = 0;
      if (!vacant) writeAssessment(scratchAssessment, assessment);
      const isWritten = hasAssessment(bytes, record, scratchAssessment.view());
      const about = { entered: record.entered, headSize: record.claimsFrom - from };
      hot.put(slot, state, isWritten ? writtenFindings(assessment.findings, about) : undefined);
    }
  }

  /** What the reader must look at since its last call; null at the first one, when it must look at all. */
  takeAssessed(reader: AssessedReader): Assessed | null {
    return this.assessedSlots.take(reader, digestToHex(this.head.hash));
  }

  /** Which keys wait for others. */
  get waiting(): WaitingKeys {
    this.waitingKeys ??= new WaitingKeys(this.table);
    return this.waitingKeys;
  }

  /** The claims of a key that is known. */
  stateAt(slot: number): PaymentState {
    const { bytes, from, to } = this.table.recordOf(slot);
    return this.hot.get(slot)?.state ?? readState(bytes, readRecord(bytes, from, to).claimsFrom, to);
  }
}

/** Replaces the first bytes of a record, up to its claims, and adds the new claims. Returns the size of the first. */
function writeRecord(
  table: StateTable,
  slot: number,
  assessment: Buffer,
  entered: Entered,
  headSize: number,
  touched: TouchedKeys,
  added: readonly number[],
): number {
  const writer = scratchRecord;
  writer.length = 0;
  writeRecordHead(writer, assessment, entered);
  const head = writer.length;
  for (const value of added) touched.copyClaim(value, writer);
  table.setRecord(slot, writer.view(), head, headSize);
  table.pack(slot);
  return head;
}
