// `hesabu replay`: executes the ledger again from its facts, as it was or under other rules. Nothing is written.

import { HesabuError } from '../domain/errors.ts';
import { FACT_TOPICS } from '../domain/fact.ts';
import type { Instant } from '../domain/time.ts';
import { rulesInForce, timeOf } from '../engine/executors/executors.ts';
import { type ReadOnlyLedger, withReadOnlyLedger } from '../engine/read-only-ledger.ts';
import { isCopy } from '../log/copy-mark.ts';
import { keepServiceRules, rulesHash } from '../matching/rules.ts';
import { type Progress, SILENT } from '../runtime/progress.ts';
import type { OnBlock } from '../task/replay.ts';
import { RulesLog } from '../task/rules-log.ts';
import { handoffDifference } from '../task/told-and-held.ts';
import { readRules } from './reconcile.ts';
import { compareOverviews, type RulesComparison } from './rules-comparison.ts';

export interface ReplayOptions {
  readonly data: string;
  readonly progress?: Progress;
  /** The number of threads; by default it depends on the size of the ledger. */
  readonly threads?: number;
}

export interface WholeReplayOptions extends ReplayOptions {
  /** Blocks later than this are left out: the state is that of the ledger then. */
  readonly until?: Instant;
}

export interface ReplayReport {
  readonly blocks: number;
  readonly entries: number;
  readonly facts: number;
  /** The outcome of the facts: the same from nothing as from the stored snapshots. */
  readonly outcome_root: string;
  /** False up to an earlier time, and in a copy of a ledger on Kafka that lacks a handoff, or a block that made one. */
  readonly handoffs_proved: boolean;
}

/**
 * Executes every block again from nothing. Throws HESABU_REPLAY_DIFFERS, with partition and block, if a byte differs,
 * if the outcome is not that of the stored snapshots with the blocks after them, and for handoffs that no block made
 * or that are not there. In a copy of a ledger on Kafka those are none: its topics come apart.
 */
export async function replayLedger(options: WholeReplayOptions): Promise<ReplayReport> {
  const { data, progress = SILENT, threads, until = Number.POSITIVE_INFINITY } = options;
  return withReadOnlyLedger(
    data,
    async (ledger) => {
      const { executors } = ledger;
      const snapshotRoot = await executors.ask({ query: 'outcomeRoot' });
      const replayed = await withProgress(ledger, progress, 'replaying', (onBlock) => executors.replay(until, onBlock));
      const difference = handoffDifference(
        replayed.map((part) => part.held),
        replayed.flatMap((part) => part.told),
      );
      // Up to an earlier time, handoffs and snapshots are of later blocks too.
      const isWhole = until === Number.POSITIVE_INFINITY;
      if (isWhole && difference !== undefined && !isCopy(data)) throw difference;
      const root = await executors.ask({ query: 'outcomeRoot' });
      if (isWhole && root !== snapshotRoot) {
        const remedy = 'Delete the folder snapshots in the data directory: it is built again from the facts.';
        throw new HesabuError('HESABU_REPLAY_DIFFERS', {
          where: 'snapshots',
          expected: root,
          found: snapshotRoot,
          remedy,
        });
      }
      const sum = (name: 'blocks' | 'entries' | 'facts') => {
        return replayed.reduce((total, part) => total + part[name], 0);
      };
      const sums = { blocks: sum('blocks'), entries: sum('entries'), facts: sum('facts') };
      return { ...sums, outcome_root: root, handoffs_proved: isWhole && difference === undefined };
    },
    threads === undefined ? {} : { threads },
  );
}

export interface RulesComparisonReport extends RulesComparison {
  readonly as_of: Instant;
  readonly zone: string;
  /** Hashes of the rules in force and of the rules compared with them. */
  readonly rules: { readonly before: string; readonly after: string };
  readonly facts: number;
}

/** What the rules of a file would have changed if they had been in force from the first block on. */
export async function compareRules(
  options: ReplayOptions & { readonly rules: string },
): Promise<RulesComparisonReport> {
  const { data, progress = SILENT, threads } = options;
  const written = readRules(options.rules);
  return withReadOnlyLedger(
    data,
    async (ledger) => {
      const { executors } = ledger;
      const heads = await executors.ask({ query: 'heads' });
      const asOf = timeOf(heads);
      const inForce = rulesInForce(heads, new RulesLog(ledger.log));
      const rules = keepServiceRules(written, inForce);
      const before = await executors.ask({ query: 'overview' });
      await withProgress(ledger, progress, 'trying the rules', (onBlock) =>
        executors.replayUnder(rules, asOf, onBlock),
      );
      const after = await executors.ask({ query: 'overview' });
      return {
        as_of: asOf,
        zone: inForce.zone,
        rules: { before: rulesHash(inForce), after: rulesHash(rules) },
        facts: factsIn(ledger),
        ...compareOverviews(before, after),
      };
    },
    threads === undefined ? {} : { threads },
  );
}

/** Executes all blocks again, with progress in facts. */
async function withProgress<Result>(
  ledger: ReadOnlyLedger,
  progress: Progress,
  task: string,
  work: (onBlock: OnBlock) => Promise<Result>,
): Promise<Result> {
  progress.start(task, factsIn(ledger), 'facts');
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
