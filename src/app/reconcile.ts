// `hesabu reconcile` and `hesabu import`: they read files and write a ledger and its reports.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { ERROR_CODES } from '../domain/error-codes.ts';
import type { HesabuError, Reject } from '../domain/errors.ts';
import type { ReaderLanguage } from '../domain/language.ts';
import { formatInstant, type Instant } from '../domain/time.ts';
import type { ImportedFile, ImportOptions } from '../engine/file-importer.ts';
import type { InputFile } from '../engine/import-plan.ts';
import { Reconciler } from '../engine/reconciler.ts';
import { accountsOf, bindsAccounts, keepServiceRules, parseRules, type Rules } from '../matching/rules.ts';
import { fileAccount } from '../producers/file-account.ts';
import type { Mappings } from '../producers/files/mapping.ts';
import { STANDARD_INPUT, storeInput } from '../producers/files/standard-input.ts';
import { riskBefore } from '../projections/risk/risk.ts';
import { type Progress, SILENT } from '../runtime/progress.ts';
import { readTextFile } from '../runtime/regular-file.ts';
import { Stopwatch } from '../runtime/stopwatch.ts';
import { temporaryFolder } from '../runtime/temporary-folder.ts';
import { makeOutput } from '../runtime/whole-file.ts';
import { readYaml } from '../runtime/yaml.ts';
import type { Overview } from '../task/overview.ts';
import { readAsOf } from './as-of.ts';
import { type ClusterOptions, connectClusterLog } from './cluster-log.ts';
import { DirectoryTime, type DirectoryTimeOptions } from './directory-time.ts';
import { type FileStatementOptions, statementOf } from './import-selection.ts';
import { checkFiles, type InputFileOptions, inputFiles } from './input-files.ts';
import { type ReportEdition, type Told, writeLists, writeReportBook } from './report-files.ts';
import { writeRejectsCsv } from './reports/csv.ts';
import { RejectList } from './reports/reject-list.ts';
import { rejectedRows } from './reports/rejected-rows.ts';
import { riskSummary } from './reports/risk.ts';
import { type Summary, writeSummaryJson } from './reports/summary.ts';
import { readMappings } from './settings-file.ts';
import { outcomeOf, overviewHints, summarise, unreadBefore } from './summaries.ts';
import { timeThatStays } from './time-that-stays.ts';

export interface ReconcileOptions extends DirectoryTimeOptions, FileStatementOptions, InputFileOptions {
  readonly provider: string;
  /** The provider's account that the files come from. */
  readonly account?: string;
  readonly mapping?: string;
  readonly rules?: string;
  readonly asOf?: string;
  /** Whether `asOf` may be far ahead of the clock. */
  readonly future?: boolean;
  /** When the files are received, where it is not now. */
  readonly receivedAt?: Instant;
  readonly data?: string;
  readonly out?: string;
  /** Whether time passes though a file was not read. */
  readonly keepGoing?: boolean;
  readonly lang: ReaderLanguage;
  readonly progress?: Progress;
}

export interface ReconcileResult {
  readonly summary: Summary;
  readonly zone: string;
  /** Where reports were written. */
  readonly overview: Overview | undefined;
  /** Files that were not read: the command ends with the exit code of the first. */
  readonly faults: readonly HesabuError[];
}

/** Imports the files, brings the ledger to `asOf` and writes the reports. */
export async function reconcile(options: ReconcileOptions): Promise<ReconcileResult> {
  const stopwatch = new Stopwatch();
  const files = inputFiles(options);
  const inputBytes = checkFiles(files);
  const { data } = options;
  const directoryTime = data === undefined ? undefined : new DirectoryTime(data, options);
  const wall = options.receivedAt ?? Date.now();
  const asOf =
    options.asOf === undefined ? (directoryTime?.now() ?? wall) : readAsOf(options.asOf, wall, options.future);
  const rules = options.rules === undefined ? undefined : readRules(options.rules);
  const mappings = givenMappings(options, files);
  const progress = options.progress ?? SILENT;
  // An imported file is refused the second time: its rejects must not be lost because `out` cannot be written.
  if (options.out !== undefined) makeOutput(options.out);
  const dir = options.data ?? mkdtempSync(join(tmpdir(), 'hesabu-'));
  const reconciler = await Reconciler.open(dir, { inputBytes });
  const rejects = new RejectList();
  try {
    // Checked before anything is imported, so that a refused run leaves nothing half-done.
    reconciler.ledger.checkAsOf(asOf);
    stopwatch.lap('start');
    const { rulesInForce } = reconciler.ledger;
    const inForce = rules === undefined ? rulesInForce : keepServiceRules(rules, rulesInForce);
    const named = withAccounts(files, options, mappings, inForce);
    const imported = await importWithProgress(reconciler, named, inputBytes, progress, {
      provider: options.provider,
      mappings,
      reservations: inForce.merchants,
      receivedAt: wall,
      ...statementOf(options, files, reconciler.importer, Math.max(wall, asOf)),
      reject: (one) => rejects.add(one),
    });
    for (const one of imported.flatMap(fileRejects)) rejects.add(one);
    stopwatch.lap('read');
    const faults = imported.flatMap(({ fault }) => (fault === undefined ? [] : [fault]));
    const stays = faults.length > 0 && options.keepGoing !== true;
    const time = stays ? timeThatStays(reconciler, asOf, inForce.zone) : asOf;
    await reconciler.ledger.advance(time, inForce);
    stopwatch.lap('match');
    const { ask } = reconciler.executors;
    // Each finding, and what comes with it, is only in the reports.
    const overview = options.out === undefined ? undefined : await ask({ query: 'overview' });
    const outcome = await outcomeOf(ask, inForce, () => reconciler.finish(), overview);
    stopwatch.lap('add_up');
    const hints = overview === undefined ? [] : await overviewHints(ask, overview);
    const signals = overview === undefined ? [] : riskBefore(reconciler.log, inForce, time);
    const summary = {
      ...summarise(reconciler.ledger, outcome, imported, stopwatch.total),
      // A run that changed nothing commits no block, so the ledger's own time can be earlier.
      as_of: formatInstant(time),
      ...(stays ? { time_stayed: true } : {}),
      ...unreadBefore(reconciler.importer.imports, imported),
      phases_ms: stopwatch.laps,
      ...riskSummary(signals),
    };
    if (options.out !== undefined && overview !== undefined) {
      const rejected = await rejectedRows(overview, rejects);
      const told = { summary, overview, outcome, hints, rejects, rejected, signals };
      await writeReports({ out: options.out, lang: options.lang }, told, inForce.zone);
    }
    directoryTime?.store();
    return { summary, zone: inForce.zone, overview, faults };
  } finally {
    rejects.close();
    await reconciler.close();
    if (options.data === undefined) rmSync(dir, { recursive: true, force: true });
  }
}

