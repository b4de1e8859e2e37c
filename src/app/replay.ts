// `hesabu replay`: the ledger executed again from its facts, as it was or under other rules. Nothing is written.

import { HesabuError } from '../domain/errors.ts';
import { FACT_TOPICS } from '../domain/fact.ts';
import type { Instant } from '../domain/time.ts';
import {
  headsOf,
  outcomeRootOf,
  overviewOf,
  partitionsOf,
  rulesInForce,
  timeOf,
} from '../engine/executors/executors.ts';
import { openReadOnlyLedger, type ReadOnlyLedger, withReadOnlyLedger } from '../engine/read-only-ledger.ts';
import { rulesHash } from '../matching/rules.ts';
import { type Progress, SILENT } from '../runtime/progress.ts';
import { RulesLog } from '../task/rules-log.ts';
import { readRules } from './reconcile.ts';
import { compareOverviews, type RulesComparison } from './rules-comparison.ts';

export interface ReplayOptions {
  readonly data: string;
  readonly progress?: Progress;
  /** How many threads; as many as the ledger is worth where absent. */
  readonly threads?: number;
}

export interface ReplayReport {
  readonly blocks: number;
  readonly entries: number;
  readonly facts: number;
  /** What the facts add up to: the same from nothing as from the state that is kept. */
  readonly outcome_root: string;
}

/**
 * Executes every block again from nothing. Throws HESABU_REPLAY_DIFFERS, with partition and block, where a byte comes
 * out otherwise, and where the outcome is not that of the kept snapshots with the blocks after them.
 */
export async function replayLedger({ data, progress = SILENT, threads }: ReplayOptions): Promise<ReplayReport> {
  return withReadOnlyLedger(
    data,
    async (kept) => {
      await openReadOnlyLedger(kept);
      const keptRoot = await outcomeRootOf(kept.executors);
      const replayed = await inParts(kept, progress, 'replaying', (executor, partitions, onBlock) => {
        return executor.replay(partitions, onBlock);
      });
      const root = await outcomeRootOf(kept.executors);
      if (root !== keptRoot) {
        const remedy = 'Remove the folder snapshots of the data directory: it is made again from the facts.';
        throw new HesabuError('HESABU_REPLAY_DIFFERS', { where: 'snapshots', expected: root, found: keptRoot, remedy });
      }
      const sum = (name: 'blocks' | 'entries' | 'facts') => {
        return replayed.flat().reduce((total, part) => total + part[name], 0);
      };
      return { blocks: sum('blocks'), entries: sum('entries'), facts: sum('facts'), outcome_root: root };
    },
    threads === undefined ? {} : { threads },
  );
}

export interface RulesComparisonReport extends RulesComparison {
  readonly as_of: Instant;
  readonly zone: string;
  /** Hashes of the rules in force and of those that were tried. */
  readonly rules: { readonly before: string; readonly after: string };
  readonly facts: number;
}

/** What the rules of a file would have changed, had the ledger been kept under them from its first block on. */
export async function compareRules(
  options: ReplayOptions & { readonly rules: string },
): Promise<RulesComparisonReport> {
  const { data, progress = SILENT, threads } = options;
  const rules = readRules(options.rules);
  return withReadOnlyLedger(
    data,
    async (kept) => {
      await openReadOnlyLedger(kept);
      const heads = await headsOf(kept.executors);
      const asOf = timeOf(heads);
      const inForce = rulesInForce(heads, new RulesLog(kept.log));
      const before = await overviewOf(kept.executors);
      await inParts(kept, progress, 'trying the rules', (executor, partitions, onBlock) => {
        return executor.replayUnder(partitions, rules, asOf, onBlock);
      });
      const after = await overviewOf(kept.executors);
      return {
        as_of: asOf,
        zone: inForce.zone,
        rules: { before: rulesHash(inForce), after: rulesHash(rules) },
        facts: factsIn(kept),
        ...compareOverviews(before, after),
      };
    },
    threads === undefined ? {} : { threads },
  );
}

type Part<Result> = (
  executor: ReadOnlyLedger['executors'][number],
  partitions: number[],
  onBlock: (facts: number) => void,
) => Result;

/** Has every hand work on its partitions, with progress in facts. */
async function inParts<Result>(
  kept: ReadOnlyLedger,
  progress: Progress,
  task: string,
  work: Part<Promise<Result>>,
): Promise<Result[]> {
  progress.start(task, factsIn(kept), 'facts');
  let done = 0;
  const onBlock = (facts: number) => {
    done += facts;
    progress.update(done);
  };
  try {
    const { executors, log } = kept;
    return await Promise.all(
      executors.map((executor, at) => work(executor, partitionsOf(at, executors.length, log.partitions), onBlock)),
    );
  } finally {
    progress.stop();
  }
}

function factsIn({ log }: ReadOnlyLedger): number {
  let facts = 0;
  for (let partition = 0; partition < log.partitions; partition++) {
    for (const topic of FACT_TOPICS) facts += Number(log.end(topic, partition));
  }
  return facts;
}
