// What the service does at its own times: reports and sums of days, the pruning of the archive, the signing of heads.

import { type ArchivePrunerParts, runArchivePruner } from './archive-pruner.ts';
import type { Config } from './config/config.ts';
import type { DayReports } from './day-reports.ts';
import type { LiveLedger } from './ledger/live-ledger.ts';

export interface BackgroundJobsParts extends Omit<ArchivePrunerParts, 'data' | 'days' | 'imports'> {
  readonly ledger: LiveLedger;
  readonly reports: DayReports;
  readonly config: Pick<Config, 'data' | 'archive'>;
}

/** How often heads are signed and stored, in real time. A head that is requested is signed at once. */
const SIGN_MILLIS = 60_000;

/** Returns the end of the jobs, which waits for those that the signal has ended. */
export function startBackgroundJobs(parts: BackgroundJobsParts, signal: AbortSignal): () => Promise<unknown> {
  const { ledger, reports, config, ...archives } = parts;
  ledger.statements.preparation.start();
  const reporting = reports.run(signal);
  const imports = (id: number) => ledger.reconciler.importer.imports.get(id);
  const kept = { data: config.data, days: config.archive.days, imports };
  const pruning = runArchivePruner({ ...archives, ledger, ...kept }, signal);
  const signing = setInterval(() => {
    ledger.reader.checkpoints().catch((error) => {
      parts.logger.error({ err: error }, 'the heads could not be signed');
    });
  }, SIGN_MILLIS);
  return () => {
    clearInterval(signing);
    return Promise.all([reporting, pruning]);
  };
}
