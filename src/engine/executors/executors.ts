// Several hands as one: how many a piece of work is worth, which partitions each has, and what they add up to together.

import { availableParallelism } from 'node:os';
import type { Instant } from '../../domain/time.ts';
import { digestToHex, ZERO_DIGEST } from '../../ledger/digest.ts';
import type { LedgerHead } from '../../ledger/head.ts';
import { DEFAULT_RULES, type Rules } from '../../matching/rules.ts';
import type { KeyClaims } from '../../projections/lookup.ts';
import { outcomeRoot } from '../../task/outcome.ts';
import { emptyOverview, mergeOverview, type Overview } from '../../task/overview.ts';
import type { RulesLog } from '../../task/rules-log.ts';
import type { Executor } from './executor.ts';

/** Below so much work, in bytes of files and of ledger, threads cost more than they save. */
const THREADS_BYTES_MIN = 24 * 1024 * 1024;

/** How many threads so many bytes of files and of ledger are worth; 0 where this thread does it all. */
export function threadsFor(workBytes: number, partitions: number): number {
  const threads = workBytes < THREADS_BYTES_MIN ? 0 : Math.min(availableParallelism(), partitions);
  return threads < 2 ? 0 : threads;
}

/** The partitions of one hand among so many: every so manieth, so that all have about as much to do. */
export function partitionsOf(executor: number, executors: number, partitions: number): number[] {
  return Array.from({ length: partitions }, (_, partition) => partition).filter(
    (partition) => partition % executors === executor,
  );
}

/** In the order of the partitions. */
export async function headsOf(executors: readonly Executor[]): Promise<LedgerHead[]> {
  const heads = (await Promise.all(executors.map((executor) => executor.heads()))).flat();
  return heads.sort((left, right) => left.partition - right.partition);
}

/** The findings are in the order of their keys. */
export async function overviewOf(executors: readonly Executor[]): Promise<Overview> {
  const overview = emptyOverview();
  for (const part of await Promise.all(executors.map((executor) => executor.overview()))) mergeOverview(overview, part);
  overview.findings.sort((left, right) => (left.key < right.key ? -1 : left.key > right.key ? 1 : 0));
  return overview;
}

export async function outcomeRootOf(executors: readonly Executor[]): Promise<string> {
  return outcomeRoot(await Promise.all(executors.map((executor) => executor.outcomeRun())));
}

export async function claimsFound(
  executors: readonly Executor[],
  name: string,
  references?: 'and ids' | 'only',
): Promise<KeyClaims[]> {
  return (await Promise.all(executors.map((executor) => executor.findClaims(name, references)))).flat();
}

/** The time of the ledger's last block; 0 before the first. */
export function timeOf(heads: readonly LedgerHead[]): Instant {
  return Math.max(0, ...heads.map((head) => head.as_of));
}

export function entriesOf(heads: readonly LedgerHead[]): number {
  return heads.reduce((sum, head) => sum + head.tree.size, 0);
}

/** The rules of the ledger's last block; the defaults before the first. */
export function rulesInForce(heads: readonly LedgerHead[], rulebook: RulesLog): Rules {
  const last = heads.reduce((left, right) => (right.as_of > left.as_of ? right : left), heads[0]!);
  return last.rules_hash === ZERO_DIGEST ? DEFAULT_RULES : rulebook.get(digestToHex(last.rules_hash));
}
