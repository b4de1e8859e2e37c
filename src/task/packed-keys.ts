// The keys of one partition that are kept as numbers: their assessments are written anew where they are read, and their
// claims are read from the log again.

import { ByteWriter } from '../domain/bytes.ts';
import type { LogPlace } from '../log/log-place.ts';
import { type ClaimSource, ClaimsAhead } from './claims-ahead.ts';
import { bytesOf, capacityFor, doubled } from './columns.ts';
import { writeRecordClaim } from './key-record.ts';
import { PACKED_SIZE_MAX, writePackedAssessment } from './packed-assessment.ts';
import { newPackedKey, type PackedKey } from './packed-key.ts';
import { PackedRows } from './packed-rows.ts';
import type { PartReader } from './part-reader.ts';
import type { RecordPlace } from './record-place.ts';

const scratch = new ByteWriter(4096);
const key = newPackedKey();

export class PackedKeys {
  readonly rows: PackedRows;
  private readonly source: ClaimSource;
  /** By slot, its row counted from 1; 0 for a key with a record. */
  private rowOf: Uint32Array<ArrayBuffer>;
  /** The keys that were packed since somebody asked; null while nobody has. */
  private fresh: number[] | null = null;
  readonly ahead: ClaimsAhead;

  /** Of a table with so many keys. */
  constructor(count: number, source: ClaimSource, rows = new PackedRows()) {
    this.source = source;
    this.rows = rows;
    this.rowOf = new Uint32Array(capacityFor(count));
    this.ahead = new ClaimsAhead(source, (slot, into) => this.addPlaces(slot, into));
  }

  /** Makes room for twice as many slots. */
  grow(): void {
    this.rowOf = doubled(this.rowOf);
  }

  has(slot: number): boolean {
    return this.rowOf[slot]! > 0;
  }

  /**
   * Packs a key whose record, if it has one, is given up. Where its assessment is another than before, `outcome.mark`
   * of the table must be called too.
   */
  put(slot: number, packed: PackedKey): void {
    this.remove(slot);
    this.rowOf[slot] = this.rows.add(packed) + 1;
    this.fresh?.push(slot);
  }

  /** The keys that are packed, and were not when this was asked before. */
  takeFresh(): number[] {
    const fresh = this.fresh ?? Array.from(this.rowOf.keys());
    this.fresh = [];
    return fresh.filter((slot) => this.has(slot));
  }

  /** Forgets a packed key. */
  remove(slot: number): void {
    if (!this.has(slot)) return;
    this.rows.remove(this.rowOf[slot]! - 1);
    this.rowOf[slot] = 0;
    this.ahead.drop(slot);
  }

  /** The record that a packed key would have. The next call overwrites it, as that of `assessmentOf` does. */
  recordOf(slot: number): RecordPlace {
    const { to } = this.assessmentOf(slot);
    scratch.length = to;
    scratch.long(key.version);
    scratch.long(2);
    scratch.long(key.paymentHeight);
    scratch.long(key.paymentIndex);
    scratch.long(key.settlementHeight);
    scratch.long(key.settlementIndex);
    const first = this.ahead.firstOf(slot);
    for (let claim = 0; claim < key.count; claim++) {
      const place = key.claims[claim]!;
      const { bytes, from, to } = first === undefined ? this.source(place) : this.ahead.claimAt(first + claim);
      writeRecordClaim(scratch, place, bytes, from, to);
    }
    return { bytes: scratch.buffer, from: 0, to: scratch.length };
  }

  /** The height of the block with the key's last entry. */
  lastHeightOf(slot: number): number {
    this.rows.read(this.rowOf[slot]! - 1, key);
    return Math.max(key.paymentHeight, key.settlementHeight);
  }

  assessmentOf(slot: number): RecordPlace {
    const name = this.rows.read(this.rowOf[slot]! - 1, key);
    scratch.length = 0;
    scratch.reserve(4 + PACKED_SIZE_MAX + name.length);
    const { buffer } = scratch;
    const to = writePackedAssessment(buffer, 4, name, key.minor, key.paymentAt, key.settlementAt);
    buffer.writeUInt32BE(to - 4, 0);
    return { bytes: buffer, from: 4, to };
  }

  *parts(count: number): Iterable<Uint8Array> {
    yield bytesOf(this.rowOf.subarray(0, count));
    yield* this.rows.parts();
  }

  static fromParts(parts: PartReader, count: number, source: ClaimSource | undefined): PackedKeys {
    if (source === undefined) throw new RangeError('packed keys need the log that their claims are in');
    const rowOf = parts.column(Uint32Array, count);
    const packed = new PackedKeys(0, source, PackedRows.fromParts(parts));
    packed.rowOf = rowOf;
    return packed;
  }

  private addPlaces(slot: number, into: LogPlace[]): boolean {
    if (!this.has(slot)) return false;
    this.rows.read(this.rowOf[slot]! - 1, key);
    for (let claim = 0; claim < key.count; claim++) into.push(key.claims[claim]!);
    return true;
  }
}
