// Assesses plain keys, as nearly all are, from the bytes of their claims to those of their records and entries:
// what plain-case.ts says of a key, written as the general code writes it. Every other key is left to that.

import { ByteScan } from '../domain/byte-scan.ts';
import { isAscii, isThere, writePart, writeText } from '../domain/byte-texts.ts';
import { ByteWriter } from '../domain/bytes.ts';
import { IDENTITY_MARK_CODE, PAYOUT_MARK_CODE } from '../domain/key.ts';
import { isPayoutCode } from '../domain/standing-codes.ts';
import type { Instant } from '../domain/time.ts';
import type { BlockBuilder } from '../ledger/block.ts';
import { type ClaimPlaces, newClaimPlaces, placeClaim } from '../log/claim-places.ts';
import type { CompiledRules } from '../matching/rules.ts';
import type { HandoffWriter } from './handoff-writer.ts';
import { CLAIM_HEAD_SIZE } from './key-record.ts';
import { newPackedKey } from './packed-key.ts';
import { packPlainCase } from './packed-plain-case.ts';
import { findFreshIds, freshId, haveIdsApart } from './plain/claim-ids.ts';
import { newPlainAssessment, writePlainAssessment } from './plain/plain-assessment.ts';
import { PlainCase, type PlainStage } from './plain/plain-case.ts';
import type { RecordPlace } from './record-place.ts';
import type { StateTable } from './state-table.ts';
import type { TouchedKeys } from './touched-keys.ts';

/** A key with more claims is not plain. */
const CLAIMS_MAX = 8;
/** Nor is one with a longer record: usual claims of that number are shorter. */
const RECORD_MAX = 8192;
/** More bytes than a key has. */
const KEY_MAX = 65_536;

/** The block in progress. */
export interface PlainBlock {
  readonly touched: TouchedKeys;
  /** Up to when deadlines pass. */
  readonly asOf: Instant;
  readonly rules: CompiledRules;
  readonly builder: BlockBuilder;
  readonly handoffs: HandoffWriter;
}

/** What a record has before its claims; all sizes are 0 where there is none. */
interface OldHead {
  bytes: Buffer;
  from: number;
  size: number;
  assessmentTo: number;
  findings: number;
  findingsFrom: number;
  version: number;
  /** Where the places of its findings' entries begin. */
  placesFrom: number;
}

export class PlainKeys {
  /** How many times a key was assessed here, by how far it had come. */
  readonly counts: Record<PlainStage, number> = { placed: 0, paid: 0, settled: 0 };
  private readonly table: StateTable;
  private readonly claims = Array.from({ length: CLAIMS_MAX }, newClaimPlaces);
  /** How many claims the key at hand has, and how many of them are new. */
  claimsRead = 0;
  private fresh = 0;
  /** The values that are new claims, each once. */
  private readonly added = new Int32Array(CLAIMS_MAX);
  private readonly assessment = newPlainAssessment();
  private readonly record = new ByteWriter(4096);
  private readonly packedKey = newPackedKey();
  private readonly key = Buffer.alloc(KEY_MAX);
  private keySize = 0;
  private readonly scan = new ByteScan();
  private readonly old: OldHead = {
    ...{ bytes: Buffer.alloc(0), from: 0, size: 0, assessmentTo: 0 },
    ...{ findings: 0, findingsFrom: 0, version: 0, placesFrom: 0 },
  };
  private plain: { readonly rules: CompiledRules; readonly case: PlainCase } | null = null;

  constructor(table: StateTable) {
    this.table = table;
  }

  /**
   * Assesses a touched key and writes what follows. Returns how far it has come; undefined where the key is not plain,
   * and then nothing was done.
   */
  assess(order: number, block: PlainBlock): PlainStage | undefined {
    const { table, claims } = this;
    const { touched } = block;
    const slot = touched.slotAt(order);
    const mark = table.keys.markOf(slot);
    if (mark === IDENTITY_MARK_CODE || mark === PAYOUT_MARK_CODE) return undefined;
    const known = this.readOld(table.recordOf(slot));
    if (known < 0) return undefined;
    const count = this.readNew(order, touched, known);
    if (count <= 0 || !haveIdsApart(claims, count)) return undefined;
    const plain = this.caseOf(block.rules);
    if (!plain.isPlain(claims, count, block.asOf)) return undefined;
    const { facts } = plain;
    writePlainAssessment(facts, this.assessment);
    const isSame = this.isSameAssessment();
    // Where time or rules alone change it, or anything that was found is gone, its entries are not those of new claims.
    if (!isSame && (count === known || !this.isContinued())) return undefined;
    this.keySize = table.keys.copyKey(slot, this.key, 0);
    if (!isAscii(this.key, 0, this.keySize)) return undefined;
    table.deadlines.set(slot, facts.deadline);
    this.counts[facts.stage]++;
    this.tally(order, touched);
    if (count > known) this.write(slot, block, known, count, isSame);
    return facts.stage;
  }