export interface ImportOnlyOptions extends ReconcileOptions {
  readonly data: string;
  /** The rows go to a ledger on Kafka, and the directory is a copy of it. */
  readonly cluster?: ClusterOptions;
}

/** `hesabu import`: writes the rows of files to the log and leaves the ledger as it is. */
export async function importOnly(options: ImportOnlyOptions): Promise<ImportedFile[]> {
  const files = inputFiles(options);
  const inputBytes = checkFiles(files);
  const mappings = givenMappings(options, files);
  if (options.out !== undefined) makeOutput(options.out);
  const { data, cluster: on } = options;
  const openClusterLog = on && (await connectClusterLog(on));
  const openLog = openClusterLog && { openLog: () => openClusterLog(data, { isPatient: true }) };
  const reconciler = await Reconciler.open(data, { inputBytes, ...openLog });
  const rejects = new RejectList();
  try {
    const { rulesInForce } = reconciler.ledger;
    const wall = Date.now();
    const named = withAccounts(files, options, mappings, rulesInForce);
    const imported = await importWithProgress(reconciler, named, inputBytes, options.progress ?? SILENT, {
      provider: options.provider,
      mappings,
      reservations: rulesInForce.merchants,
      receivedAt: wall,
      ...statementOf(options, files, reconciler.importer, Math.max(wall, reconciler.ledger.asOf)),
      reject: (one) => rejects.add(one),
    });
    for (const one of imported.flatMap(fileRejects)) rejects.add(one);
    if (options.out !== undefined) await writeRejectsCsv(join(options.out, 'rejects.csv'), rejects, rejects.columns);
    return imported;
  } finally {
    rejects.close();
    await reconciler.close();
  }
}

async function importWithProgress(
  reconciler: Reconciler,
  files: readonly InputFile[],
  inputBytes: number,
  progress: Progress,
  options: ImportOptions,
): Promise<ImportedFile[]> {
  const isPiped = files.some(({ path }) => path === STANDARD_INPUT);
  const piped = isPiped ? await storeInput(process.stdin, temporaryFolder(reconciler.dir)) : undefined;
  const given = files.map((file) =>
    file.path === STANDARD_INPUT ? { ...file, path: piped!.path, name: STANDARD_INPUT } : file,
  );
  progress.start('reading', inputBytes + (piped?.bytes ?? 0), 'bytes');
  try {
    return await reconciler.importer.importFiles(given, { ...options, progress: (bytes) => progress.update(bytes) });
  } finally {
    piped?.remove();
    progress.stop();
  }
}

function givenMappings({ mapping }: ReconcileOptions, files: readonly InputFile[]): Mappings {
  if (mapping === undefined) return {};
  return readMappings(
    mapping,
    files.map(({ kind }) => kind),
  );
}

/** The files with the account that each comes from. Throws HESABU_ACCOUNT_UNKNOWN. */
function withAccounts(
  files: readonly InputFile[],
  { provider, account }: Pick<ReconcileOptions, 'provider' | 'account'>,
  mappings: Mappings,
  rules: Rules,
): InputFile[] {
  const areBound = bindsAccounts(rules);
  return files.map((file) => {
    const mapping = mappings[file.kind];
    const origin = { kind: file.kind, provider: mapping?.provider ?? provider, account: mapping?.account ?? account };
    const known = { names: accountsOf(rules, origin.provider), areAll: false, areBound };
    return { ...file, account: fileAccount(origin, known, '--account') };
  });
}

export function readRules(path: string): Rules {
  return parseRules(readYaml(readTextFile(path), path, 'HESABU_RULES_INVALID'), path);
}

/** A file that was refused, or that ended before its end, gives one reject without line and field. */
function fileRejects({ record, fault, isTold }: ImportedFile): Reject[] {
  const code = fault?.code ?? (record.status === 'refused' ? 'HESABU_FILE_SEEN' : undefined);
  // What was read to its end may have a reject for each row that is wrong.
  if (code === undefined || isTold === true) return [];
  const { title, remedy } = ERROR_CODES[code];
  const message = fault?.message.replace(`${code}: `, '') ?? `${title}. ${remedy}`;
  return [{ file: basename(record.file), line: null, field: '', code, message }];
}

async function writeReports(edition: ReportEdition, told: Told & { readonly rejects: RejectList }, zone: string) {
  const { out } = edition;
  const { rejects, summary } = told;
  await writeRejectsCsv(join(out, 'rejects.csv'), rejects, rejects.columns);
  await writeLists(edition, told);
  await writeReportBook(edition, told, zone);
  await writeSummaryJson(join(out, 'summary.json'), summary);
}
