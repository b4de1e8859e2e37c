// Reads one file of a known kind into facts: every row becomes either a fact or a reject. A file of which only the end
// tells whether it is whole is read to its end before the first row is taken; any other is read once.

import { tmpdir } from 'node:os';
import { HesabuError, type Reject } from '../../domain/errors.ts';
import type { Append } from '../../log/event-log.ts';
import type { FileContext, FileKind, Format } from '../formats/format.ts';
import { changed, type Fingerprint, fileFingerprint, visitChunks } from './file-chunks.ts';
import type { FilePart } from './file-parts.ts';
import { FilePass, type PassResult, type PassTerms } from './file-pass.ts';
import { type FileSource, openSource } from './file-source.ts';
import { openRowOf } from './last-row.ts';
import { type Layout, layoutOf } from './layouts.ts';
import type { Mapping } from './mapping.ts';
import type { FindForeign, NamedExport } from './named-export.ts';
import { cutFile, readPart } from './part-reader.ts';
import type { TableStart } from './rows.ts';
import { WorkbookTable } from './workbook-table.ts';

/** How a file is read: in which format, and by which mapping. */
export interface FileReading {
  readonly format: Format;
  readonly mapping?: Mapping | undefined;
  /** Of the provider, for this kind: where there is no mapping, that of the one that the file is. */
  readonly exports?: readonly NamedExport[];
  /** See Provider. */
  readonly returnSeries?: FileContext['returnSeries'];
  /** Where the format is not a network's own: of which network a file is that is not in it. */
  readonly findForeign?: FindForeign;
}

export interface ImportJob extends FileContext, FileReading, Pick<PassTerms, 'expected'> {
  readonly path: string;
  /** What messages and rejects call the file; its path if absent. */
  readonly name?: string;
  /** Where what is unpacked or decoded is kept meanwhile; the system's folder if absent. */
  readonly temporary?: string;
  readonly kind: FileKind;
  readonly partitions: number;
  /** The size of a read; 1 MiB by default. */
  readonly chunkBytes?: number;
  /** The part of a file that another reading cut: of the result then only what its rows come to is known. */
  readonly part?: FilePart | undefined;
  /** The size of a part that is cut; 8 MiB by default. */
  readonly partBytes?: number | undefined;
}

export interface ImportSink {
  /** Receives a batch of facts. If it returns a promise, reading waits for it. */
  append(batch: Append): void | Promise<void>;
  reject(reject: Reject): void;
  /** Told of each row that the mapping leaves out, and of the id that it goes by. */
  leftOut?(line: number, id: string | null): void;
  /** The header was found: called before the bytes that have it are passed on. */
  table?(start: TableStart): void;
  /** Receives the file's text as it is read, for the archive; the next read overwrites it. */
  raw?(bytes: Buffer): void;
  /** Receives parts of the file, if it can be read so: then only they have its rows. Absent, it is read as a whole. */
  part?(part: FilePart): void;
  /** Called after each chunk. If it returns a promise, reading waits for it. */
  progress?(bytesRead: number, bytesTotal: number): unknown;
}

export interface ImportResult extends Fingerprint, PassResult {}

/**
 * Reads a file and passes its facts to the sink; none of a file with a `lack`. Throws a HesabuError if the file cannot
 * be read at all: HESABU_HEADER_INVALID, and as `openSource` does. Where that happens after its beginning, facts may
 * have passed. Anything else is a reject.
 */
export async function readFile(job: ImportJob, sink: ImportSink): Promise<ImportResult> {
  const { path, name = path, temporary: folder = tmpdir(), kind, mapping } = job;
  // Its bytes were looked at before it was cut.
  if (job.part !== undefined) {
    const own = { ...job, path: name, source: path };
    return { bytes: 0, sha256: '', ...(await readPart(own, job.part, sink)) };
  }
  const source = await openSource({ path, name, folder, kind, encoding: mapping?.encoding });
  try {
    const read = source.form === 'workbook' ? readWorkbook : readSource;
    const result = await read({ ...job, name }, source, sink);
    return source.original === null ? result : { ...result, ...source.original };
  } finally {
    source.close();
  }
}

