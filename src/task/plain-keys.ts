// Assesses plain keys, as nearly all are, from the bytes of their claims to those of their records and entries:
// what plain-case.ts says of a key, written as the general code writes it. Every other key is left to that.

import { isAscii, isThere, writePart, writeText } from '../domain/byte-texts.ts';
import { ByteWriter } from '../domain/bytes.ts';
import { IDENTITY_MARK_CODE, PAYOUT_MARK_CODE } from '../domain/key.ts';
import type { Instant } from '../domain/time.ts';
import type { BlockBuilder } from '../ledger/block.ts';
import { type ClaimPlaces, newClaimPlaces, placeClaim } from '../log/claim-places.ts';
import type { CompiledRules } from '../matching/rules.ts';
import type { HandoffWriter } from './handoff-writer.ts';
import { claimPlaceAt } from './key-record.ts';
import { isSameBytes, OldRecord } from './old-record.ts';
import { addPlace, haveEntriesRoom, newPackedKey } from './packed-key.ts';
import { packPlainCase } from './packed-plain-case.ts';
import { findFreshIds, freshId, haveIdsApart } from './plain/claim-ids.ts';
import { FINDINGS_MAX, newPlainAssessment, writePlainAssessment } from './plain/plain-assessment.ts';
import { PlainCase } from './plain/plain-case.ts';
import type { PlainFacts, PlainStage } from './plain/plain-facts.ts';
import type { StateTable } from './state-table.ts';
import type { TouchedKeys } from './touched-keys.ts';

/** A key with more claims is not plain. */
const CLAIMS_MAX = 8;
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

export class PlainKeys {
  /** How many times a key was assessed here, by how far it had come. */
  readonly counts: Record<PlainStage, number> = { early: 0, placed: 0, paid: 0, settled: 0 };
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
  private readonly old = new OldRecord();
  /** The places of the entries of what is found: heights of blocks, and indexes there. */
  private readonly heights = new Float64Array(FINDINGS_MAX);
  private readonly indexes = new Float64Array(FINDINGS_MAX);
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
    const known = this.old.read(table.recordOf(slot), claims);
    if (known < 0) return undefined;
    const count = this.readNew(order, touched, known);
    if (count <= 0 || !haveIdsApart(claims, count)) return undefined;
    const plain = this.caseOf(block.rules);
    if (!plain.isPlain(claims, count, block.asOf)) return undefined;
    const { facts } = plain;
    writePlainAssessment(facts, this.assessment);
    const isSame = this.old.isSame(this.assessment);
    const continued = this.old.continuedAt(this.assessment);
    // Where time or rules alone change it, or anything that was found is gone, its entries are not those of new claims.
    if (!isSame && (count === known || continued < 0)) return undefined;
    this.keySize = table.keys.copyKey(slot, this.key, 0);
    if (!isAscii(this.key, 0, this.keySize)) return undefined;
    table.deadlines.set(slot, facts.deadline);
    this.counts[facts.stage]++;
    this.tally(order, touched);
    if (count > known) this.write(slot, block, known, count, continued);
    return facts.stage;
  }

  private caseOf(rules: CompiledRules): PlainCase {
    if (this.plain?.rules !== rules) this.plain = { rules, case: new PlainCase(rules, this.claims[0]!) };
    return this.plain.case;
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

  private write(slot: number, block: PlainBlock, known: number, count: number, continued: number): void {
    const { table, record, added, fresh } = this;
    const { touched, handoffs, builder } = block;
    const { facts } = this.caseOf(block.rules);
    const ids = findFreshIds(this.claims, known, count);
    for (let at = 0; at < ids; at++) {
      const { claim, id } = freshId(at);
      handoffs.tellFreshId(this.key, this.keySize, claim, id);
    }
    const { line } = facts;
    if (line !== null && isThere(line.payout) && this.claims.indexOf(line) >= known)
      handoffs.tellPlainLine(facts, line);
    const version = this.enter(builder, touched, continued);
    const mayPack = facts.stage === 'settled' && table.packed !== undefined;
    if (mayPack && this.makePacked(facts, touched, known, version) && table.pack(slot, this.packedKey)) {
      table.outcome.mark(slot);
      return;
    }
    const head = this.writeHead(version);
    for (let at = 0; at < fresh; at++) touched.copyClaim(added[at]!, record);
    table.setRecord(slot, record.view(), head, this.old.size);
  }

  /**
   * Writes the entries of what is found now, and notes the places of all: of what was found before they are known.
   * Returns the version of the last entry.
   */
  private enter(builder: BlockBuilder, touched: TouchedKeys, continued: number): number {
    const { old, heights, indexes, assessment } = this;
    let { version } = old;
    const [from, to] = [continued, continued + old.findings];
    old.copyPlaces(heights, indexes, from);
    for (let finding = 0; finding < assessment.findings; finding++) {
      if (finding >= from && finding < to) continue;
      heights[finding] = builder.height;
      indexes[finding] = this.writeEntry(builder, touched, finding, ++version);
    }
    return version;
  }

  /** Makes the packed key; false where the key is to have a record. */
  private makePacked(facts: PlainFacts, touched: TouchedKeys, known: number, version: number): boolean {
    const { packedKey: key, old, heights, indexes } = this;
    key.count = 0;
    for (let at = 0; at < known; at++) if (!addPlace(key, claimPlaceAt(old.bytes, this.claims[at]!.from))) return false;
    if (!touched.addPlaces(this.added, this.fresh, key)) return false;
    if (!packPlainCase(facts, this.assessment, key)) return false;
    key.version = version;
    [key.paymentHeight, key.settlementHeight] = [heights[0]!, heights[1]!];
    [key.paymentIndex, key.settlementIndex] = [indexes[0]!, indexes[1]!];
    return haveEntriesRoom(key);
  }

  /** Writes the record up to its claims; returns its size. See key-record.ts. */
  private writeHead(version: number): number {
    const { record, heights, indexes } = this;
    const { writer, findings } = this.assessment;
    record.length = 0;
    record.uint32(writer.length);
    record.rawPart(writer.buffer, 0, writer.length);
    record.long(version);
    record.long(findings);
    for (let finding = 0; finding < findings; finding++) {
      record.long(heights[finding]!);
      record.long(indexes[finding]!);
    }
    return record.length;
  }

  /** The new claim that came last is its cause. Returns the entry's index in its block. See entry-codec.ts. */
  private writeEntry(builder: BlockBuilder, touched: TouchedKeys, finding: number, version: number): number {
    const { assessment } = this;
    const { batch, index } = touched.valueAt(this.added[this.fresh - 1]!);
    const { buffer } = assessment.writer;
    const writer = builder.begin();
    writeText(writer, this.key, 0, this.keySize);
    writer.long(version);
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
