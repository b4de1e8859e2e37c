// Reads one file of a known kind into facts, in one pass: every row becomes either a fact or a reject.

import type { Reject } from '../../domain/errors.ts';
import type { Instant } from '../../domain/time.ts';
import type { Append } from '../../log/event-log.ts';
import type { FileContext, FileKind, Format } from '../formats/format.ts';
import { FactBatches } from './fact-batches.ts';
import { CHUNK_BYTES, type Fingerprint, visitChunks } from './file-chunks.ts';
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

/** `rows` counts accepted and rejected rows. */
export interface ImportResult extends Fingerprint {
  readonly rows: number;
  readonly rejected: number;
  /** Whether the file ended as its beginning says; otherwise rows are missing. */
  readonly isWhole: boolean;
  /** The reports that its lines name. */
  readonly reports: readonly string[];
  /** When a JSON report says that it was issued. */
  readonly issuedAt: Instant | null;
}

/**
 * Reads a file once and passes its facts to the sink. Throws a HesabuError if the file cannot be read at all:
 * HESABU_FILE_MISSING, HESABU_FILE_UNREADABLE, HESABU_FILE_EMPTY, HESABU_HEADER_INVALID. Anything else is a reject.
 */
export async function readFile(job: ImportJob, sink: ImportSink): Promise<ImportResult> {
  const batches = new FactBatches(job.importId, job.partitions);
  let [accepted, rejected] = [0, 0];
  let isWhole = true;
  let issuedAt: Instant | null = null;
  const reports = new Set<string>();
  let layout: Layout | undefined;
  const head = (bytes: Buffer) => {
    layout = layoutOf(bytes, job, {
      fact: (topic, fact) => {
        accepted++;
        if (fact.report !== null) reports.add(fact.report);
        batches.add(topic, fact);
      },
      reject: (reject) => {
        rejected++;
        sink.reject(reject);
      },
      issued: (at) => {
        issuedAt = at;
      },
      broken: () => {
        isWhole = false;
      },
    });
  };
  const chunk = async (bytes: Buffer, bytesRead: number, bytesTotal: number) => {
    sink.raw?.(bytes);
    layout!.chunk(bytes);
    for (const batch of batches.takeFull()) await sink.append(batch);
    await sink.progress?.(bytesRead, bytesTotal);
  };
  const fingerprint = await visitChunks(job.path, { head, chunk }, job.chunkBytes ?? CHUNK_BYTES);
  layout!.end();
  for (const batch of batches.takeRest()) await sink.append(batch);
  return { ...fingerprint, rows: accepted + rejected, rejected, isWhole, reports: [...reports], issuedAt };
}