async function readSource(
  given: ImportJob,
  { path, unknownEncoding, original }: FileSource,
  sink: ImportSink,
): Promise<ImportResult> {
  const { name = path, expected } = given;
  if (sink.part !== undefined && original === null && unknownEncoding === null && expected === undefined) {
    const to = { raw: (bytes: Buffer) => sink.raw?.(bytes), part: (part: FilePart) => sink.part?.(part) };
    const cut = await cutFile({ ...given, path: name, source: path }, to);
    if (cut !== null) return cut;
  }
  const job: TextJob = { ...given, path, ...(unknownEncoding === null ? {} : { unknownEncoding }) };
  const first = await readOnce(job, sink, true).catch((error) => {
    // A header in an unknown encoding has other names than those that are looked for.
    const isHeader = error instanceof HesabuError && error.code === 'HESABU_HEADER_INVALID';
    throw isHeader ? (unknownEncoding ?? error) : error;
  });
  if (!first.isTrial || first.result.lack !== null) return first.result;
  const { result } = await readOnce(job, { ...sink, reject: () => {}, leftOut: () => {} }, false);
  // The facts that passed are of another file than the one that was found to be whole.
  if (result.sha256 !== first.result.sha256) throw changed(name);
  return result;
}

async function readWorkbook(given: ImportJob, { path }: FileSource, sink: ImportSink): Promise<ImportResult> {
  const { name = path } = given;
  const before = await fileFingerprint(path, name);
  const table = await WorkbookTable.open(path, { ...given, path: name });
  try {
    const first = await readTable(table, given, sink, true);
    const isTaken = !first.isTrial || first.result.lack !== null;
    const { result } = isTaken
      ? first
      : await readTable(table, given, { ...sink, reject: () => {}, leftOut: () => {} }, false);
    const after = await fileFingerprint(path, name);
    if (after.sha256 !== before.sha256) throw changed(name);
    await sink.progress?.(after.bytes, after.bytes);
    return { ...result, ...after };
  } finally {
    await table.close();
  }
}

type TableReading = { readonly result: PassResult; readonly isTrial: boolean };

async function readTable(
  table: WorkbookTable,
  job: ImportJob,
  sink: ImportSink,
  mayTry: boolean,
): Promise<TableReading> {
  const pass = new FilePass(job, sink);
  pass.begin({ shape: 'document', isKnownAtEnd: table.hasTotals }, NO_BYTES, mayTry);
  await table.read(pass, {
    raw: (bytes) => {
      if (!pass.isTrial) sink.raw?.(bytes);
    },
    pause: async () => {
      for (const batch of pass.facts.batches.takeFull()) await sink.append(batch);
      // The rejects of a sheet must not be read faster than they are stored.
      await sink.progress?.(0, 0);
    },
  });
  const { result } = pass;
  if (result.lack === null) for (const batch of pass.facts.batches.takeRest()) await sink.append(batch);
  return { result, isTrial: pass.isTrial };
}

const NO_BYTES = Buffer.alloc(0);

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
  const pass = new FilePass(job, sink);
  const openRow = await openRowOf(path, name);
  let layout: Layout | undefined;
  const head = (bytes: Buffer) => {
    layout = layoutOf(bytes, { ...job, path: name }, pass);
    pass.begin(layout, openRow, mayTry);
  };
  const chunk = async (bytes: Buffer, bytesRead: number, bytesTotal: number) => {
    layout!.chunk(bytes);
    // After the rows: then it is known where the table begins.
    if (!pass.isTrial) sink.raw?.(bytes);
    for (const batch of pass.facts.batches.takeFull()) await sink.append(batch);
    if (!pass.isTrial) await sink.progress?.(bytesRead, bytesTotal);
  };
  const options = chunkBytes === undefined ? { name } : { name, chunkBytes };
  const fingerprint = await visitChunks(path, { head, chunk }, options);
  layout!.end();
  const result = { ...fingerprint, ...pass.result };
  if (result.lack === null) for (const batch of pass.facts.batches.takeRest()) await sink.append(batch);
  return { result, isTrial: pass.isTrial };
}
