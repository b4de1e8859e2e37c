// A large file in parts that several threads read. One pass reads the file from start to end for its hash and the
// archive, and cuts it at line ends. A part is given on only when the pass is beyond its end: what a fact comes from is
// in the archive before the fact is in the log.

import { stat } from 'node:fs/promises';
import { type Fingerprint, visitChunks } from './file-chunks.ts';
import type { Layout } from './layouts.ts';
import type { TableStart } from './rows.ts';

/** A file as it was: what is written to meanwhile has another size or time. */
export interface FileState {
  readonly bytes: bigint;
  readonly changedAt: bigint;
}

/** The bytes from `from` up to `to`, which begin with a line and end with one. */
export interface FilePart {
  readonly from: number;
  readonly to: number;
  /** How many lines come before it. */
  readonly linesBefore: number;
  /** Where the table's header ends; 0 where the file has none, and for the first part, which reads it itself. */
  readonly headerEnd: number;
  readonly state: FileState;
}

/**
 * Of a part of this size a thread can keep nearly all facts until those of the parts before are stored. Smaller parts
 * would cost more: each ends with batches that are not full.
 */
export const PART_BYTES = 8 * 1024 * 1024;

const [LF, QUOTE] = [10, 34];

/** Of which the rows can be read apart: how the file's layout begins, for every part. */
export interface Divisible {
  readonly headerEnd: number;
  /** A quote may open a cell that goes on beyond a line end. */
  readonly hasQuotes: boolean;
}

/**
 * How a file whose head has this layout can be read in parts; null if it cannot. `linked` are the fields by which the
 * rows of its format depend on each other; `start` is what its table begins with, if it has begun within the head.
 */
export function divisibleOf(
  head: Buffer,
  layout: Layout,
  linked: readonly string[] | undefined,
  start: TableStart | undefined,
): Divisible | null {
  if (linked === undefined || layout.skipTo === undefined) return null;
  if (layout.shape === 'lines') return linked.length === 0 ? { headerEnd: 0, hasQuotes: false } : null;
  if (start === undefined || head.includes(QUOTE)) return null;
  if (start.fields.flat().some((field) => linked.includes(field))) return null;
  return { headerEnd: afterLine(head, start.line), hasQuotes: true };
}

/** Where the line with this number ends, with its line feed. */
function afterLine(bytes: Buffer, line: number): number {
  let at = 0;
  for (let count = 0; count < line; count++) at = bytes.indexOf(LF, at) + 1;
  return at;
}

export interface PartsVisitor {
  /** Receives the bytes in order; the next read overwrites them. */
  raw(bytes: Buffer): void;
  part(part: FilePart): void;
}

/** Throws as `visitChunks`. */
export async function cutIntoParts(
  path: string,
  name: string,
  divisible: Divisible,
  visitor: PartsVisitor,
  partBytes = PART_BYTES,
): Promise<Fingerprint> {
  const cutter = new Cutter(await stateOf(path), divisible, partBytes);
  const chunk = (bytes: Buffer) => {
    visitor.raw(bytes);
    const part = cutter.chunk(bytes);
    if (part !== null) visitor.part(part);
  };
  const chunkBytes = Math.min(partBytes, CHUNK_MAX);
  const fingerprint = await visitChunks(path, { chunk }, { name, chunkBytes });
  const last = cutter.rest(fingerprint.bytes);
  if (last !== null) visitor.part(last);
  return fingerprint;
}

const CHUNK_MAX = 1024 * 1024;

async function stateOf(path: string): Promise<FileState> {
  const { size, mtimeNs } = await stat(path, { bigint: true });
  return { bytes: size, changedAt: mtimeNs };
}

class Cutter {
  private readonly state: FileState;
  private readonly divisible: Divisible;
  private readonly partBytes: number;
  private read = 0;
  private lines = 0;
  private from = 0;
  private linesBefore = 0;
  private isWhole = true;

  constructor(state: FileState, divisible: Divisible, partBytes: number) {
    this.state = state;
    this.divisible = divisible;
    this.partBytes = partBytes;
  }

  /** Returns the part that ends within these bytes, if one does. */
  chunk(bytes: Buffer): FilePart | null {
    const { divisible, read } = this;
    this.read += bytes.length;
    // From the first quote on, nobody knows where a record ends without having read all before it.
    if (divisible.hasQuotes && this.isWhole && bytes.includes(QUOTE)) this.isWhole = false;
    if (!this.isWhole) return null;
    const last = bytes.lastIndexOf(LF);
    const isBeyondHeader = read + last + 1 >= divisible.headerEnd;
    const isCut = last >= 0 && isBeyondHeader && this.read - this.from >= this.partBytes;
    for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) this.lines++;
    return isCut ? this.cut(read + last + 1) : null;
  }

  /** What is left at the end of the file. */
  rest(to: number): FilePart | null {
    return to > this.from ? this.cut(to) : null;
  }

  private cut(to: number): FilePart {
    const { from, linesBefore, state, divisible } = this;
    this.from = to;
    this.linesBefore = this.lines;
    return { from, to, linesBefore, headerEnd: from === 0 ? 0 : divisible.headerEnd, state };
  }
}
