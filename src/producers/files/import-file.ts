// Reads one file of a known kind into facts: every row becomes either a fact or a reject. A file of which only the end
// tells whether it is whole is read to its end before the first row is taken; any other is read once.

import type { Reject } from '../../domain/errors.ts';
import type { Instant } from '../../domain/time.ts';
import type { Append } from '../../log/event-log.ts';
import type { FileContext, FileKind, Format } from '../formats/format.ts';
import { FactBatches } from './fact-batches.ts';
import { changed, type Fingerprint, visitChunks } from './file-chunks.ts';
import { FileSummer, type FileSums } from './file-sums.ts';
import type { FindForeign } from './foreign-body.ts';
import { type Layout, layoutOf } from './layouts.ts';
import type { Mapping } from './mapping.ts';

/** How a file is read: in which format, and by which mapping. */
export interface FileReading {
  readonly format: Format;
  readonly mapping?: Mapping | undefined;
  /** Where the format is not a network's own: which network sends a body that is not in it. */
  readonly findForeign?: FindForeign;
}

export interface ImportJob extends FileContext, FileReading {
  readonly path: string;
  /** What messages and rejects call the file; its path if absent. */
  readonly name?: string;
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
  /** The reports that its lines name. */
  readonly reports: readonly string[];
  /** When a JSON report says that it was issued. */
  readonly issuedAt: Instant | null;
}

/** What a file that is not whole was expected to have, and what it has. */
export interface Lack {
  readonly expected: string;
  readonly found: string;
}

/**
 * Reads a file and passes its facts to the sink; none of a file with a `lack`. Throws a HesabuError if the file cannot
 * be read at all: HESABU_FILE_MISSING, HESABU_FILE_UNREADABLE, HESABU_FILE_EMPTY, HESABU_HEADER_INVALID. Where that
 * happens after its beginning, facts may have passed. Anything else is a reject.
 */
export async function readFile(job: ImportJob, sink: ImportSink): Promise<ImportResult> {
  const first = await readOnce(job, sink, true);
  if (!first.isTrial || first.result.lack !== null) return first.result;
  const { result } = await readOnce(job, { ...sink, reject: () => {} }, false);
  // The facts that passed are of another file than the one that was found to be whole.
  if (result.sha256 !== first.result.sha256) throw changed(job.name ?? job.path);
  return result;
}

interface Reading {
  readonly result: ImportResult;
  /** Whether its facts and bytes were passed to nobody. */
  readonly isTrial: boolean;
}

async function readOnce(job: ImportJob, sink: ImportSink, mayTry: boolean): Promise<Reading> {
  const { path, name = path, chunkBytes } = job;
  const batches = new FactBatches(job.importId, job.partitions);
  const summer = new FileSummer();
  let [accepted, rejected, leftOut] = [0, 0, 0];
  let lack: Lack | null = null;
  let issuedAt: Instant | null = null;
  const reports = new Set<string>();
  let layout: Layout | undefined;
  let isTrial = false;
  const head = (bytes: Buffer) => {
    layout = layoutOf(
      bytes,
      { ...job, path: name },
      {
        fact: (topic, fact) => {
          accepted++;
          summer.add(fact);
          if (fact.report !== null) reports.add(fact.report);
          if (!isTrial) batches.add(topic, fact);
        },
        reject: (reject) => {
          rejected++;
          sink.reject(reject);
        },
        leftOut: () => {
          leftOut++;
        },
        issued: (at) => {
          issuedAt = at;
        },
        broken: () => {
          lack ??= { expected: 'a whole file', found: 'a part of it' };
        },
      },
    );
    isTrial = mayTry && layout.isKnownAtEnd === true;
  };
  const chunk = async (bytes: Buffer, bytesRead: number, bytesTotal: number) => {
    if (!isTrial) sink.raw?.(bytes);
    layout!.chunk(bytes);
    for (const batch of batches.takeFull()) await sink.append(batch);
    if (!isTrial) await sink.progress?.(bytesRead, bytesTotal);
  };
  const fingerprint = await visitChunks(
    path,
    { head, chunk },
    { name, ...(chunkBytes === undefined ? {} : { chunkBytes }) },
  );
  layout!.end();
  if (lack === null) for (const batch of batches.takeRest()) await sink.append(batch);
  const rows = accepted + rejected + leftOut;
  const result = { ...fingerprint, ...summer.result, rows, rejected, leftOut, lack, reports: [...reports], issuedAt };
  return { result, isTrial };
}
