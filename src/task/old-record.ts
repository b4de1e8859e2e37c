// The record of a key as it is before a block, as far as a plain key goes on from it. See key-record.ts and
// assessment-codec.ts.

import { ByteScan } from '../domain/byte-scan.ts';
import { isPayoutCode } from '../domain/standing-codes.ts';
import { type ClaimPlaces, placeClaim } from '../log/claim-places.ts';
import { CLAIM_HEAD_SIZE } from './key-record.ts';
import type { PlainAssessment } from './plain/plain-assessment.ts';
import type { RecordPlace } from './record-place.ts';

/** Of a plain key the record is not longer: usual claims of the number that it has are shorter. */
const RECORD_MAX = 8192;

/** All sizes are 0 where there is no record. */
export class OldRecord {
  bytes: Buffer = Buffer.alloc(0);
  from = 0;
  /** Of what it has before its claims. */
  size = 0;
  version = 0;
  findings = 0;
  private assessmentTo = 0;
  private findingsFrom = 0;
  /** Where the places of its findings' entries begin. */
  private placesFrom = 0;
  private readonly scan = new ByteScan();

  /** Places its claims in the first of `claims`. Returns how many it has; -1 where they cannot be a plain key's. */
  read({ bytes, from, to }: RecordPlace, claims: readonly ClaimPlaces[]): number {
    const { scan } = this;
    this.size = 0;
    this.findings = 0;
    this.version = 0;
    if (to === from) return 0;
    if (to - from > RECORD_MAX) return -1;
    this.bytes = bytes;
    this.from = from;
    this.assessmentTo = from + 4 + bytes.readUInt32BE(from);
    // Nothing stands under the key: it gave up its claims.
    if (this.assessmentTo === from + 4) return -1;
    this.readFindings();
    scan.begin(bytes, this.assessmentTo);
    this.version = scan.long();
    const places = scan.long();
    this.placesFrom = scan.at;
    for (let skipped = 0; skipped < 2 * places; skipped++) scan.long();
    this.size = scan.at - from;
    let count = 0;
    for (let at = scan.at; at < to; count++) {
      const claimFrom = at + CLAIM_HEAD_SIZE;
      at = claimFrom + bytes.readUInt32BE(at);
      if (count === claims.length || !placeClaim(bytes, claimFrom, at, claims[count]!)) return -1;
    }
    return count;
  }

  private readFindings(): void {
    const { scan } = this;
    scan.begin(this.bytes, this.from + 4);
    // Of a payout, which is no plain key, one standing only.
    if (!isPayoutCode(scan.long())) scan.long();
    for (let left = scan.long(); left > 0; left--) for (let text = 0; text < 3; text++) scan.skipText();
    scan.skipText();
    scan.skipText();
    scan.long();
    this.findings = scan.long();
    this.findingsFrom = scan.at;
  }

  /** Fills the places of its findings' entries in, from the one of the finding `first` on: height and index of each. */
  copyPlaces(heights: Float64Array, indexes: Float64Array, first: number): void {
    const { scan, findings } = this;
    scan.begin(this.bytes, this.placesFrom);
    for (let finding = first; finding < first + findings; finding++) {
      heights[finding] = scan.long();
      indexes[finding] = scan.long();
    }
  }

  isSame({ writer: { buffer, length } }: PlainAssessment): boolean {
    const from = this.from + 4;
    return this.size > 0 && this.assessmentTo - from === length && isSameBytes(this.bytes, from, buffer, 0, length);
  }

  /**
   * As which of the findings its own are found again, one after the other: the number of the first one, or -1 where any
   * is gone.
   */
  continuedAt({ findings, places, writer }: PlainAssessment): number {
    if (this.findings === 0) return 0;
    const size = this.assessmentTo - this.findingsFrom;
    for (let first = 0; first + this.findings <= findings; first++) {
      const [start, end] = [places[first]!, places[first + this.findings]!];
      if (end - start === size && isSameBytes(this.bytes, this.findingsFrom, writer.buffer, start, size)) return first;
    }
    return -1;
  }
}

export function isSameBytes(left: Uint8Array, from: number, right: Uint8Array, other: number, size: number): boolean {
  for (let at = 0; at < size; at++) if (left[from + at] !== right[other + at]) return false;
  return true;
}
