// Several executors as one: which partitions each has, and how their answers are merged.

import type { Instant } from '../../domain/time.ts';
import { digestToHex } from '../../ledger/digest.ts';
import type { LedgerHead } from '../../ledger/head.ts';
import { DEFAULT_RULES, type Rules } from '../../matching/rules.ts';
import type { AdvanceStep } from '../../task/advance.ts';
import type { OnBlock, Replayed } from '../../task/replay.ts';
import type { RulesLog } from '../../task/rules-log.ts';
import type { CommitBlocks, Executor } from './executor.ts';
import { type Ask, QUERIES } from './queries.ts';

/** All executors of a ledger, asked as if they were one. Each has every nth partition. */
export class Executors {
  private readonly make: () => readonly Executor[];
  private readonly partitions: number;
  private executors: readonly Executor[] = [];

  /** `make` returns new executors without partitions. */
  constructor(make: () => readonly Executor[], partitions: number) {
    this.make = make;
    this.partitions = partitions;
  }

  /** Brings new executors to the heads of the stored ledger; the state of the earlier ones is dropped. */
  async open(): Promise<void> {
    await this.close();
    this.executors = this.make();
    await this.each((executor, partitions) => executor.ask({ query: 'open', partitions }));
  }

  /** The single executors, for work that any of them can do. */
  get all(): readonly Executor[] {
    return this.executors;
  }

  readonly ask: Ask = async (query) => {
    const { merge, partition } = QUERIES[query.query];
    const about = partition?.(query);
    const { executors } = this;
    const asked = about === undefined ? executors : [executors[about % executors.length]!];
    return merge(await Promise.all(asked.map((executor) => executor.ask(query))));
  };

  /** Under the rules with this hash. */
  async advance(step: AdvanceStep, asOf: Instant, rulesHash: string, commit: CommitBlocks): Promise<void> {
    await this.each((executor) => executor.advance(step, asOf, rulesHash, commit));
  }

  /**
   * Executes all blocks up to a time again from the beginning; the executors then have their state and no other. Throws
   * HESABU_REPLAY_DIFFERS for another block.
   */
  async replay(until: Instant, onBlock: OnBlock): Promise<Replayed[]> {
    return (await this.each((executor, partitions) => executor.replay(partitions, until, onBlock))).flat();
  }

  /** The same under other rules and up to `asOf`, without a comparison. */
  async replayUnder(rules: Rules, asOf: Instant, onBlock: OnBlock): Promise<void> {
    await this.each((executor, partitions) => executor.replayUnder(partitions, rules, asOf, onBlock));
  }

  async close(): Promise<void> {
    await this.each((executor) => executor.close());
  }

  private each<Result>(work: (executor: Executor, partitions: number[]) => Promise<Result>): Promise<Result[]> {
    const { executors, partitions } = this;
    return Promise.all(executors.map((executor, at) => work(executor, partitionsOf(at, executors.length, partitions))));
  }
}

/** The partitions of one of several executors: every nth, so that all have about the same work. */
function partitionsOf(executor: number, executors: number, partitions: number): number[] {
  return Array.from({ length: partitions }, (_, partition) => partition).filter(
    (partition) => partition % executors === executor,
  );
}

/** The time of the ledger's last block; 0 before the first. */
export function timeOf(heads: readonly LedgerHead[]): Instant {
  return Math.max(0, ...heads.map((head) => head.as_of));
}

export function entriesOf(heads: readonly LedgerHead[]): number {
  return heads.reduce((sum, head) => sum + head.entries, 0);
}

/** The rules of the ledger's last block; the defaults before the first. */
export function rulesInForce(heads: readonly LedgerHead[], rulesLog: RulesLog): Rules {
  const [first, ...others] = heads.filter(({ height }) => height >= 0);
  if (first === undefined) return DEFAULT_RULES;
  const last = others.reduce((left, right) => (right.as_of > left.as_of ? right : left), first);
  return rulesLog.get(digestToHex(last.rules_hash));
}
