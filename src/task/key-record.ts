// The record of one key between blocks: its claims' bytes, its last assessment, and the places of its entries.

import { ByteReader, type ByteWriter } from '../domain/bytes.ts';
import { type Claim, isDecision } from '../domain/fact.ts';
import { readClaim } from '../log/fact-codec.ts';
import type { LogPlace } from '../log/log-place.ts';
import { EMPTY_STATE, evolveAll, type PaymentState } from '../matching/evolve.ts';
import { type KeptAssessment, readAssessment } from './assessment-codec.ts';
import type { Entered, EntryPlace } from './entry-drafts.ts';
import type { RecordPlace } from './record-place.ts';
import type { WrittenFindings } from './written-findings.ts';

/**
 * A record is: the assessment's length (4 bytes) and bytes; the entries' version and places; then the claims, each
 * after its length (4 bytes) and its place in the log (4 bytes), to the end. So new claims are appended, and an outcome
 * is read without the claims.
 */
export interface KeyRecord {
  readonly assessment: { readonly from: number; readonly to: number };
  readonly entered: Entered;
  readonly claimsFrom: number;
}

/** What a record has before each claim. */
export const CLAIM_HEAD_SIZE = 8;

/** The place in the log of a claim whose bytes begin at `from` in a record. */
export function claimPlaceAt(bytes: Buffer, from: number): LogPlace {
  return bytes.readUInt32BE(from - CLAIM_HEAD_SIZE + 4);
}

/** Writes a claim of the record: its bytes in `from`, and its place in the log. */
export function writeRecordClaim(writer: ByteWriter, place: LogPlace, source: Buffer, from: number, to: number): void {
  writer.uint32(to - from);
  writer.uint32(place);
  writer.rawPart(source, from, to);
}

export function readRecord(bytes: Buffer, from: number, to: number): KeyRecord {
  const reader = new ByteReader(bytes, from, to);
  const size = reader.uint32();
  const assessment = { from: reader.at, to: reader.at + size };
  reader.at = assessment.to;
  const version = reader.long();
  const places: EntryPlace[] = [];
  for (let left = reader.long(); left > 0; left--) places.push({ height: reader.long(), index: reader.long() });
  return { assessment, entered: { version, places }, claimsFrom: reader.at };
}

export function readRecordAssessment(bytes: Buffer, record: KeyRecord): KeptAssessment {
  return readAssessment(new ByteReader(bytes, record.assessment.from, record.assessment.to));
}

/** A record as it was read or written before. */
export function recordAt({ bytes, from, to }: RecordPlace, written: WrittenFindings | undefined): KeyRecord {
  if (written === undefined) return readRecord(bytes, from, to);
  const { entered, headSize } = written;
  const assessmentFrom = from + 4;
  const assessment = { from: assessmentFrom, to: assessmentFrom + bytes.readUInt32BE(from) };
  return { assessment, entered, claimsFrom: from + headSize };
}

/** A key that gave up all its claims has no assessment left, only entries to supersede. */
export function assessmentBefore(records: Buffer, record: KeyRecord) {
  return record.assessment.to === record.assessment.from ? undefined : readRecordAssessment(records, record);
}

/** Whether the record has the assessment with these bytes. */
export function hasAssessment(records: Buffer, { assessment: { from, to } }: KeyRecord, bytes: Buffer): boolean {
  return to - from === bytes.length && records.compare(bytes, 0, bytes.length, from, to) === 0;
}

/** The state of a record's claims. */
export function readState(bytes: Buffer, from: number, to: number): PaymentState {
  const claims: Claim[] = [];
  for (let at = from; at < to; ) {
    const start = at + CLAIM_HEAD_SIZE;
    at = start + bytes.readUInt32BE(at);
    claims.push(readClaim(bytes, start, at));
  }
  return claims.length === 1 && !isDecision(claims[0]!) ? { claims } : evolveAll(EMPTY_STATE, claims).state;
}

/** The evidence of a key, in the state's order. */
export function claimsOf({ bytes, from, to }: RecordPlace): readonly Claim[] {
  return readState(bytes, readRecord(bytes, from, to).claimsFrom, to).claims;
}

/** Writes the part of a record before its claims. */
export function writeRecordHead(writer: ByteWriter, assessment: Buffer, entered: Entered): void {
  writer.uint32(assessment.length);
  writer.raw(assessment);
  writer.long(entered.version);
  writer.long(entered.places.length);
  for (const { height, index } of entered.places) {
    writer.long(height);
    writer.long(index);
  }
}
