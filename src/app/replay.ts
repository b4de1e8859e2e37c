// `hesabu replay`: the ledger executed again from its facts, as it was or under other rules. Nothing is written.

import { HesabuError } from '../domain/errors.ts';
import { FACT_TOPICS } from '../domain/fact.ts';
import type { Instant } from '../domain/time.ts';
import { rulesInForce, timeOf } from '../engine/executors/executors.ts';
import { type ReadOnlyLedger, withReadOnlyLedger } from '../engine/read-only-ledger.ts';
import { rulesHash } from '../matching/rules.ts';
import { type Progress, SILENT } from '../runtime/progress.ts';
import type { OnBlock } from '../task/replay.ts';
import { RulesStore } from '../task/rules-store.ts';
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
      const { executors } = kept;
      const keptRoot = await executors.ask({ query: 'outcomeRoot' });
      const replayed = await withProgress(kept, progress, 'replaying', (onBlock) => executors.replay(onBlock));
      const root = await executors.ask({ query: 'outcomeRoot' });
      if (root !== keptRoot) {
        const remedy = 'Remove the folder snapshots of the data directory: it is made again from the facts.';
        throw new HesabuError('HESABU_REPLAY_DIFFERS', { where: 'snapshots', expected: root, found: keptRoot, remedy });
      }
      const sum = (name: 'blocks' | 'entries' | 'facts') => {
        return replayed.reduce((total, part) => total + part[name], 0);
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
      const { executors } = kept;
      const heads = await executors.ask({ query: 'heads' });
      const asOf = timeOf(heads);
      const inForce = rulesInForce(heads, new RulesStore(kept.log));
      const before = await executors.ask({ query: 'overview' });
      await withProgress(kept, progress, 'trying the rules', (onBlock) => executors.replayUnder(rules, asOf, onBlock));
      const after = await executors.ask({ query: 'overview' });
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

/** Executes all blocks again, with progress in facts. */
async function withProgress<Result>(
  kept: ReadOnlyLedger,
  progress: Progress,
  task: string,
  work: (onBlock: OnBlock) => Promise<Result>,
): Promise<Result> {
  progress.start(task, factsIn(kept), 'facts');
  let done = 0;
  try {
    return await work((facts) => {
      done += facts;
      progress.update(done);
    });
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
