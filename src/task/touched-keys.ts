// The keys of one block: the keys of its values in the order of their first value, then the keys that are due.
// Values are linked per key in arrays of numbers, because a block holds up to some hundred thousand of them.

import { newSpan } from '../domain/byte-scan.ts';
import type { ByteWriter } from '../domain/bytes.ts';
import type { Cause } from '../domain/entry.ts';
import type { Claim } from '../domain/fact.ts';
import { HANDOFFS_TOPIC } from '../domain/handoff.ts';
import { IDENTITY_MARK_CODE } from '../domain/key.ts';
import type { Instant } from '../domain/time.ts';
import type { Batch } from '../log/event-log.ts';
import { type FactPlace, locateFact, readClaim } from '../log/fact-codec.ts';
import { findPlainClaimant } from '../log/handoff-codec.ts';
import { type LogPlace, logPlace, placesOf } from '../log/log-place.ts';
import { forEachFact } from '../log/value-frames.ts';
import { type Evolved, evolveAll, type PaymentState, saidAgain } from '../matching/evolve.ts';
import { plainClaim } from './handoff-writer.ts';
import type { IdentityTable } from './identity-table.ts';
import { writeRecordClaim } from './key-record.ts';
import { addPlace, type PackedKey } from './packed-key.ts';
import type { StateTable } from './state-table.ts';

const NONE = -1;

export interface SourceCounts {
  added: number;
  known: number;
}

/** Where a value lies: as the `index`th of its batch, with its claim from `from` to `to` in the payload. */
export interface Value {
  batch: Batch;
  index: number;
  from: number;
  to: number;
}

export class TouchedKeys {
  count = 0;
  readonly counts = new Map<number, SourceCounts>();
  private readonly table: StateTable;
  private readonly identities: IdentityTable;
  private readonly batches: Batch[] = [];
  /** Of each batch: its first offset, and what the places of its topic begin with. */
  private readonly origins: { readonly first: number; readonly topic: LogPlace | undefined }[] = [];
  private slots = new Int32Array(1024);
  private first = new Int32Array(1024);
  private last = new Int32Array(1024);
  private values = 0;
  private readonly claimant = newSpan();
  private next = new Int32Array(4096);
  private batchAt = new Int32Array(4096);
  private indexIn = new Int32Array(4096);
  /** Where each value's claim lies in its batch's payload. */
  private from = new Int32Array(4096);
  private to = new Int32Array(4096);
  private value: Value | null = null;

  constructor(table: StateTable, identities: IdentityTable) {
    this.table = table;
    this.identities = identities;
  }

  readBatch(batch: Batch): void {
    const { payload } = batch;
    const batchAt = this.batches.push(batch) - 1;
    this.origins.push({ first: Number(batch.from), topic: placesOf(batch.topic) });
    if (!this.counts.has(batch.source)) this.counts.set(batch.source, { added: 0, known: 0 });
    const place = { keyFrom: 0, keyTo: 0, claimFrom: 0 };
    forEachFact(payload, 0, (start, end, index) => {
      locateFact(payload, start, place);
      if (payload[place.keyFrom] === IDENTITY_MARK_CODE && this.isPacked(batch, place, end)) return;
      const slot = this.table.slotOf(payload, place.keyFrom, place.keyTo);
      this.addValue(this.orderFor(slot), batchAt, index, place.claimFrom, end);
    });
  }

  /** Whether the value is all that there is to know of an identity. If not, the identity becomes a key. */
  private isPacked({ topic, payload }: Batch, { keyFrom, keyTo, claimFrom }: FactPlace, end: number): boolean {
    const { identities, claimant } = this;
    const isPlain = topic === HANDOFFS_TOPIC && findPlainClaimant(payload, claimFrom, end, claimant);
    if (isPlain && identities.claim(payload, keyFrom, keyTo, claimant)) return true;
    const known = identities.takeReference(payload, keyFrom, keyTo);
    if (known !== undefined) this.addKnown(this.table.slotOf(payload, keyFrom, keyTo), known);
    return false;
  }

  /** Adds what the table knew of an identity that becomes a key, as the value from which it was known. */
  private addKnown(slot: number, reference: string): void {
    const { payload, from, to } = plainClaim(this.table.keys.keyOf(slot), reference);
    if (!this.counts.has(0)) this.counts.set(0, { added: 0, known: 0 });
    const batchAt =
      this.batches.push({ topic: HANDOFFS_TOPIC, partition: 0, from: 0n, to: 1n, payload, source: 0 }) - 1;
    // Its bytes are not those of any value in the log.
    this.origins.push({ first: 0, topic: undefined });
    this.addValue(this.orderFor(slot), batchAt, 0, from, to);
  }

  /**
   * Adds the keys whose deadline has passed, in the order of their slots, up to `most` of them; before them, if wanted,
   * all identities that are keys.
   */
  addDue(asOf: Instant, most: number, withIdentities: boolean): void {
    const { keys, deadlines, count } = this.table;
    if (!deadlines.hasDue(count, asOf)) return;
    if (withIdentities) {
      for (let slot = 0; slot < keys.count; slot++) {
        if (keys.markOf(slot) === IDENTITY_MARK_CODE) this.orderFor(slot);
      }
    }
    for (let slot = 0, left = most; slot < count && left > 0; slot++) {
      if (deadlines.at[slot]! > asOf) continue;
      const before = this.count;
      this.orderFor(slot);
      left -= this.count - before;
    }
  }

