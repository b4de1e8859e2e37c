// Imports files into the log: all executors read at the same time, each one file after the other, the largest first,
// and then the parts of large files.

import { HesabuError, type Reject } from '../domain/errors.ts';
import { formatInstant, type Instant } from '../domain/time.ts';
import type { EventLog } from '../log/event-log.ts';
import type { Rules } from '../matching/rules.ts';
import { PART_BYTES } from '../producers/files/file-parts.ts';
import type { ImportResult } from '../producers/files/import-file.ts';
import type { Mappings } from '../producers/files/mapping.ts';
import type { FileKind } from '../producers/formats/format.ts';
import { type ImportRecord, Imports, statedTime } from '../projections/imports.ts';
import type { OnFailpoint } from '../runtime/failpoints.ts';
import type { Executor } from './executors/executor.ts';
import type { Executors } from './executors/executors.ts';
import { type Counted, countingSink, figuresOf, unreadRecord, untakenFault } from './import-figures.ts';
import { type FileReadingTerms, type InputFile, type PlannedFile, planImports } from './import-plan.ts';
import { settleImport, sharesReport } from './import-statements.ts';
import { PartQueue } from './part-queue.ts';
import { readInParts } from './parts-reader.ts';

export interface ImportOptions {
  readonly provider: string;
  readonly mappings: Mappings;
  /** The references that merchants reserve. */
  readonly reservations?: Rules['merchants'];
  readonly receivedAt: Instant;
  /** When the files were made; when they were received if absent. */
  readonly statedAt?: Instant;
  /** The imports that the files replace. */
  readonly replaces?: readonly ImportRecord[];
  readonly progress?: (bytesRead: number) => void;
  readonly reject: (reject: Reject, importId: number) => void;
}

/** The result of one file. One that was not read, as a whole or in any of its rows, has a `fault`. */
export interface ImportedFile {
  readonly record: ImportRecord;
  readonly fault: HesabuError | undefined;
  /** Whether rejected rows tell the fault. */
  readonly isTold?: boolean;
}

interface FileImporterOptions {
  readonly log: EventLog;
  readonly executors: Executors;
  readonly onFailpoint: OnFailpoint;
  /** Whether the files come through the service. */
  readonly isOfService: boolean;
  /** The name under which a file is listed. */
  readonly nameOf: (name: string) => string;
  /** The size of the parts of large files; 8 MiB by default. */
  readonly partBytes?: number | undefined;
}

/** A file of fewer parts is read by one thread meanwhile. */
const CUT_PARTS_MIN = 2;

export class FileImporter {
  /** All imports. */
  readonly imports: Imports;
  readonly nameOf: (name: string) => string;
  private readonly log: EventLog;
  private readonly executors: Executors;
  private readonly onFailpoint: OnFailpoint;
  private readonly isOfService: boolean;
  private readonly partBytes: number;

  constructor({ log, executors, onFailpoint, isOfService, nameOf, partBytes = PART_BYTES }: FileImporterOptions) {
    this.nameOf = nameOf;
    this.imports = new Imports(log);
    this.log = log;
    this.executors = executors;
    this.onFailpoint = onFailpoint;
    this.isOfService = isOfService;
    this.partBytes = partBytes;
  }

