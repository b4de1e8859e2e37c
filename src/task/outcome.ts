// The outcome root: what the facts add up to, in whatever order they arrived and wherever they were processed. It is an
// RFC 6962 tree over all keys in byte order with their assessment. A leaf holds the keys up to and including the next
// one whose murmur2 hash ends in six zero bits: leaves depend on the keys alone, and one hash serves some sixty keys.

import { partitionHash } from '../domain/partition.ts';
import { type Digest, digestToHex } from '../ledger/digest.ts';
import { EMPTY_TREE, leafHash, rootOf, TreeGrower } from '../ledger/merkle.ts';
import { isEmptyPlace } from './record-place.ts';
import type { StateTable } from './state-table.ts';

const LEAF_MASK = 63;

/**
 * Keys in byte order with their assessments, laid end to end: the key's length (4 bytes), the key, whether it ends a
 * leaf (1 byte), the assessment's length (4 bytes), the assessment.
 */
export type OutcomeRun = Buffer;

/** The run of several partitions' tables. Keys that gave up all their claims are left out. */
export function outcomeRun(tables: readonly StateTable[]): OutcomeRun {
  const keys = keysInOrder(tables);
  // In the order of the slots, as the records are in memory: in the keys' order it takes twice as long.
  let size = 0;
  for (const table of tables) {
    for (let slot = 0; slot < table.count; slot++) {
      const { from, to } = table.assessmentOf(slot);
      if (to > from) size += 9 + table.keys.keySizeOf(slot) + to - from;
    }
  }
  // Shared memory, so that a run from a worker thread is not copied on its way to the main thread.
  const run = Buffer.from(new SharedArrayBuffer(size));
  let at = 0;
  for (const { table, slot } of keys) {
    const { bytes, from, to } = table.assessmentOf(slot);
    const keySize = table.keys.copyKey(slot, run, at + 4);
    run.writeUInt32BE(keySize, at);
    at += 4 + keySize;
    run[at++] = (partitionHash(run, at - 1 - keySize, at - 1) & LEAF_MASK) === 0 ? 1 : 0;
    at = run.writeUInt32BE(to - from, at);
    at += bytes.copy(run, at, from, to);
  }
  return run;
}

interface KeyPlace {
  readonly table: StateTable;
  readonly slot: number;
}

/** The keys with an assessment of all tables, in byte order: texts of the keys' bytes sort as the bytes do. */
function keysInOrder(tables: readonly StateTable[]): KeyPlace[] {
  const places: KeyPlace[] = [];
  const cursors = tables.map((table) => new TableCursor(table)).filter((cursor) => !cursor.isDone);
  while (cursors.length > 0) {
    let least = cursors[0]!;
    for (const cursor of cursors) if (cursor.text < least.text) least = cursor;
    const { table, slot } = least;
    if (!isEmptyPlace(table.assessmentOf(slot))) places.push({ table, slot });
    least.advance();
    if (least.isDone) cursors.splice(cursors.indexOf(least), 1);
  }
  return places;
}

/** A position among the sorted keys of a table. */
class TableCursor {
  readonly table: StateTable;
  private readonly slots: Uint32Array;
  private at = -1;
  slot = 0;
  text = '';

  constructor(table: StateTable) {
    this.table = table;
    this.slots = table.keys.slotsInOrder();
    this.advance();
  }

  get isDone(): boolean {
    return this.at >= this.slots.length;
  }

  advance(): void {
    this.at++;
    if (this.isDone) return;
    this.slot = this.slots[this.at]!;
    this.text = this.table.keys.keyBytesText(this.slot);
  }
}

/** The root over the keys of all runs, in hex. */
export function outcomeRoot(runs: readonly OutcomeRun[]): string {
  const tree = new TreeGrower(EMPTY_TREE);
  const leaf = new Leaf();
  for (const element of mergeRuns(runs)) {
    leaf.add(element.run, element.from, element.to);
    if (element.endsLeaf) tree.append(leaf.takeHash());
  }
  if (!leaf.isEmpty) tree.append(leaf.takeHash());
  return digestToHex(rootOf(tree.head()));
}

/** Collects the bytes of one leaf. */
class Leaf {
  private bytes = Buffer.allocUnsafe(64 * 1024);
  private size = 0;

  get isEmpty(): boolean {
    return this.size === 0;
  }

  add(run: Buffer, from: number, to: number): void {
    if (this.size + to - from > this.bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.size + to - from));
      this.bytes.copy(larger, 0, 0, this.size);
      this.bytes = larger;
    }
    this.size += run.copy(this.bytes, this.size, from, to);
  }

  takeHash(): Digest {
    const digest = leafHash(this.bytes, 0, this.size);
    this.size = 0;
    return digest;
  }
}

interface Element {
  readonly run: Buffer;
  readonly from: number;
  readonly to: number;
  readonly endsLeaf: boolean;
}

/** A position in a run: its next element. */
class Cursor {
  readonly run: Buffer;
  from = 0;
  keyEnd = 0;
  to = 0;

  constructor(run: Buffer) {
    this.run = run;
    this.advance();
  }

  get isDone(): boolean {
    return this.from >= this.run.length;
  }

  advance(): void {
    this.from = this.to;
    if (this.isDone) return;
    this.keyEnd = this.from + 4 + this.run.readUInt32BE(this.from);
    this.to = this.keyEnd + 5 + this.run.readUInt32BE(this.keyEnd + 1);
  }

  comesBefore(other: Cursor): boolean {
    return this.run.compare(other.run, other.from + 4, other.keyEnd, this.from + 4, this.keyEnd) < 0;
  }
}

function* mergeRuns(runs: readonly OutcomeRun[]): Iterable<Element> {
  const cursors = runs.map((run) => new Cursor(run)).filter((cursor) => !cursor.isDone);
  while (cursors.length > 0) {
    let least = cursors[0]!;
    for (const cursor of cursors) if (cursor !== least && cursor.comesBefore(least)) least = cursor;
    const { run, from, keyEnd, to } = least;
    yield { run, from, to, endsLeaf: run[keyEnd] === 1 };
    least.advance();
    if (least.isDone) cursors.splice(cursors.indexOf(least), 1);
  }
}