  private caseOf(rules: CompiledRules): PlainCase {
    if (this.plain?.rules !== rules) this.plain = { rules, case: new PlainCase(rules, this.claims[0]!) };
    return this.plain.case;
  }

  /** Reads a record. Returns how many claims it has; -1 where they cannot be those of a plain key. */
  private readOld({ bytes, from, to }: RecordPlace): number {
    const { old, scan, claims } = this;
    old.size = 0;
    old.findings = 0;
    old.version = 0;
    if (to === from) return 0;
    if (to - from > RECORD_MAX) return -1;
    old.bytes = bytes;
    old.from = from;
    old.assessmentTo = from + 4 + bytes.readUInt32BE(from);
    if (old.assessmentTo === from + 4) return -1;
    this.readFindings();
    scan.begin(bytes, old.assessmentTo);
    old.version = scan.long();
    const places = scan.long();
    old.placesFrom = scan.at;
    for (let skipped = 0; skipped < 2 * places; skipped++) scan.long();
    old.size = scan.at - from;
    let count = 0;
    for (let at = scan.at; at < to; count++) {
      const claimFrom = at + CLAIM_HEAD_SIZE;
      at = claimFrom + bytes.readUInt32BE(at);
      if (count === CLAIMS_MAX || !placeClaim(bytes, claimFrom, at, claims[count]!)) return -1;
    }
    return count;
  }

  /** Finds the findings of the old assessment, see assessment-codec.ts. */
  private readFindings(): void {
    const { old, scan } = this;
    scan.begin(old.bytes, old.from + 4);
    // Of a payout, which is no plain key, one standing only.
    if (!isPayoutCode(scan.long())) scan.long();
    for (let left = scan.long(); left > 0; left--) for (let text = 0; text < 3; text++) scan.skipText();
    scan.skipText();
    scan.skipText();
    scan.long();
    old.findings = scan.long();
    old.findingsFrom = scan.at;
  }

  /** Reads the new claims after the known ones. Returns how many there are together; 0 for too many or unusual ones. */
  private readNew(order: number, touched: TouchedKeys, known: number): number {
    const { claims, added } = this;
    let count = known;
    for (let value = touched.firstValue(order); value >= 0; value = touched.nextValue(value)) {
      const { batch, from, to } = touched.valueAt(value);
      if (isSaidBefore(claims, count, batch.payload, from, to)) continue;
      if (count === CLAIMS_MAX || !placeClaim(batch.payload, from, to, claims[count]!)) return 0;
      added[count - known] = value;
      count++;
    }
    this.claimsRead = count;
    this.fresh = count - known;
    return count;
  }

  /** Counts the values that are new claims, and those that repeat one. */
  private tally(order: number, touched: TouchedKeys): void {
    const { added, fresh } = this;
    let next = 0;
    for (let value = touched.firstValue(order); value >= 0; value = touched.nextValue(value)) {
      const isNew = next < fresh && added[next] === value;
      if (isNew) next++;
      touched.tally(value, isNew);
    }
  }

  private isSameAssessment(): boolean {
    const { old, assessment } = this;
    const { buffer, length } = assessment.writer;
    const from = old.from + 4;
    return old.size > 0 && old.assessmentTo - from === length && isSameBytes(old.bytes, from, buffer, 0, length);
  }

  /** Whether all that was found before is found again, before anything else. */
  private isContinued(): boolean {
    const { old, assessment } = this;
    if (old.findings === 0) return true;
    if (old.findings > assessment.findings) return false;
    const [first, end] = [assessment.places[0]!, assessment.places[old.findings]!];
    const size = old.assessmentTo - old.findingsFrom;
    return end - first === size && isSameBytes(old.bytes, old.findingsFrom, assessment.writer.buffer, first, size);
  }

