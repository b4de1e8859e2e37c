// Reads a file in parts, each by itself: says whether its rows allow it, reads one part, and puts the results together.

import { HesabuError, type Reject } from '../../domain/errors.ts';
import type { Append } from '../../log/event-log.ts';
import { type Fingerprint, headOf, visitRange } from './file-chunks.ts';
import { cutIntoParts, type Divisible, divisibleOf, type FilePart } from './file-parts.ts';
import { FilePass, type PassResult, type PassTerms } from './file-pass.ts';
import { addSums } from './file-sums.ts';
import { lastRowOf, openRowOf } from './last-row.ts';
import { type Layout, layoutOf } from './layouts.ts';
import type { FileJob, RowVisitor, TableStart } from './rows.ts';

interface PartsJob extends FileJob, PassTerms {
  /** The file that is read; `path` is what messages call it. */
  readonly source: string;
  readonly chunkBytes?: number;
  readonly partBytes?: number | undefined;
}

const LF = 10;

/** What is known of a file before any of its parts was read. */
const NOTHING: PassResult = {
  rows: 0,
  rejected: 0,
  leftOut: 0,
  sums: {},
  fees: {},
  lack: null,
  totals: [],
  isPerhapsCut: false,
  reports: [],
  issuedAt: null,
  header: null,
  each: undefined,
};

interface CutSink {
  raw?(bytes: Buffer): void;
  part(part: FilePart): void;
}

/**
 * Cuts a file into parts and passes them on, for others to read; nothing of the result but the fingerprint is known
 * then. Returns null, and passes nothing, where the rows of the file must be read in their order, or where it is cut
 * off. Throws as `visitChunks`.
 */
export async function cutFile(job: PartsJob, sink: CutSink): Promise<(Fingerprint & PassResult) | null> {
  const { source, path: name } = job;
  const cut = divide(await headOf(source, name), job);
  if (cut === null) return null;
  const { shape, endsLines = false } = cut.layout;
  if (lastRowOf(await openRowOf(source, name), shape, endsLines).lack !== null) return null;
  const visitor = { raw: (bytes: Buffer) => sink.raw?.(bytes), part: (part: FilePart) => sink.part(part) };
  return { ...NOTHING, ...(await cutIntoParts(source, name, cut.divisible, visitor, job.partBytes)) };
}

function divide(head: Buffer, job: FileJob): { readonly layout: Layout; readonly divisible: Divisible } | null {
  let start: TableStart | undefined;
  const visitor: RowVisitor = {
    fact: () => {},
    reject: () => {},
    broken: () => {},
    table: (one) => {
      start = one;
    },
  };
  try {
    const layout = layoutOf(head, job, visitor);
    layout.chunk(head.subarray(0, head.lastIndexOf(LF) + 1));
    const divisible = divisibleOf(head, layout, job.format.linkedBy, start);
    return divisible === null ? null : { layout, divisible };
  } catch (error) {
    // The reading in one piece says what is wrong.
    if (error instanceof HesabuError) return null;
    throw error;
  }
}

interface PartSink {
  append(batch: Append): void | Promise<void>;
  reject(reject: Reject): void;
  leftOut?(line: number, id: string | null): void;
  progress?(bytesRead: number, bytesTotal: number): unknown;
}

/** Reads one part. Throws as `visitChunks`, also where the file is no longer the one that was cut. */
export async function readPart(job: PartsJob, part: FilePart, sink: PartSink): Promise<PassResult> {
  const { source, path: name, chunkBytes } = job;
  const pass = new FilePass(job, {
    reject: (reject) => sink.reject(reject),
    leftOut: (line, id) => sink.leftOut?.(line, id),
  });
  const isLast = BigInt(part.to) === part.state.bytes;
  const openRow = isLast ? await openRowOf(source, name) : Buffer.alloc(0);
  let layout: Layout | undefined;
  const head = (bytes: Buffer) => {
    layout = layoutOf(bytes, job, pass);
    pass.begin(layout, openRow, false);
    layout.chunk(bytes.subarray(0, part.headerEnd));
    layout.skipTo!(part.linesBefore);
  };
  const chunk = async (bytes: Buffer, bytesRead: number, bytesTotal: number) => {
    layout!.chunk(bytes);
    for (const batch of pass.facts.batches.takeFull()) await sink.append(batch);
    await sink.progress?.(bytesRead, bytesTotal);
  };
  await visitRange(source, part, { head, chunk }, chunkBytes === undefined ? { name } : { name, chunkBytes });
  layout!.end();
  const { result } = pass;
  if (result.lack === null) for (const batch of pass.facts.batches.takeRest()) await sink.append(batch);
  return result;
}

/** The result of a file by those of its parts, in their order. */
export function joinParts<Whole extends PassResult>(whole: Whole, parts: readonly PassResult[]): Whole {
  const sum = (of: (one: PassResult) => number) => parts.reduce((total, one) => total + of(one), 0);
  return {
    ...whole,
    rows: sum(({ rows }) => rows),
    rejected: sum(({ rejected }) => rejected),
    leftOut: sum(({ leftOut }) => leftOut),
    sums: parts.reduce((sums, one) => addSums(sums, one.sums), {}),
    fees: parts.reduce((fees, one) => addSums(fees, one.fees), {}),
    lack: parts.find(({ lack }) => lack !== null)?.lack ?? whole.lack,
    isPerhapsCut: parts.some(({ isPerhapsCut }) => isPerhapsCut),
    reports: [...new Set(parts.flatMap(({ reports }) => reports))],
    header: parts[0]!.header,
  };
}
