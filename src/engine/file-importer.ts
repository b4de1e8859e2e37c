// Imports files into the log: all executors read at the same time, each one file after the other, the largest first.

import { HesabuError, type Reject } from '../domain/errors.ts';
import { formatInstant, type Instant } from '../domain/time.ts';
import type { EventLog } from '../log/event-log.ts';
import type { Rules } from '../matching/rules.ts';
import type { ImportResult } from '../producers/files/import-file.ts';
import type { Mappings } from '../producers/files/mapping.ts';
import type { FileKind } from '../producers/formats/format.ts';
import { type ImportRecord, Imports, statedTime } from '../projections/imports.ts';
import type { OnFailpoint } from '../runtime/failpoints.ts';
import type { Executor, Sink } from './executors/executor.ts';
import type { Executors } from './executors/executors.ts';
import { type FileReadingTerms, type InputFile, type PlannedFile, planImports } from './import-plan.ts';
import { settleImport, sharesReport } from './import-statements.ts';

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
    await this.settle(options.receivedAt);
    const { receivedAt, replaces = [] } = options;
    // What is said in a later run is said later, whatever the clock shows.
    const statedAt = options.statedAt ?? Math.max(receivedAt, this.imports.lastAt + 1);
    const at = formatInstant(Math.max(receivedAt, this.imports.lastAt));
    const statement = {
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
      const work = async (executor: Executor) => {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
          results.set(next.record.id, await this.importFile(executor, next, { ...options, statedAt }, onBytes));
        }
      };
      await Promise.all(this.executors.all.map(work));
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

  private async importFile(
    executor: Executor,
    { path, account, expected, record }: PlannedFile,
    options: ImportOptions,
    onBytes: (id: number, bytes: number) => void,
  ): Promise<ImportedFile> {
    const { log, isOfService } = this;
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
    };
    const [counted, sink] = countingSink({
      append: (batch) => log.append([batch]),
      rejects: async (rejects) => {
        for (const reject of rejects) options.reject(reject, id);
      },
      progress: (bytes) => onBytes(id, bytes),
    });
    let ended: ImportRecord;
    let fault: HesabuError | undefined;
    let isTold = false;
    try {
      const { receivedAt, statedAt = receivedAt } = options;
      const result = await executor.readFile({ ...about, receivedAt, statedAt, ...termsOf(kind, options) }, sink);
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
    await this.imports.append([ended], log);
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

interface Counted {
  facts: number;
  rejected: number;
  firstReject: Reject | undefined;
}

/** A sink that counts what goes through it: a file that fails has no other result. */
function countingSink(sink: Sink): readonly [Counted, Sink] {
  const counted: Counted = { facts: 0, rejected: 0, firstReject: undefined };
  return [
    counted,
    {
      ...sink,
      append: (batch) => {
        counted.facts += batch.count;
        return sink.append(batch);
      },
      rejects: (rejects) => {
        counted.rejected += rejects.length;
        counted.firstReject ??= rejects[0];
        return sink.rejects(rejects);
      },
    },
  ];
}

/** Why what was read of such a file is withdrawn. */
const UNREAD = 'the file could not be read as a whole';
const WHOLE_REMEDY = 'Nothing of it was taken. Export the file again, and give it again.';

/** What a run says of a file's rows: their numbers, and what they come to. */
function figuresOf({
  rows,
  rejected,
  leftOut,
  sums,
  fees,
  isPerhapsCut,
  header,
  each,
}: ImportResult): Partial<ImportRecord> {
  return {
    rows,
    rejected,
    ...(leftOut === 0 ? {} : { left_out: leftOut }),
    sums,
    ...(Object.keys(fees).length === 0 ? {} : { fees }),
    ...(isPerhapsCut ? { perhaps_cut: true } : {}),
    ...(header === null || (header.line === 1 && header.separator === ',') ? {} : { header }),
    ...(each === undefined ? {} : { each }),
  };
}

/** What was read before the fault is in the log: it is withdrawn, so that nothing of the file counts. */
function unreadRecord(record: ImportRecord, { facts, rejected }: Counted): ImportRecord {
  const unread: ImportRecord = { ...record, status: 'unread', rows: rejected, rejected };
  return facts === 0 ? unread : { ...unread, withdrawn: UNREAD, settled: false };
}

/** Why a file that could be opened was still not read; undefined if it was. A file without rows is read. */
function untakenFault(where: string, result: ImportResult, first: Reject | undefined): HesabuError | undefined {
  const { rows, rejected, leftOut, lack } = result;
  if (lack === null && (rows === leftOut || rejected < rows - leftOut)) return undefined;
  const told =
    first === undefined
      ? ''
      : `; the first in line ${first.line}: ${[first.field, first.message].filter((part) => part !== '').join(': ')}`;
  return new HesabuError('HESABU_FILE_UNREADABLE', {
    where,
    expected: lack?.expected ?? 'a row that can be taken',
    found: lack?.found ?? `all rows rejected (${rejected})${told}`,
    remedy: lack === null ? 'Correct the file or its mapping, and give it again.' : WHOLE_REMEDY,
  });
}
