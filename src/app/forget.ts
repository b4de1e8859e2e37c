// `hesabu forget`: takes a person's data out of a data directory. The keys of the pseudonyms go, so that nobody can
// tell which they were; what stands in clear is blanked. Facts, entries and proofs stay as they are.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { blankExchanges } from '../archive/exchanges/blanked-exchanges.ts';
import { blankImports } from '../archive/imports/blanked-imports.ts';
import { readForgotten, writeForgotten } from '../archive/privacy/forgotten-list.ts';
import { PseudonymKeys } from '../archive/privacy/pseudonym-key.ts';
import { mayHold, type Subject } from '../archive/privacy/subject.ts';
import { HesabuError } from '../domain/errors.ts';
import { TASK_TOPICS } from '../domain/fact.ts';
import type { Instant } from '../domain/time.ts';
import { keepForgotten } from '../engine/directory/forgotten.ts';
import { databasePath } from '../log/data-directory.ts';
import { EmbeddedLog } from '../log/embedded.ts';
import type { EventLog } from '../log/event-log.ts';
import { forEachValue } from '../log/value-frames.ts';
import { ReportFiles } from '../producers/settlement-fetcher/report-files.ts';
import { NO_FAILPOINTS, type OnFailpoint } from '../runtime/failpoints.ts';
import { type ClusterOptions, connectClusterLog } from './cluster-log.ts';

export interface ForgetOptions {
  readonly data: string;
  readonly subject: Subject;
  readonly now: Instant;
  /** The ledger is on Kafka, and the directory is a copy of it. */
  readonly cluster?: ClusterOptions;
  /** Takes the person out of what a service keeps beside the log; called while the directory is ours. */
  readonly ofService: (subject: Subject) => Promise<ServiceCounts>;
  readonly onFailpoint?: OnFailpoint;
}

export interface ServiceCounts {
  /** Uploads that waited for a second person, and refunds whose reason named the person. */
  readonly uploads: number;
  readonly refunds: number;
}

export interface ForgetReport extends ServiceCounts {
  /** Whether the person was forgotten before. */
  readonly again: boolean;
  /** Files of imports, days of exchanges and fetched reports that were changed. */
  readonly imports: number;
  readonly days: number;
  readonly reports: number;
  /** Facts that name the person where a source must not: as a reference, an id or a word. They stay. */
  readonly facts: number;
  /** How many are not forgotten as a whole: the command was ended before its end. */
  readonly unfinished: number;
}

/**
 * Forgets a person. From the first write on no pseudonym of theirs can be made in this directory. A process that ends
 * before the end leaves a directory that opens and tells of it, and the same command again completes it. Throws
 * HESABU_FILE_MISSING, and the errors of opening a data directory and of a cluster.
 */
export async function forget(options: ForgetOptions): Promise<ForgetReport> {
  const { data, subject, now, cluster, ofService, onFailpoint = NO_FAILPOINTS } = options;
  if (!existsSync(databasePath(data))) {
    throw new HesabuError('HESABU_FILE_MISSING', { where: databasePath(data), expected: 'a data directory' });
  }
  const log = await openLog(data, cluster);
  try {
    const keys = PseudonymKeys.open(data);
    const places = [...new Set(subject.texts.map((text) => keys.placeOf(text)))];
    const known = readForgotten(data);
    const again = places.every((place) => known.has(place));
    writeForgotten(data, places, false);
    onFailpoint('forget:listed');
    for (const place of places) keys.forget(place);
    keys.save(data);
    onFailpoint('forget:keys-written');
    const blanked = await blank(data, subject);
    onFailpoint('forget:blanked');
    const service = await ofService(subject);
    onFailpoint('forget:service');
    await keepForgotten(data, log, true, now);
    onFailpoint('forget:recorded');
    writeForgotten(data, places, true);
    const unfinished = [...readForgotten(data).values()].filter((isDone) => !isDone).length;
    return { again, ...blanked, ...service, facts: factsWith(subject, log), unfinished };
  } finally {
    await log.close();
  }
}

async function openLog(data: string, cluster: ClusterOptions | undefined): Promise<EventLog> {
  if (cluster === undefined) return new EmbeddedLog(data);
  const openClusterLog = await connectClusterLog(cluster);
  return openClusterLog(data, { isPatient: true });
}

async function blank(data: string, subject: Subject): Promise<Pick<ForgetReport, 'imports' | 'days' | 'reports'>> {
  const imports = blankImports(data, subject);
  const days = await blankExchanges(data, subject);
  const has = (bytes: Buffer) => mayHold(bytes, subject);
  const reports = existsSync(join(data, 'raw', 'settlements')) ? await new ReportFiles(data).removeWith(has) : 0;
  return { imports, days, reports };
}

function factsWith({ pattern }: Subject, log: EventLog): number {
  let facts = 0;
  for (const topic of TASK_TOPICS) {
    for (let partition = 0; partition < log.partitions; partition++) {
      for (const { payload } of log.read(topic, partition, 0n)) {
        forEachValue(payload, 0, (start, end) => {
          if (payload.toString('latin1', start, end).search(pattern) >= 0) facts++;
        });
      }
    }
  }
  return facts;
}
