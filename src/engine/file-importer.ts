// Imports files into the log: all executors read at the same time, each one file after the other, the largest first.

import { HesabuError, type Reject } from '../domain/errors.ts';
import { formatInstant, type Instant } from '../domain/time.ts';
import type { EventLog } from '../log/event-log.ts';
import type { Rules } from '../matching/rules.ts';
import type { Mappings } from '../producers/files/mapping.ts';
import type { FileKind } from '../producers/formats/format.ts';
import { type ImportRecord, Imports } from '../projections/imports.ts';
import type { OnFailpoint } from '../runtime/failpoints.ts';
import type { Executor, Sink } from './executors/executor.ts';
import type { Executors } from './executors/executors.ts';
import { type InputFile, type PlannedFile, planImports } from './import-plan.ts';

export interface ImportOptions {
  readonly provider: string;
  readonly mappings: Mappings;
  /** The references that merchants reserve. */
  readonly reservations?: Rules['merchants'];
  readonly receivedAt: Instant;
  readonly progress?: (bytesRead: number) => void;
  readonly reject: (reject: Reject, importId: number) => void;
}

/** The result of one file. A file that could not be read as a whole has a `fault`. */
export interface ImportedFile {
  readonly record: ImportRecord;
  readonly fault: HesabuError | undefined;
}

interface FileImporterOptions {
  readonly log: EventLog;
  readonly executors: Executors;
  readonly onFailpoint: OnFailpoint;
  /** Whether the files come through the service. */
  readonly isOfService: boolean;
}

export class FileImporter {
  /** All imports. */
  readonly imports: Imports;
  private readonly log: EventLog;
  private readonly executors: Executors;
  private readonly onFailpoint: OnFailpoint;
  private readonly isOfService: boolean;

  constructor({ log, executors, onFailpoint, isOfService }: FileImporterOptions) {
    this.imports = new Imports(log);
    this.log = log;
    this.executors = executors;
    this.onFailpoint = onFailpoint;
    this.isOfService = isOfService;
  }

  /** A file that was imported before, or is given twice, is refused and recorded. */
  async importFiles(files: readonly InputFile[], options: ImportOptions): Promise<ImportedFile[]> {
    const at = formatInstant(options.receivedAt);
    const plan = await planImports(files, this.imports, at);
    await this.imports.append(
      plan.map(({ record }) => record),
      this.log,
    );
    this.onFailpoint('run:imports-begun');
    const done = new Map<number, number>();
    const sink = (id: number): Sink => ({
      append: (batch) => this.log.append([batch]),
      rejects: async (rejects) => {
        for (const reject of rejects) options.reject(reject, id);
      },
      progress: (bytes) => {
        done.set(id, bytes);
        options.progress?.([...done.values()].reduce((sum, part) => sum + part, 0));
      },
    });
    const waiting = plan.filter(({ record }) => record.status === 'begun').sort((a, b) => b.bytes - a.bytes);
    const results = new Map<number, ImportedFile>();
    const work = async (executor: Executor) => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        results.set(next.record.id, await this.importFile(executor, next, sink(next.record.id), options));
      }
    };
    await Promise.all(this.executors.all.map(work));
    return plan.map(({ record }) => results.get(record.id) ?? { record, fault: undefined });
  }

  private async importFile(
    executor: Executor,
    { path, account, record }: PlannedFile,
    sink: Sink,
    options: ImportOptions,
  ): Promise<ImportedFile> {
    const kind = record.kind as FileKind;
    const mapping = options.mappings[kind];
    const provider = mapping?.provider ?? options.provider;
    const { log, isOfService } = this;
    const about = { path, kind, provider, account, importId: record.id, partitions: log.partitions, isOfService };
    try {
      const result = await executor.readFile(
        { ...about, receivedAt: options.receivedAt, mapping, reservations: options.reservations },
        sink,
      );
      const { rows, rejected, bytes, sha256 } = result;
      const done = { ...record, status: 'done', rows, rejected, bytes, sha256 } as const;
      await this.imports.append([done], this.log);
      this.onFailpoint('run:import-done');
      return { record: done, fault: undefined };
    } catch (error) {
      // A file that cannot be read as a whole does not affect the other files.
      if (error instanceof HesabuError && error.exit === 2) return { record, fault: error };
      throw error;
    }
  }
}
