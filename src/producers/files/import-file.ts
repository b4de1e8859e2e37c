// Reads one file of a known kind into facts: every row becomes either a fact or a reject. A file of which only the end
// tells whether it is whole is read to its end before the first row is taken; any other is read once.

import { tmpdir } from 'node:os';
import { HesabuError, type Reject } from '../../domain/errors.ts';
import type { Fact } from '../../domain/fact.ts';
import type { Instant } from '../../domain/time.ts';
import type { Append, Topic } from '../../log/event-log.ts';
import type { FileContext, FileKind, Format } from '../formats/format.ts';
import { FactBatches } from './fact-batches.ts';
import { changed, type Fingerprint, visitChunks } from './file-chunks.ts';
import { type FileSource, openSource } from './file-source.ts';
import { FileSummer, type FileSums } from './file-sums.ts';
import { type Lack, lastRowOf, openRowOf } from './last-row.ts';
import { type Layout, layoutOf } from './layouts.ts';
import type { Mapping } from './mapping.ts';
import type { FindForeign, NamedExport } from './named-export.ts';
import type { RowVisitor } from './rows.ts';

/** How a file is read: in which format, and by which mapping. */
export interface FileReading {
  readonly format: Format;
  readonly mapping?: Mapping | undefined;
  /** Of the provider, for this kind: where there is no mapping, that of the one that the file is. */
  readonly exports?: readonly NamedExport[];
  /** Where the format is not a network's own: of which network a file is that is not in it. */
  readonly findForeign?: FindForeign;
}

export interface ImportJob extends FileContext, FileReading {
  readonly path: string;
  /** What messages and rejects call the file; its path if absent. */
  readonly name?: string;
  /** Where what is unpacked or decoded is kept meanwhile; the system's folder if absent. */
  readonly temporary?: string;
  readonly kind: FileKind;
  readonly partitions: number;
  /** The size of a read; 1 MiB by default. */
  readonly chunkBytes?: number;
}

export interface ImportSink {
  /** Receives a batch of facts. If it returns a promise, reading waits for it. */
  append(batch: Append): void | Promise<void>;
  reject(reject: Reject): void;
  /** Receives the file's bytes as they are read, for the archive; the next read overwrites them. */
  raw?(bytes: Buffer): void;
  /** Called after each chunk. If it returns a promise, reading waits for it. */
  progress?(bytesRead: number, bytesTotal: number): unknown;
}

/** `rows` counts accepted and rejected rows, and those left out. */
export interface ImportResult extends Fingerprint, FileSums {
  readonly rows: number;
  readonly rejected: number;
  readonly leftOut: number;
  /** Why it is not taken: it did not end as its beginning says, for people. Null for a file that is whole. */
  readonly lack: Lack | null;
  /** Whether its last row has no line end, so that it may be cut. */
  readonly isPerhapsCut: boolean;
  /** The reports that its lines name. */
  readonly reports: readonly string[];
  /** When a JSON report says that it was issued. */
  readonly issuedAt: Instant | null;
}

/**
 * Reads a file and passes its facts to the sink; none of a file with a `lack`. Throws a HesabuError if the file cannot
 * be read at all: HESABU_HEADER_INVALID, and as `openSource` does. Where that happens after its beginning, facts may
 * have passed. Anything else is a reject.
 */
export async function readFile(job: ImportJob, sink: ImportSink): Promise<ImportResult> {
  const { path, name = path, temporary: folder = tmpdir(), kind, mapping } = job;
  const source = await openSource({ path, name, folder, kind, encoding: mapping?.encoding });
  try {
    if (source.form === 'workbook') throw workbook(name);
    const result = await readSource({ ...job, name }, source, sink);
    return source.original === null ? result : { ...result, ...source.original };
  } finally {
    source.close();
  }
}

async function readSource(
  given: ImportJob,
  { path, unknownEncoding }: FileSource,
  sink: ImportSink,
): Promise<ImportResult> {
  const job: TextJob = { ...given, path, ...(unknownEncoding === null ? {} : { unknownEncoding }) };
  const first = await readOnce(job, sink, true).catch((error) => {
    // A header in an unknown encoding has other names than those that are looked for.
    const isHeader = error instanceof HesabuError && error.code === 'HESABU_HEADER_INVALID';
    throw isHeader ? (unknownEncoding ?? error) : error;
  });
  if (!first.isTrial || first.result.lack !== null) return first.result;
  const { result } = await readOnce(job, { ...sink, reject: () => {} }, false);
  // The facts that passed are of another file than the one that was found to be whole.
  if (result.sha256 !== first.result.sha256) throw changed(given.name ?? path);
  return result;
}

