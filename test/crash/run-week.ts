// Works through the days of a week like a shop, opening the ledger once a day, and reports acknowledgements. The same
// code runs undisturbed, in the killed processes, and after them.

import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { InputFile } from '../../src/engine/import-plan.ts';
import { Reconciler, type ReconcilerOptions } from '../../src/engine/reconciler.ts';
import { digestToHex } from '../../src/ledger/digest.ts';
import { parseRules, type Rules } from '../../src/matching/rules.ts';
import type { FileKind } from '../../src/producers/formats/format.ts';
import { startOfDay } from '../../src/simulation/marketplace/model/week.ts';

export interface WeekJob extends Pick<ReconcilerOptions, 'onFailpoint' | 'threads'> {
  readonly week: string;
  readonly data: string;
  /** Whether the files of a day are imported together or one after another. */
  readonly together: boolean;
}

/** What was reported to a process as durable. */
export type RecentAcks =
  | { readonly is: 'imported'; readonly id: number; readonly path: string; readonly rows: number }
  | { readonly is: 'advanced'; readonly heads: readonly (readonly [partition: number, height: number, hash: string])[] }
  | { readonly is: 'signed'; readonly sizes: readonly (readonly [partition: number, size: number])[] };

type Say = (recentAcks: RecentAcks) => void;

export async function runWeek(job: WeekJob, say: Say): Promise<void> {
  const rules = parseRules(JSON.parse(readFileSync(join(job.week, 'rules.json'), 'utf8')));
  const days = readdirSync(job.week).filter((name) => name.startsWith('day-'));
  for (const name of days.sort()) await runDay(job, name, rules, say);
}

async function runDay(job: WeekJob, name: string, rules: Rules, say: Say): Promise<void> {
  const asOf = startOfDay(Number(name.slice('day-'.length)) + 1);
  const { onFailpoint, threads } = job;
  const reconciler = await Reconciler.open(job.data, {
    // So small that even these short days take every step.
    ...{ checkpointBytes: 10_000, snapshotFactsMin: 20 },
    ...(onFailpoint === undefined ? {} : { onFailpoint }),
    ...(threads === undefined ? {} : { threads }),
  });
  try {
    if (hasGoneBeyond(reconciler, name)) return;
    const files = filesOf(join(job.week, name));
    for (const group of job.together ? [files] : files.map((file) => [file])) {
      await importGroup(reconciler, group, asOf, say);
    }
    await reconciler.ledger.advance(asOf, rules);
    const heads = reconciler.ledger.heads.filter(({ height }) => height >= 0);
    say({ is: 'advanced', heads: heads.map(({ partition, height, hash }) => [partition, height, digestToHex(hash)]) });
    await reconciler.finish();
    say({ is: 'signed', sizes: heads.map(({ partition, tree }) => [partition, tree.size]) });
  } finally {
    await reconciler.close();
  }
}

/** Whether a later day was started: then this one is done, and continuing with it would go back in time. */
function hasGoneBeyond({ importer }: Reconciler, name: string): boolean {
  return [...importer.imports.all()].some(({ file }) => basename(dirname(file)) > name);
}

async function importGroup(reconciler: Reconciler, group: readonly InputFile[], at: number, say: Say): Promise<void> {
  const options = { provider: 'mfs-africa', mappings: {}, receivedAt: at, reject: () => {} };
  for (const { record, fault } of await reconciler.importer.importFiles(group, options)) {
    if (fault !== undefined) throw fault;
    if (record.status === 'done') say({ is: 'imported', id: record.id, path: record.file, rows: record.rows });
  }
}

function filesOf(dir: string): InputFile[] {
  const names = readdirSync(dir).sort();
  return names.map((name) => ({ path: join(dir, name), kind: name.slice(0, name.indexOf('.')) as FileKind }));
}