  private write(slot: number, block: PlainBlock, known: number, count: number, isSame: boolean): void {
    const { touched, handoffs } = block;
    const { added, fresh } = this;
    const { facts } = this.caseOf(block.rules);
    const last = added[fresh - 1]!;
    const ids = findFreshIds(this.claims, known, count);
    for (let at = 0; at < ids; at++) {
      const { claim, id } = freshId(at);
      handoffs.tellFreshId(this.key, this.keySize, claim, id);
    }
    const { line } = facts;
    if (line !== null && isThere(line.payout) && this.claims.indexOf(line) >= known)
      handoffs.tellPlainLine(facts, line);
    if (known === 0 && facts.stage === 'settled' && this.pack(slot, block, last)) return;
    const head = this.writeHead(block, last, isSame);
    const { record } = this;
    for (let at = 0; at < fresh; at++) touched.copyClaim(added[at]!, record);
    this.table.setRecord(slot, record.view(), head, this.old.size);
    if (facts.stage === 'settled') this.table.pack(slot);
  }

  /** Packs a key whose claims all came now, and writes its entries; false where it is to have a record. */
  private pack(slot: number, { rules, touched, builder }: PlainBlock, cause: number): boolean {
    const { packed } = this.table;
    const { packedKey: key } = this;
    if (packed === undefined || this.old.size > 0 || !touched.placesOf(this.added, this.fresh, key)) return false;
    if (!packPlainCase(this.caseOf(rules).facts, this.assessment, key)) return false;
    key.version = this.assessment.findings;
    key.paymentHeight = builder.height;
    key.settlementHeight = builder.height;
    key.paymentIndex = this.writeEntry(builder, touched, cause, 0);
    key.settlementIndex = this.writeEntry(builder, touched, cause, 1);
    this.table.outcome.mark(slot);
    packed.put(slot, key);
    return true;
  }

  /** Writes the entries of what is found now, and the record up to its claims; returns its size. See key-record.ts. */
  private writeHead({ builder, touched }: PlainBlock, cause: number, isSame: boolean): number {
    const { record, assessment, old } = this;
    const { writer, findings } = assessment;
    record.length = 0;
    if (isSame) {
      writePart(record, old.bytes, old.from, old.from + old.size);
      return old.size;
    }
    record.uint32(writer.length);
    record.rawPart(writer.buffer, 0, writer.length);
    record.long(old.version + findings - old.findings);
    record.long(findings);
    if (old.findings > 0) writePart(record, old.bytes, old.placesFrom, old.from + old.size);
    for (let finding = old.findings; finding < findings; finding++) {
      record.long(builder.height);
      record.long(this.writeEntry(builder, touched, cause, finding));
    }
    return record.length;
  }

  /** Returns the entry's index in its block. See entry-codec.ts. */
  private writeEntry(builder: BlockBuilder, touched: TouchedKeys, cause: number, finding: number): number {
    const { assessment, old } = this;
    const { batch, index } = touched.valueAt(cause);
    const { buffer } = assessment.writer;
    const writer = builder.begin();
    writeText(writer, this.key, 0, this.keySize);
    writer.long(old.version + finding - old.findings + 1);
    writePart(writer, buffer, assessment.namesFrom, assessment.namesTo);
    writePart(writer, buffer, assessment.places[finding]!, assessment.places[finding + 1]!);
    writer.long(1);
    writer.string(batch.topic);
    writer.long(batch.partition);
    writer.long(Number(batch.from) + index);
    // It supersedes none.
    writer.long(0);
    return builder.end();
  }
}

/** Whether a claim before this one is the same to the byte, and so says nothing new: see `evolve`. */
function isSaidBefore(
  claims: readonly ClaimPlaces[],
  count: number,
  bytes: Uint8Array,
  from: number,
  to: number,
): boolean {
  for (let at = 0; at < count; at++) {
    const claim = claims[at]!;
    if (claim.to - claim.from === to - from && isSameBytes(claim.bytes, claim.from, bytes, from, to - from))
      return true;
  }
  return false;
}

function isSameBytes(left: Uint8Array, from: number, right: Uint8Array, other: number, size: number): boolean {
  for (let at = 0; at < size; at++) if (left[from + at] !== right[other + at]) return false;
  return true;
}
