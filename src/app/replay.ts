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
import { type Kept, openKept, withKept } from '../engine/read-only-ledger.ts';
import { rulesHash } from '../matching/rules.ts';
import { type Progress, SILENT } from '../runtime/progress.ts';
import { Rulebook } from '../task/rules-store.ts';
import { readRules } from './reconcile.ts';
import { compareOverviews, type Rehearsal } from './rules-comparison.ts';

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
  return withKept(
    data,
    async (kept) => {
      await openKept(kept);
      const keptRoot = await outcomeRootOf(kept.hands);
      const replayed = await inParts(kept, progress, 'replaying', (hand, partitions, onBlock) => {
        return hand.replay(partitions, onBlock);
      });
      const root = await outcomeRootOf(kept.hands);
      if (root !== keptRoot) {
        const mend = 'Remove the folder snapshots of the data directory: it is made again from the facts.';
        throw new HesabuError('HESABU_REPLAY_DIFFERS', { where: 'snapshots', expected: root, found: keptRoot, mend });
      }
      const sum = (name: 'blocks' | 'entries' | 'facts') => {
        return replayed.flat().reduce((total, part) => total + part[name], 0);
      };
      return { blocks: sum('blocks'), entries: sum('entries'), facts: sum('facts'), outcome_root: root };
    },
    threads === undefined ? {} : { threads },
  );
}

export interface RehearsalReport extends Rehearsal {
  readonly as_of: Instant;
  readonly zone: string;
  /** Hashes of the rules in force and of those that were tried. */
  readonly rules: { readonly before: string; readonly after: string };
  readonly facts: number;
}

/** What the rules of a file would have changed, had the ledger been kept under them from its first block on. */
export async function rehearseRules(options: ReplayOptions & { readonly rules: string }): Promise<RehearsalReport> {
  const { data, progress = SILENT, threads } = options;
  const rules = readRules(options.rules);
  return withKept(
    data,
    async (kept) => {
      await openKept(kept);
      const heads = await headsOf(kept.hands);
      const asOf = timeOf(heads);
      const inForce = rulesInForce(heads, new Rulebook(kept.log));
      const before = await overviewOf(kept.hands);
      await inParts(kept, progress, 'trying the rules', (hand, partitions, onBlock) => {
        return hand.rehearse(partitions, rules, asOf, onBlock);
      });
      const after = await overviewOf(kept.hands);
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

type Part<Result> = (hand: Kept['hands'][number], partitions: number[], onBlock: (facts: number) => void) => Result;

/** Has every hand work on its partitions, with progress in facts. */
async function inParts<Result>(
  kept: Kept,
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
    const { hands, log } = kept;
    return await Promise.all(
      hands.map((hand, at) => work(hand, partitionsOf(at, hands.length, log.partitions), onBlock)),
    );
  } finally {
    progress.stop();
  }
}

function factsIn({ log }: Kept): number {
  let facts = 0;
  for (let partition = 0; partition < log.partitions; partition++) {
    for (const topic of FACT_TOPICS) facts += Number(log.end(topic, partition));
  }
  return facts;
}