  slotAt(order: number): number {
    return this.slots[order]!;
  }

  /** The first value of a touched key, or -1. */
  firstValue(order: number): number {
    return this.first[order]!;
  }

  nextValue(value: number): number {
    return this.next[value]!;
  }

  /** Where a value lies, until the next call. */
  valueAt(value: number): Readonly<Value> {
    const batch = this.batches[this.batchAt[value]!]!;
    this.value ??= { batch, index: 0, from: 0, to: 0 };
    const place = this.value;
    place.batch = batch;
    place.index = this.indexIn[value]!;
    place.from = this.from[value]!;
    place.to = this.to[value]!;
    return place;
  }

  /** Writes the claim as it lies in the log, for a record. */
  copyClaim(value: number, writer: ByteWriter): void {
    const { payload } = this.batches[this.batchAt[value]!]!;
    writeRecordClaim(writer, this.placeOf(value), payload, this.from[value]!, this.to[value]!);
  }

  /** Where the value lies in the log. */
  private placeOf(value: number): LogPlace {
    const { first, topic } = this.origins[this.batchAt[value]!]!;
    return logPlace(topic, first + this.indexIn[value]!);
  }

  /** Adds where the first `count` values lie in the log; false where one has no place, or they are too many. */
  addPlaces(values: Int32Array, count: number, into: Pick<PackedKey, 'claims' | 'count'>): boolean {
    for (let at = 0; at < count; at++) if (!addPlace(into, this.placeOf(values[at]!))) return false;
    return true;
  }

  /** Counts a value for its import: as new, or as known before. */
  tally(value: number, isNew: boolean): void {
    const counts = this.counts.get(this.batches[this.batchAt[value]!]!.source)!;
    if (isNew) counts.added++;
    else counts.known++;
  }

  /** Clears the table's marks for the next block. */
  release(): void {
    this.table.packed?.ahead.forget();
    for (let order = 0; order < this.count; order++) this.table.marks[this.slots[order]!] = 0;
  }

  private orderFor(slot: number): number {
    // A mark is the key's place among the touched keys, from 1; 0 if it is not touched.
    const mark = this.table.marks[slot]!;
    if (mark > 0) return mark - 1;
    if (this.count === this.slots.length) {
      this.slots = doubled(this.slots);
      this.first = doubled(this.first);
      this.last = doubled(this.last);
    }
    const order = this.count++;
    this.slots[order] = slot;
    this.first[order] = NONE;
    this.last[order] = NONE;
    this.table.marks[slot] = order + 1;
    return order;
  }

  private addValue(order: number, batchAt: number, index: number, from: number, to: number): void {
    if (this.values === this.next.length) {
      this.next = doubled(this.next);
      this.batchAt = doubled(this.batchAt);
      this.indexIn = doubled(this.indexIn);
      this.from = doubled(this.from);
      this.to = doubled(this.to);
    }
    const value = this.values++;
    this.next[value] = NONE;
    this.batchAt[value] = batchAt;
    this.indexIn[value] = index;
    this.from[value] = from;
    this.to[value] = to;
    if (this.first[order] === NONE) this.first[order] = value;
    else this.next[this.last[order]!] = value;
    this.last[order] = value;
  }
}

function claimAt({ batch, from, to }: Readonly<Value>): Claim {
  return readClaim(batch.payload, from, to);
}

export function causeOf({ batch: { topic, partition, from }, index }: Readonly<Value>): Cause {
  return { topic, partition, offset: from + BigInt(index) };
}

/** Adds the claims of a key's values to its state. `added` has the values that are new claims. */
export function evolveTouched(touched: TouchedKeys, order: number, old: PaymentState): Evolved {
  const first = touched.firstValue(order);
  // Time alone brought the key here, or one value, as mostly.
  if (first < 0) return { state: old, added: [] };
  if (touched.nextValue(first) < 0) {
    const claims = [claimAt(touched.valueAt(first))];
    const { state, added } = evolveAll(old, claims);
    touched.tally(first, added.length > 0 && saidAgain(old, claims, added).size === 0);
    return { state, added: added.length > 0 ? [first] : [] };
  }
  const values: number[] = [];
  for (let value = touched.firstValue(order); value >= 0; value = touched.nextValue(value)) values.push(value);
  const claims = values.map((value) => claimAt(touched.valueAt(value)));
  const { state, added } = evolveAll(old, claims);
  const again = saidAgain(old, claims, added);
  let next = 0;
  for (let at = 0; at < values.length; at++) {
    const isNew = added[next] === at;
    if (isNew) next++;
    touched.tally(values[at]!, isNew && !again.has(at));
  }
  return { state, added: added.map((at) => values[at]!) };
}

function doubled(column: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(column.length * 2);
  larger.set(column);
  return larger;
}