function workbook(where: string): HesabuError {
  const found = 'an Excel workbook';
  const remedy = 'Save it as CSV in UTF-8.';
  return new HesabuError('HESABU_FILE_UNREADABLE', { where, expected: 'a text file', found, remedy });
}

interface TextJob extends ImportJob {
  readonly unknownEncoding?: HesabuError;
}

interface Reading {
  readonly result: ImportResult;
  /** Whether its facts and bytes were passed to nobody. */
  readonly isTrial: boolean;
}

async function readOnce(job: TextJob, sink: ImportSink, mayTry: boolean): Promise<Reading> {
  const { path, name = path, chunkBytes } = job;
  const pass = new Pass(job, sink);
  const openRow = await openRowOf(path, name);
  let layout: Layout | undefined;
  const head = (bytes: Buffer) => {
    layout = layoutOf(bytes, { ...job, path: name }, pass);
    pass.begin(layout, openRow, mayTry);
  };
  const chunk = async (bytes: Buffer, bytesRead: number, bytesTotal: number) => {
    if (!pass.isTrial) sink.raw?.(bytes);
    layout!.chunk(bytes);
    for (const batch of pass.batches.takeFull()) await sink.append(batch);
    if (!pass.isTrial) await sink.progress?.(bytesRead, bytesTotal);
  };
  const options = chunkBytes === undefined ? { name } : { name, chunkBytes };
  const fingerprint = await visitChunks(path, { head, chunk }, options);
  layout!.end();
  const result = { ...fingerprint, ...pass.result };
  if (result.lack === null) for (const batch of pass.batches.takeRest()) await sink.append(batch);
  return { result, isTrial: pass.isTrial };
}

/** Takes the rows of one reading of a file, and adds them up. */
class Pass implements RowVisitor {
  readonly batches: FactBatches;
  /** Whether its facts and bytes are for nobody. */
  isTrial = false;
  private readonly endsLines: boolean;
  /** Whether a later row may show that the file cannot be read at all. */
  private readonly isDoubtful: boolean;
  private readonly sink: ImportSink;
  private readonly summer = new FileSummer();
  private readonly reports = new Set<string>();
  private accepted = 0;
  private rejected = 0;
  private left = 0;
  private lack: Lack | null = null;
  private issuedAt: Instant | null = null;
  private isPerhapsCut = false;

  constructor({ importId, partitions, mapping, unknownEncoding }: TextJob, sink: ImportSink) {
    this.batches = new FactBatches(importId, partitions);
    this.endsLines = mapping?.endsLines === true;
    this.isDoubtful = unknownEncoding !== undefined;
    this.sink = sink;
  }

  begin({ shape, isKnownAtEnd }: Layout, openRow: Buffer, mayTry: boolean): void {
    const { hasLineEnd, lack } = lastRowOf(openRow, shape, this.endsLines);
    this.isPerhapsCut = !hasLineEnd;
    this.lack = lack;
    this.isTrial = lack !== null || (mayTry && (isKnownAtEnd === true || this.isDoubtful));
  }

  fact(topic: Topic, fact: Fact): void {
    this.accepted++;
    this.summer.add(fact);
    if (fact.report !== null) this.reports.add(fact.report);
    if (!this.isTrial) this.batches.add(topic, fact);
  }

  reject(reject: Reject): void {
    this.rejected++;
    this.sink.reject(reject);
  }

  leftOut(): void {
    this.left++;
  }

  issued(at: Instant): void {
    this.issuedAt = at;
  }

  broken(): void {
    this.lack ??= { expected: 'a whole file', found: 'a part of it', isRejected: true };
  }

  get result(): Omit<ImportResult, keyof Fingerprint> {
    const { accepted, rejected, left: leftOut, lack, issuedAt, isPerhapsCut } = this;
    const rows = accepted + rejected + leftOut;
    const about = { rows, rejected, leftOut, lack, isPerhapsCut, reports: [...this.reports], issuedAt };
    return { ...about, ...this.summer.result };
  }
}
