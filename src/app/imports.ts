// `hesabu imports`: what was imported, and the withdrawal of an import.

import { withReadOnlyLog } from '../engine/directory/read-only-directory.ts';
import { Reconciler } from '../engine/reconciler.ts';
import { type ImportRecord, Imports } from '../projections/imports.ts';
import { type ClusterOptions, connectClusterLog } from './cluster-log.ts';
import { importOf, importToWithdraw } from './import-selection.ts';
import { readWhy } from './why.ts';

export interface ImportsOptions {
  readonly data: string;
  /** The ledger is on Kafka, and the directory is a copy of it. */
  readonly cluster?: ClusterOptions;
}

/** `interrupted`: it never came to its end, but some of its rows may be in the log. */
export type ImportState = 'counts' | 'replaced' | 'withdrawn' | 'refused' | 'unread' | 'interrupted';

export interface ListedImport extends ImportRecord {
  readonly state: ImportState;
  /** The numbers of the imports that replace it. */
  readonly replaced_by: readonly number[];
}

/** All imports, in the order of their numbers. Throws HESABU_FILE_MISSING. */
export async function listImports(options: ImportsOptions): Promise<ListedImport[]> {
  const imports = await readImports(options);
  return [...imports.all()].map((record) => listed(record, imports));
}

/** The import with a number. Throws HESABU_NOT_FOUND. */
export async function showImport(number: string, options: ImportsOptions): Promise<ListedImport> {
  const imports = await readImports(options);
  return listed(importOf(number, imports), imports);
}

/**
 * Withdraws an import: what it said counts as never said. What it replaced stands again. The ledger reads that at once,
 * as of its own time; on Kafka its workers do. Throws HESABU_NOT_FOUND and HESABU_USAGE.
 */
export async function withdrawImport(
  number: string,
  { data, why, cluster: on }: ImportsOptions & { readonly why: string },
): Promise<ListedImport> {
  const reason = readWhy(why);
  const openClusterLog = on && (await connectClusterLog(on));
  const openLog = openClusterLog && { openLog: () => openClusterLog(data, { isPatient: true }) };
  const reconciler = await (openLog === undefined ? Reconciler.openExisting(data) : Reconciler.open(data, openLog));
  try {
    const { importer, ledger } = reconciler;
    const { id } = importToWithdraw(number, importer.imports);
    const record = await importer.withdraw(id, reason, Date.now());
    if (openLog === undefined && ledger.asOf > 0) {
      await ledger.advance(ledger.asOf, ledger.rulesInForce);
      await reconciler.finish();
    }
    return listed(record, importer.imports);
  } finally {
    await reconciler.close();
  }
}

async function readImports({ data, cluster: on }: ImportsOptions): Promise<Imports> {
  if (on === undefined) return withReadOnlyLog(data, async (log) => new Imports(log));
  const openClusterLog = await connectClusterLog(on);
  const log = await openClusterLog(data, { isPatient: true });
  try {
    return new Imports(log);
  } finally {
    await log.close();
  }
}

function listed(record: ImportRecord, imports: Imports): ListedImport {
  const replaced_by = imports.replacersOf(record.id).map(({ id }) => id);
  return { ...record, state: stateOf(record, replaced_by), replaced_by };
}

function stateOf({ status, withdrawn }: ImportRecord, replacedBy: readonly number[]): ImportState {
  // What was read of a file that is not whole is withdrawn by itself.
  if (status === 'unread') return 'unread';
  if (withdrawn !== undefined) return 'withdrawn';
  if (replacedBy.length > 0) return 'replaced';
  if (status === 'begun') return 'interrupted';
  return status === 'done' || status === 'withdrawal' ? 'counts' : status;
}
