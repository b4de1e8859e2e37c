// Advances the ledger in this process: block by block, as of a time, under given rules.

import { HesabuError } from '../domain/errors.ts';
import { formatInstant, type Instant } from '../domain/time.ts';
import type { Epoch } from '../ledger/epoch.ts';
import type { LedgerHead } from '../ledger/head.ts';
import type { EventLog } from '../log/event-log.ts';
import type { Rules } from '../matching/rules.ts';
import { NEWEST_SEMANTICS, semanticsOf, withSemantics } from '../matching/semantics.ts';
import type { OnFailpoint } from '../runtime/failpoints.ts';
import { type AdvanceStep, advanceByStep, handoffsWait } from '../task/advance.ts';
import { epochAppends, waitingEpochs } from '../task/epochs.ts';
import { RulesLog } from '../task/rules-log.ts';
import type { SourceCounts } from '../task/touched-keys.ts';
import type { CommittedBlocks } from './executors/executor.ts';
import { type Executors, entriesOf, rulesInForce } from './executors/executors.ts';
import { followLedger } from './ledger-follower.ts';

interface EmbeddedLedgerOptions {
  readonly log: EventLog;
  readonly executors: Executors;
  readonly onFailpoint: OnFailpoint;
  /** Whether other processes make the blocks, and this one executes them again. */
  readonly follows: boolean;
}

export class EmbeddedLedger {
  readonly log: EventLog;
  /** By import: how many of its facts were new or known, as far as this process has read them. */
  readonly counts = new Map<number, SourceCounts>();
  private readonly executors: Executors;
  private readonly onFailpoint: OnFailpoint;
  private readonly follows: boolean;
  private readonly rulesLog: RulesLog;
  private current: readonly LedgerHead[] = [];

  constructor({ log, executors, onFailpoint, follows }: EmbeddedLedgerOptions) {
    this.log = log;
    this.executors = executors;
    this.onFailpoint = onFailpoint;
    this.follows = follows;
    this.rulesLog = new RulesLog(log);
  }

  /** Reads the heads from the opened executors. */
  async readHeads(): Promise<void> {
    this.current = await this.executors.ask({ query: 'heads' });
  }

  get heads(): readonly LedgerHead[] {
    return this.current;
  }

  /** The time of the ledger's last block, or of an epoch that waits; 0 before the first block. */
  get asOf(): Instant {
    return Math.max(0, ...this.current.map((head) => waitingEpochs(this.log, head).at(-1)?.epoch.as_of ?? head.as_of));
  }

  get entries(): number {
    return entriesOf(this.current);
  }

  /** The rules of the ledger's last block; the defaults before the first. */
  get rulesInForce(): Rules {
    return rulesInForce(this.current, this.rulesLog);
  }

  /** Records an epoch, which the next `advance` begins, in this process or another. See the function `recordEpoch`. */
  recordEpoch(epoch: Epoch): Promise<void> {
    return recordEpoch(this.log, this.current, epoch);
  }

  /** Outside an epoch the ledger's time never goes back. Throws HESABU_AS_OF_EARLIER. */
  checkAsOf(asOf: Instant): void {
    requireFrom(this.asOf, asOf);
  }

  /** Reads everything in the log, as of a time, under these rules. Throws HESABU_AS_OF_EARLIER. */
  async advance(asOf: Instant, rules: Rules): Promise<void> {
    this.checkAsOf(asOf);
    const { rulesLog, log } = this;
    const numbered = withSemantics(rules, this.semantics);
    const rulesHash = this.follows ? await rulesLog.putLast(numbered, log) : await rulesLog.keep(numbered, log);
    this.onFailpoint('run:rules-kept');
    if (this.follows) await followLedger(this.executors.ask, this.log);
    else await this.advanceExecutors(asOf, rulesHash);
    await this.readHeads();
  }

  /**
   * What the rules of the next blocks mean: a ledger keeps its number, and an epoch takes it to the newest one. Workers
   * begin an epoch under the rules that they have then, so theirs keeps it.
   */
  private get semantics(): number {
    const goesOn = this.current.some(({ height }) => height >= 0);
    const begins = this.current.some((head) => waitingEpochs(this.log, head).length > 0);
    return goesOn && (this.follows || !begins) ? semanticsOf(this.rulesInForce) : NEWEST_SEMANTICS;
  }

  private async advanceExecutors(asOf: Instant, rulesHash: string): Promise<void> {
    const take = async (step: AdvanceStep) => {
      await this.executors.advance(step, asOf, rulesHash, (blocks) => this.commit(blocks));
      await this.readHeads();
      if (step === 'handoffs') this.onFailpoint('run:handoffs-read');
    };
    await advanceByStep(take, () => handoffsWait(this.log, this.current));
  }

  private async commit({ appends, counts }: CommittedBlocks): Promise<void> {
    this.onFailpoint('run:blocks-made');
    await this.log.append(appends);
    this.onFailpoint('run:blocks-committed');
    for (const [source, { added, known }] of counts) this.count(source, added, known);
  }

  private count(source: number, added: number, known: number): void {
    const sum = this.counts.get(source) ?? { added: 0, known: 0 };
    this.counts.set(source, { added: sum.added + added, known: sum.known + known });
  }
}

/**
 * Records an epoch in each partition that has a block: before its first block a ledger has nothing to reopen. It is
 * decided once this resolves. Throws HESABU_AS_OF_EARLIER for a time that no block can have, and HESABU_USAGE for a
 * ledger without a block.
 */
export async function recordEpoch(log: EventLog, heads: readonly LedgerHead[], epoch: Epoch): Promise<void> {
  requireFrom(0, epoch.as_of);
  const appends = epochAppends(epoch, heads);
  if (appends.length === 0) {
    throw new HesabuError('HESABU_USAGE', {
      where: '--data',
      expected: 'a ledger with a block',
      found: 'an empty one',
    });
  }
  await log.append(appends);
}

function requireFrom(first: Instant, asOf: Instant): void {
  if (asOf >= first) return;
  const expected = `${formatInstant(first)} or later`;
  throw new HesabuError('HESABU_AS_OF_EARLIER', { where: '--as-of', expected, found: formatInstant(asOf) });
}