  /** A file that was imported before, or is given twice, is refused and recorded. */
  async importFiles(files: readonly InputFile[], options: ImportOptions): Promise<ImportedFile[]> {
    await this.settle(options.receivedAt);
    const { receivedAt, replaces = [] } = options;
    // What is said in a later run is said later, whatever the clock shows.
    const statedAt = options.statedAt ?? Math.max(receivedAt, this.imports.lastAt + 1);
    const at = formatInstant(Math.max(receivedAt, this.imports.lastAt));
    const statement = {
      nameOf: this.nameOf,
      statedAt: formatInstant(statedAt),
      replaces: (kind: FileKind) => replaces.flatMap((record) => (record.kind === kind ? [record.id] : [])),
    };
    const plan = await planImports(files, this.imports, at, (kind) => termsOf(kind, options), statement);
    await this.imports.append(
      plan.map(({ record }) => record),
      this.log,
    );
    this.onFailpoint('run:imports-begun');
    const results = new Map<number, ImportedFile>();
    const read = new Map<number, number>();
    const onBytes = (id: number, bytes: number) => {
      read.set(id, bytes);
      options.progress?.([...read.values()].reduce((sum, part) => sum + part, 0));
    };
    const importAll = async (planned: readonly PlannedFile[]) => {
      const waiting = planned.toSorted((left, right) => right.bytes - left.bytes);
      const parts = new PartQueue<Executor>();
      const imported: Promise<unknown>[] = [];
      const work = async (executor: Executor) => {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
          const { id } = next.record;
          const { isFree, file } = this.importFile(executor, next, { ...options, statedAt }, onBytes, parts);
          const stored = file.then((one) => results.set(id, one));
          // Its failure is told when it is awaited.
          stored.catch(() => {});
          imported.push(stored);
          await isFree;
        }
        for (let part = await parts.take(); part !== undefined; part = await parts.take()) await part(executor);
      };
      await Promise.all(this.executors.all.map(work));
      await Promise.all(imported);
    };
    await importAll(plan.filter(({ record }) => record.status === 'begun'));
    // A file that is given twice was not taken where its twin was not.
    await importAll(plan.filter(({ twinOf }) => twinOf !== null && results.get(twinOf)?.fault !== undefined));
    await this.settle(receivedAt);
    return plan.map(({ record }) => results.get(record.id) ?? { record, fault: undefined });
  }

  /** Withdraws what an import said. The record of the withdrawal has a number of its own. */
  async withdraw(id: number, why: string, at: Instant): Promise<ImportRecord> {
    await this.settle(at);
    const { imports } = this;
    const record = { ...imports.get(id)!, withdrawn: why };
    const { settled: _, reports: __, replaces: ___, ...about } = record;
    const stated = formatInstant(Math.max(at, imports.lastAt));
    const withdrawal = {
      ...about,
      ...{ id: imports.nextId, status: 'withdrawal', of: id, at: stated, settled: false },
    };
    await imports.append([record, withdrawal as ImportRecord], this.log);
    this.onFailpoint('run:withdrawal-begun');
    await this.settle(at);
    return record;
  }

  /** Writes what follows from imports and withdrawals for others, also what a run before this one did not reach. */
  private async settle(at: Instant): Promise<void> {
    for (const record of this.imports.unsettled()) await settleImport(this.log, this.imports, record, at);
  }

  /** The file is `free` for the executor when it was read, or when it was cut into parts for all. */
  private importFile(
    executor: Executor,
    planned: PlannedFile,
    options: ImportOptions,
    onBytes: (id: number, bytes: number) => void,
    parts: PartQueue<Executor>,
  ): { readonly isFree: Promise<unknown>; readonly file: Promise<ImportedFile> } {
    const { path, account, expected, record, bytes } = planned;
    const { log, isOfService, partBytes, executors } = this;
    const { id } = record;
    const kind = record.kind as FileKind;
    const about = {
      path,
      name: record.file,
      kind,
      account,
      expected,
      importId: id,
      partitions: log.partitions,
      isOfService,
      partBytes,
    };
    const [counted, sink] = countingSink({
      append: (batch) => log.append([batch]),
      rejects: async (rejects) => {
        for (const reject of rejects) options.reject(reject, id);
      },
      progress: (bytes) => onBytes(id, bytes),
    });
    const { receivedAt, statedAt = receivedAt } = options;
    const job = { ...about, receivedAt, statedAt, ...termsOf(kind, options) };
    const mayCut = executors.all.length > 1 && !isOfService && bytes >= CUT_PARTS_MIN * partBytes;
    if (!mayCut) {
      const file = this.finishFile(record, executor.readFile(job, sink), counted);
      return { isFree: file, file };
    }
    const { cut, result } = readInParts(executor, job, sink, parts);
    const file = this.finishFile(record, result, counted);
    return { isFree: Promise.race([cut, file]), file };
  }

  /** Records what came of the reading of a file. */
  private async finishFile(
    record: ImportRecord,
    reading: Promise<ImportResult>,
    counted: Counted,
  ): Promise<ImportedFile> {
    let ended: ImportRecord;
    let fault: HesabuError | undefined;
    let isTold = false;
    try {
      const result = await reading;
      const { bytes, sha256 } = result;
      fault = untakenFault(record.file, result, counted.firstReject);
      isTold = result.lack === null || result.lack.isRejected === true;
      if (fault === undefined) {
        ended = this.withReports({ ...record, status: 'done', bytes, sha256, ...figuresOf(result) }, result);
      } else ended = unreadRecord({ ...record, bytes, sha256 }, counted);
    } catch (error) {
      // A file that cannot be read as a whole does not affect the other files.
      if (!(error instanceof HesabuError) || error.exit !== 2) throw error;
      fault = error;
      ended = unreadRecord(record, counted);
    }
    await this.imports.append([ended], this.log);
    this.onFailpoint('run:import-done');
    return { record: ended, fault, isTold };
  }

  /** With the reports that the file has lines of. Something may follow for others where it replaces them. */
  private withReports(record: ImportRecord, { reports, issuedAt }: ImportResult): ImportRecord {
    const about = {
      ...record,
      ...(reports.length === 0 ? {} : { reports }),
      ...(issuedAt === null ? {} : { stated_at: formatInstant(issuedAt) }),
    };
    const isVersion = [...this.imports.all()].some((other) => {
      return other.id !== record.id && statedTime(other) !== statedTime(about) && sharesReport(about, other);
    });
    return isVersion || record.replaces !== undefined ? { ...about, settled: false } : about;
  }
}

function termsOf(kind: FileKind, { provider, mappings, reservations }: ImportOptions): FileReadingTerms {
  const mapping = mappings[kind];
  return { provider: mapping?.provider ?? provider, mapping, reservations };
}
